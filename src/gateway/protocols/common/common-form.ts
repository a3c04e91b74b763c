import type { Buffer } from 'node:buffer'
import type { CommonError, CommonReply, ReplyEvent } from './common-reply.ts'
import type { CommonRequest, ReadRequest, WrittenRequest } from './common-request.ts'
import type { LossTable } from './loss-table.ts'

type JsonObject = Readonly<Record<string, unknown>>

/**
 * How one protocol is read into the common form and written from it. Two of these make a translation in both directions.
 *
 * Readers take what clients and upstreams send: they never throw for JSON of another shape, and report what they cannot
 * carry over as a loss. Their cost is linear in the size of what they read.
 */
export type CommonForm = {
  /** The protocol's name. */
  readonly protocol: string
  /** The path that a translated request goes to, below the provider's base URL: `/chat/completions`. */
  readonly path: string
  /** What it cannot carry over. */
  readonly losses: LossTable
  readRequest(body: JsonObject): ReadRequest
  writeRequest(request: CommonRequest, target: WriteTarget): WrittenRequest
  /** Null for JSON that is no reply of this protocol. */
  readReply(body: JsonObject): CommonReply | null
  writeReply(reply: CommonReply, context: ReplyContext): JsonObject
  /** Null for a body that is no error of this protocol. */
  readError(body: JsonObject): CommonError | null
  /** The JSON body of an upstream's error. @param status of the reply. */
  writeError(error: CommonError, status: number): JsonObject
  createEventReader(onEvent: (event: ReplyEvent) => void): ReplyEventReader
  createEventWriter(context: ReplyContext): ReplyEventWriter
}

/** The model that a request is written for. */
export type WriteTarget = {
  /** Its name at the provider. */
  readonly model: string
  /** Its longest reply, in tokens; null if it is not known. Messages requires a limit with each request. */
  readonly maxOutputTokens: number | null
  /** How its provider's API differs from that of the protocol's author. Default: not at all. */
  readonly dialect?: Dialect
}

/**
 * `compatible`: most servers that call their chat completions compatible; `openrouter`: OpenRouter's. Other protocols have no
 * dialects.
 */
export type Dialect = 'compatible' | 'groq' | 'mistral' | 'openrouter'

/** What the writer of a reply needs to know besides the reply. */
export type ReplyContext = {
  /** The request that it answers. */
  readonly request: CommonRequest
  /** The client's own request, of which Responses repeats some fields. */
  readonly body: JsonObject
  /** Seconds since 1970. */
  readonly created: number
  /** An id for replies whose upstream gives none. */
  readonly id: string
}

/** Reads the bytes of an event stream, cut anywhere. Holds a bounded number of bytes. */
export type ReplyEventReader = {
  push(chunk: Buffer): void
  /** The connection is over. */
  end(): void
}

/** Writes the text of an event stream. */
export type ReplyEventWriter = {
  /** The text for one event; '' if the protocol has none for it. */
  write(event: ReplyEvent): string
}
