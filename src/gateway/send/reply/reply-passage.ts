import { Buffer } from 'node:buffer'
import type { Model } from '../../../routing/catalogue/model.ts'
import type { StreamFilter, TapReading, UsageTap } from '../../protocols/protocol.ts'
import type { MakerMemory } from '../../reasoning/maker-memory.ts'
import { createStateWatch } from '../../reasoning/state-watch.ts'
import type { ReplyTranslator } from '../../translation/reply-translator.ts'
import type { WrittenCall } from '../outgoing-request.ts'

/**
 * The way of a reply's bytes from the upstream to the client: its usage is read, the states that the model writes for
 * itself are noted, and the bytes are translated if the upstream speaks another protocol.
 *
 * A class, because one is made per call.
 */
export class ReplyPassage {
  readonly #call: WrittenCall
  #tap: UsageTap | null = null
  #reading: TapReading | null = null
  /** So that no other model gets the states. A translation seals them instead. */
  #watch: ((chunk: Buffer) => void) | null = null
  #filter: StreamFilter | null = null
  #translator: ReplyTranslator | null = null

  constructor(call: WrittenCall, model: Model, makers: MakerMemory) {
    this.#call = call
    const { reasoning } = call.protocol
    if (reasoning !== null && call.translated === null)
      this.#watch = createStateWatch(reasoning, (state) => makers.remember(state, model))
  }

  /** Whether only the end of a reply shows that it is one: a translated document is written when it is whole. */
  isWhole(isStream: boolean): boolean {
    return this.#call.translated !== null && !isStream
  }

  get hasTap(): boolean {
    return this.#tap !== null
  }

  /** Whether an event has passed that ends the reply. */
  get isEnded(): boolean {
    return this.#tap?.isEnded === true
  }

  /** Reads the usage of a reply of this type. What a provider has kept was charged when it was made. */
  readUsageOf(contentType: string): void {
    if (this.#call.request.method === undefined) this.#tap = this.#call.protocol.createUsageTap(contentType)
  }

  /** The reply is over: its usage; null if the reply is of a kind that reports none. */
  readUsage(): TapReading | null {
    this.#reading ??= this.#tap?.end() ?? null
    return this.#reading
  }

  /** The first bytes are about to pass. */
  open(status: number, isStream: boolean): void {
    const { translated, requestedUsage, protocol } = this.#call
    if (translated !== null) this.#translator ??= translated.createReply(status, isStream)
    else if (requestedUsage && isStream) this.#filter ??= protocol.createUsageFilter()
  }

  /** The headers for the client: the length and the form of a translated body are another's. */
  headersOf(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    if (this.#translator === null) return headers
    const { 'content-length': _length, etag: _etag, ...rest } = headers
    return { ...rest, 'content-type': this.#translator.contentType }
  }

  /** The client's bytes for those of the upstream; may be empty. */
  push(bytes: Buffer): Buffer {
    if (this.#tap !== null) this.#tap.push(bytes)
    if (this.#watch !== null) this.#watch(bytes)
    if (this.#translator !== null) return this.#translator.push(bytes)
    return this.#filter === null ? bytes : this.#filter.push(bytes)
  }

  /** The last bytes of a complete reply. @throws UpstreamError if a translated reply is none, or broke off. */
  end(): Buffer {
    return this.#translator?.end() ?? this.rest()
  }

  /** What was held back of a reply that breaks off. */
  rest(): Buffer {
    return this.#filter?.end() ?? noBytes
  }

  /** Something in it has thrown, and is in no state to be asked again. */
  giveUp(): void {
    this.#tap = null
    this.#filter = null
    this.#watch = null
  }
}

const noBytes = Buffer.alloc(0)
