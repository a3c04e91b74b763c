import { type JsonObject, listOf, objectOf } from '../../../common/json-fields.ts'
import type { OpaqueState } from '../../../common/parts.ts'
import { toText } from '../json-values.ts'
import { toArguments } from '../request/read-messages.ts'
import { readThoughtSignature } from '../thought-signature.ts'

/** A tool call of a stream, as far as it has come. */
export type StreamedCall = {
  id: string | null
  name: string | null
  /** The number of its part; null until its name is known. */
  part: number | null
  /** Arguments that came before the name. */
  held: string
}

/** A piece of a call. */
export type CallPiece = {
  readonly call: StreamedCall
  readonly arguments: string
  readonly state: OpaqueState | undefined
}

/**
 * Finds the call that each piece of a stream belongs to.
 *
 * A piece names its call by `index`. Some servers leave it out, and some of Gemini's give 0 to each of several calls: an id
 * that differs, with a name, begins another call. An id that differs without a name does not, because some versions of
 * vLLM made one for each piece.
 */
export class ToolCallDeltas {
  readonly #byIndex = new Map<number, StreamedCall>()
  readonly #byId = new Map<string, StreamedCall>()
  #last: StreamedCall | null = null
  #count = 0

  /** Calls that have begun, those without a name included. */
  get count(): number {
    return this.#count
  }

  read(delta: JsonObject): CallPiece[] {
    const pieces: CallPiece[] = []
    for (const item of listOf(delta.tool_calls)) {
      const piece = objectOf(item)
      if (piece !== null) pieces.push(this.#readPiece(piece))
    }
    const old = objectOf(delta.function_call)
    if (old !== null) pieces.push(this.#readPiece({ function: old }))
    return pieces
  }

  #readPiece(piece: JsonObject): CallPiece {
    const called = objectOf(piece.function)
    const index = typeof piece.index === 'number' ? piece.index : null
    const id = toText(piece.id)
    const name = toText(called?.name)
    const call = this.#find(index, id, name) ?? this.#begin(index)
    if (call.id === null && id !== null) {
      call.id = id
      this.#byId.set(id, call)
    }
    call.name ??= name
    this.#last = call
    return { call, arguments: toArguments(called?.arguments), state: readThoughtSignature(piece).state }
  }

  #find(index: number | null, id: string | null, name: string | null): StreamedCall | null {
    if (index === null) {
      if (id !== null) return this.#byId.get(id) ?? null
      return name === null ? this.#last : null
    }
    const found = this.#byIndex.get(index) ?? null
    const isOther = found !== null && name !== null && id !== null && found.id !== null && id !== found.id
    return isOther ? null : found
  }

  #begin(index: number | null): StreamedCall {
    const call: StreamedCall = { id: null, name: null, part: null, held: '' }
    if (index !== null) this.#byIndex.set(index, call)
    this.#count++
    return call
  }
}
