import type { CommonError, CommonUsage, ReplyEvent, StartedPart } from '../../../common/common-reply.ts'
import { type JsonObject, listOf, objectOf } from '../../../common/json-fields.ts'
import type { OpaqueState } from '../../../common/parts.ts'
import { toText } from '../json-values.ts'
import {
  beginDetail,
  continuesDetail,
  type DetailPieces,
  detailText,
  extendDetail,
  finishDetail,
  plainReasoning,
  type ReasoningDetail,
  toDetailState,
} from '../reasoning-details.ts'
import { makeCallId } from './call-id.ts'
import { readError } from './errors.ts'
import { readMessageText } from './message-text.ts'
import { readStop } from './stop.ts'
import { type CallPiece, type StreamedCall, ToolCallDeltas } from './tool-call-deltas.ts'
import { readUsage } from './usage.ts'

/** Far beyond real replies; the memory of a stream is bounded by them. */
const maxParts = 4096
const maxHeldLength = 1 << 20

type OpenDetail = { readonly pieces: DetailPieces; length: number; readonly part: number }

/** Turns the chunks of a streamed completion into events. */
export class ChunkReader {
  readonly #emit: (event: ReplyEvent) => void
  readonly #calls = new ToolCallDeltas()
  /** The numbers of parts that are not over, in order. */
  readonly #open = new Set<number>()
  /** The open parts of kinds of which one is open at a time. */
  readonly #single: { text?: number; reasoning?: number; refusal?: number } = {}
  #parts = 0
  #startedCalls = 0
  #heldLength = 0
  #replyId: string | null = null
  #detail: OpenDetail | null = null
  #usage: CommonUsage | null = null
  /** The choice that had the `finish_reason`. */
  #finished: JsonObject | null = null
  #isOver = false

  constructor(emit: (event: ReplyEvent) => void) {
    this.#emit = emit
  }

  get isOver(): boolean {
    return this.#isOver
  }

  read(chunk: JsonObject): void {
    const hasError = chunk.error !== undefined && chunk.error !== null
    const error = hasError || !Array.isArray(chunk.choices) ? readError(chunk) : null
    if (error !== null) {
      this.fail(error)
      return
    }
    const choices = listOf(chunk.choices).map(objectOf)
    if (choices.length > 0) this.#start(chunk)
    this.#usage = readUsage(chunk.usage ?? objectOf(chunk.x_groq)?.usage) ?? this.#usage
    const choice = choices.find((found) => found !== null && (found.index ?? 0) === 0)
    if (choice === undefined || choice === null) return
    const delta = objectOf(choice.delta)
    if (delta !== null) this.#readDelta(delta)
    if (choice.finish_reason === 'error') this.fail(toError('The upstream ended its reply with an error.'))
    else if (toText(choice.finish_reason) !== null) this.#finished = choice
  }

  /** The upstream said that the stream is complete. */
  finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    if (this.#replyId === null) return
    this.#closeDetail()
    for (const index of this.#open) this.#emit({ kind: 'part-end', index })
    if (this.#usage !== null) this.#emit({ kind: 'usage', usage: this.#usage })
    const content = { hasCalls: this.#startedCalls > 0, hasRefusal: this.#single.refusal !== undefined }
    this.#emit({ kind: 'stop', stop: readStop(this.#finished ?? {}, content) })
    this.#emit({ kind: 'end' })
  }

  /** The connection is over. Some servers end a reply with its `finish_reason` and without `[DONE]`. */
  end(): void {
    if (this.#finished !== null) this.finish()
    this.#isOver = true
  }

  fail(error: CommonError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#emit({ kind: 'error', error })
  }

  /** Azure's first chunk has no choice, id or model. */
  #start(chunk: JsonObject): void {
    if (this.#replyId !== null) return
    this.#replyId = toText(chunk.id) ?? ''
    this.#emit({ kind: 'start', id: this.#replyId, model: toText(chunk.model) ?? '', usage: null })
  }

  #readDelta(delta: JsonObject): void {
    const { text, refusal, thinking } = readMessageText(delta)
    const details = listOf(delta.reasoning_details).map(objectOf)
    let hasDetailText = false
    for (const detail of details) {
      if (detail === null || this.#isOver) continue
      hasDetailText ||= detailText(detail) !== ''
      this.#readDetail(detail)
    }
    // Servers with details give their text a second time, as `reasoning`.
    if (!hasDetailText) this.#addText('reasoning', (plainReasoning(delta) ?? '') + thinking)
    this.#addText('text', text)
    this.#addText('refusal', refusal)
    for (const piece of this.#calls.read(delta)) this.#readCall(piece)
  }

  #addText(kind: 'text' | 'reasoning' | 'refusal', text: string): void {
    if (text === '' || this.#isOver) return
    if (kind === 'reasoning') this.#closeDetail()
    else this.#closeReasoning()
    this.#single[kind] ??= this.#startPart({ kind })
    this.#emitDelta(this.#single[kind], text)
  }

  #readDetail(next: ReasoningDetail): void {
    const text = detailText(next)
    if (this.#detail === null || !continuesDetail(this.#detail.pieces.detail, next)) {
      this.#closeDetail()
      const part = this.#startPart({ kind: 'reasoning' })
      this.#detail = { pieces: beginDetail(next), length: text.length, part }
    } else {
      extendDetail(this.#detail.pieces, next)
      this.#detail.length += text.length
    }
    if (text !== '') this.#emitDelta(this.#detail.part, text)
    if (this.#detail.length > maxHeldLength)
      this.fail(toError(`A part of the upstream's reasoning is longer than ${maxHeldLength} characters.`))
  }

  /** Reasoning is over when the answer begins. Protocols that end each part need to know before they begin the next. */
  #closeReasoning(): void {
    this.#closeDetail()
    if (this.#single.reasoning === undefined) return
    this.#endPart(this.#single.reasoning)
    delete this.#single.reasoning
  }

  #closeDetail(): void {
    if (this.#detail === null) return
    const { pieces, part } = this.#detail
    this.#detail = null
    const state = toDetailState(finishDetail(pieces))
    if (state !== null) this.#emit({ kind: 'state', index: part, state })
    this.#endPart(part)
  }

  #readCall({ call, arguments: text, state }: CallPiece): void {
    if (this.#isOver) return
    if (this.#calls.count > maxParts) {
      this.fail(tooManyParts)
    } else if (call.name === null) {
      this.#heldLength += text.length
      call.held += text
      if (this.#heldLength > maxHeldLength)
        this.fail(toError('The upstream sends the arguments of a tool call without its name.'))
    } else this.#readNamedCall(call, call.name, text, state)
  }

  #readNamedCall(call: StreamedCall, name: string, text: string, state: OpaqueState | undefined): void {
    this.#closeReasoning()
    const held = call.held
    call.held = ''
    if (call.part === null) {
      const id = call.id ?? makeCallId(this.#replyId ?? '', this.#startedCalls)
      this.#startedCalls++
      call.part = this.#startPart({ kind: 'tool-call', id, name })
    }
    if (held + text !== '') this.#emitDelta(call.part, held + text)
    if (state !== undefined && !this.#isOver) this.#emit({ kind: 'state', index: call.part, state })
  }

  /** The number of the new part. */
  #startPart(part: StartedPart): number {
    const index = this.#parts++
    if (this.#parts > maxParts) this.fail(tooManyParts)
    else {
      this.#open.add(index)
      this.#emit({ kind: 'part-start', index, part })
    }
    return index
  }

  #emitDelta(index: number, text: string): void {
    if (!this.#isOver) this.#emit({ kind: 'delta', index, text })
  }

  #endPart(index: number): void {
    if (this.#open.delete(index)) this.#emit({ kind: 'part-end', index })
  }
}

const tooManyParts = toError(`The upstream's reply has more than ${maxParts} parts.`)

/** An error in the upstream's stream itself. */
export function toError(message: string): CommonError {
  return { message, type: 'upstream_error', code: null, param: null }
}
