import type { ReplyContext, ReplyEventWriter } from '../../../common/common-form.ts'
import type { CommonUsage, ReplyEvent } from '../../../common/common-reply.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import type { OpaqueState } from '../../../common/parts.ts'
import { toClientDetail } from '../reasoning-details.ts'
import { usesFunctions } from '../request/read-tools.ts'
import { clientStateForm, writeThoughtSignature } from '../thought-signature.ts'
import { writeError } from './errors.ts'
import { writeStop } from './stop.ts'
import { writeUsage } from './usage.ts'
import { reasoningSeparator, showsReasoning } from './write-reply.ts'

type WrittenPart = {
  readonly kind: 'text' | 'reasoning' | 'refusal' | 'tool-call'
  /** Among the calls, or among the parts with reasoning. */
  readonly position: number
  hasText: boolean
}

/**
 * Writes the chunks of a chat completion. Reasoning goes out as `reasoning_content`, and as `reasoning_details` with the
 * state that its model needs to get it back. A stream that broke off ends with an error and without `[DONE]`.
 */
export function createChatEventWriter(context: ReplyContext): ReplyEventWriter {
  const writer = new ChunkWriter(context)
  return { write: (event) => writer.write(event) }
}

class ChunkWriter {
  readonly #context: ReplyContext
  readonly #isOld: boolean
  readonly #showsReasoning: boolean
  readonly #parts = new Map<number, WrittenPart>()
  #head = ''
  #calls = 0
  #reasonings = 0
  #hasReasoningText = false
  #hasRefusal = false
  #usage: CommonUsage | null = null

  constructor(context: ReplyContext) {
    this.#context = context
    this.#isOld = usesFunctions(context.body)
    this.#showsReasoning = showsReasoning(context)
    this.#setHead(context.id, '')
  }

  write(event: ReplyEvent): string {
    switch (event.kind) {
      case 'start':
        this.#usage = event.usage
        this.#setHead(event.id === '' ? this.#context.id : event.id, event.model)
        return this.#chunk({ role: 'assistant', content: '' })
      case 'part-start':
        return this.#startPart(event)
      case 'delta':
        return this.#writeDelta(event.index, event.text)
      case 'state':
        return this.#writeState(event.index, event.state)
      case 'part-end':
        return this.#endPart(event.index)
      case 'usage':
        this.#usage = event.usage
        return ''
      case 'stop':
        return this.#chunk({}, writeStop(event.stop, this.#hasRefusal, this.#isOld))
      case 'error':
        return `data: ${JSON.stringify(writeError(event.error))}\n\n`
      case 'end':
        return `${this.#usageChunk()}data: [DONE]\n\n`
    }
  }

  #setHead(id: string, model: string): void {
    const { created } = this.#context
    const head = JSON.stringify({ id, object: 'chat.completion.chunk', created, model })
    this.#head = `data: ${head.slice(0, -1)},"choices":[`
  }

  #chunk(delta: JsonObject, finishReason: string | null = null): string {
    const choice = `{"index":0,"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":${JSON.stringify(finishReason)}}`
    const usage = this.#context.request.streamUsage ? ',"usage":null' : ''
    return `${this.#head}${choice}]${usage}}\n\n`
  }

  #usageChunk(): string {
    if (!this.#context.request.streamUsage || this.#usage === null) return ''
    return `${this.#head}],"usage":${JSON.stringify(writeUsage(this.#usage))}}\n\n`
  }

  #startPart({ index, part }: Extract<ReplyEvent, { kind: 'part-start' }>): string {
    const position =
      part.kind === 'tool-call' ? this.#calls++ : part.kind === 'reasoning' ? this.#reasonings++ : 0
    this.#parts.set(index, { kind: part.kind, position, hasText: false })
    if (part.kind === 'refusal') this.#hasRefusal = true
    if (part.kind !== 'tool-call') return ''
    const called = { name: part.name, arguments: '' }
    if (!this.#isOld)
      return this.#chunk({
        tool_calls: [{ index: position, id: part.id, type: 'function', function: called }],
      })
    return position === 0 ? this.#chunk({ function_call: called }) : ''
  }

  #writeDelta(index: number, text: string): string {
    const part = this.#parts.get(index)
    if (part === undefined || text === '') return ''
    const isFirst = !part.hasText
    part.hasText = true
    switch (part.kind) {
      case 'text':
        return this.#chunk({ content: text })
      case 'refusal':
        return this.#chunk({ refusal: text })
      case 'reasoning':
        return this.#writeReasoning(part, text, isFirst)
      case 'tool-call':
        return this.#writeArguments(part, text)
    }
  }

  #writeReasoning({ position }: WrittenPart, text: string, isFirst: boolean): string {
    if (!this.#showsReasoning) return ''
    const separator = isFirst && this.#hasReasoningText ? reasoningSeparator : ''
    this.#hasReasoningText = true
    return this.#chunk({
      reasoning_content: separator + text,
      reasoning_details: [toClientDetail(text, null, position)],
    })
  }

  /** A client of the deprecated `functions` gets the first call only. */
  #writeArguments({ position }: WrittenPart, text: string): string {
    const called = { arguments: text }
    if (!this.#isOld) return this.#chunk({ tool_calls: [{ index: position, function: called }] })
    return position === 0 ? this.#chunk({ function_call: called }) : ''
  }

  /** The text of the part has gone out already. */
  #writeState(index: number, state: OpaqueState): string {
    const part = this.#parts.get(index)
    if (part === undefined || state.form !== clientStateForm) return ''
    const { kind, position } = part
    if (kind === 'reasoning' && this.#showsReasoning)
      return this.#chunk({ reasoning_details: [toClientDetail('', state, position)] })
    if (kind !== 'tool-call' || this.#isOld) return ''
    const call = { index: position, function: { arguments: '' }, ...writeThoughtSignature(state) }
    return this.#chunk({ tool_calls: [call] })
  }

  /** Clients parse the arguments, and an empty text is no JSON. */
  #endPart(index: number): string {
    const part = this.#parts.get(index)
    return part?.kind === 'tool-call' && !part.hasText ? this.#writeArguments(part, '{}') : ''
  }
}
