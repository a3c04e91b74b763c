import type { Buffer } from 'node:buffer'
import type { RouteLLMError } from '../../errors.ts'
import type { RefusedField } from '../../providers/provider.ts'
import type { Effort } from '../../routing/catalogue/model.ts'
import type { RequestNeeds } from '../../routing/catalogue/request-needs.ts'
import type { ChatMessage } from '../../routing/prompts/prompt-rule.ts'

/**
 * The specifics of one wire protocol. On the way of a request, the gateway reads and writes requests and replies only through it.
 *
 * Bytes of a request and of a reply go through unchanged, except for the model's name in the request, and for the usage
 * of a stream that the gateway requests for itself.
 */
export type Protocol = {
  /** Stable, kebab-case; the `protocol` of a request record. */
  readonly name: string
  /** The paths that speak it, below `/v1` on the server and below the base URL of a provider. */
  readonly paths: readonly string[]
  /**
   * The client's headers that go to an upstream of the same protocol, in lower case, beside those that all protocols
   * forward.
   */
  forwardedHeaders(path: string): readonly string[]
  /** Whether the query of the client's URL goes upstream (`?beta=true`). */
  readonly forwardsQuery: boolean
  /** The one of `paths` that only counts the tokens of a request; null if there is none. */
  readonly tokenCount: TokenCount | null
  /** @throws InvalidRequestError that names the field at fault. */
  parse(body: Buffer | undefined): ParsedRequest
  /** @param body one that `parse` accepted. @returns it with the model's name replaced and every other byte kept. */
  replaceModel(body: Buffer, model: string): Buffer
  /**
   * Sets the reasoning effort. A path that knows no effort returns the body as it is.
   *
   * @param body one that `parse` accepted.
   * @param keepsOwn whether an effort that the client has set stays.
   * @returns the body with every other byte kept; the same object if nothing is to change.
   */
  setEffort(path: string, body: Buffer, effort: Effort, keepsOwn: boolean): Buffer
  /** Where models keep what only they can read; null if nowhere. */
  readonly reasoning: ReasoningPlaces | null
  /** The form of a successful reply on one of its paths. */
  replyForm(path: string): ReplyForm
  /**
   * Requests the usage of an event stream for a client that did not. Null if the body has it already, or if the path
   * knows no such option.
   *
   * @param body one that `parse` accepted as the request of a stream.
   * @returns it with the option added and every other byte kept.
   */
  requestUsage(path: string, body: Buffer): Buffer | null
  /**
   * The request for an upstream that refuses fields of chat completions, every other byte as it was.
   *
   * @returns the same object if the request has none of them.
   */
  withoutFields(path: string, body: Buffer, refused: readonly RefusedField[]): Buffer
  /** Leaves out of a stream what only `requestUsage` brought into it. */
  createUsageFilter(): StreamFilter
  /** Reads the token usage of a reply; null for a content type that carries none. */
  createUsageTap(contentType: string): UsageTap | null
  /** Reads the answer off a whole successful reply, for a verifier. Null if it cannot be read. */
  readAnswer(reply: Buffer, isEventStream: boolean): ReadAnswer | null
  /** The JSON body of an error reply. @param requestId the gateway's; null if it has given none. */
  errorBody(error: RouteLLMError, requestId: string | null): object
  /** The text that ends a broken event stream, valid also in the middle of an event. */
  errorEvent(error: RouteLLMError, requestId: string | null): string
}

/** Where a protocol has the states that only the model that wrote them can read. */
export type ReasoningPlaces = {
  /** Names of the members of a reply that hold one, as they stand in JSON: `"signature"`. */
  readonly quotedMembers: readonly Buffer[]
  /** Finds the next of them from its `lastIndex` on. */
  readonly memberPattern: RegExp
  /** Characters of the longest one, with its quotes. */
  readonly longestMember: number
  /**
   * The request without the states that another model wrote; null if there are none.
   *
   * @param isForeign whether another model wrote the state.
   */
  dropForeign(
    body: Readonly<Record<string, unknown>>,
    isForeign: (state: string) => boolean,
  ): Readonly<Record<string, unknown>> | null
}

/** A path that counts tokens. A request that no upstream can count is answered with an estimate. */
export type TokenCount = {
  readonly path: string
  /** The JSON body of the reply. */
  write(inputTokens: number): object
}

/** The fields of a request that the gateway reads. */
export type ParsedRequest = {
  readonly model: string
  /** The conversation that a router scores; null for a request that only a model's own name can answer. */
  readonly messages: readonly ChatMessage[] | null
  /** Whether the client requested an event stream. */
  readonly stream: boolean
  /** The whole body; the ids of its conversation are read from it. */
  readonly body: Readonly<Record<string, unknown>>
  /** What its content needs of the model that answers it. */
  readonly needs: RequestNeeds
}

/** `json-or-events`: JSON or an event stream, and never an empty body. `any`: also bytes of another kind, such as audio. */
export type ReplyForm = 'json-or-events' | 'any'

/** Takes the bytes of a stream and gives those that the client gets, in order. Bytes may be cut anywhere. */
export type StreamFilter = {
  /** The result may be empty, and may be a view of `chunk`. */
  push(chunk: Buffer): Buffer
  /** What was held back, after the last chunk. */
  end(): Buffer
}

/** Reads the bytes of a reply on their way to the client and changes none. Never throws. */
export type UsageTap = {
  push(chunk: Buffer): void
  /** Whether an event has come that ends the reply: a client need not read on. */
  readonly isEnded: boolean
  /** The reply is over, complete or not. */
  end(): TapReading
}

export type TapReading = {
  /** The last usage that the upstream reported; null if it reported none. */
  readonly usage: TokenUsage | null
  /** Events with data, without the one that ends the stream: about one token each if no usage was reported. */
  readonly events: number
  /** Whether an event stream has had no event with data, not even the one that ends it. */
  readonly isEmpty: boolean
  /** The id by which later requests can name the reply; null if the protocol has none. */
  readonly responseId: string | null
}

/** What a reply says. */
export type ReadAnswer = {
  /** The text of each choice; at least one. */
  readonly texts: readonly string[]
  readonly callsTools: boolean
  /** Natural logarithms of the probabilities of the first choice's tokens; null if the reply has none. */
  readonly tokenLogprobs: readonly number[] | null
}

/** Tokens of one reply, as its upstream counted them. */
export type TokenUsage = {
  readonly promptTokens: number
  /** The part of `promptTokens` that came from the upstream's prompt cache. */
  readonly cachedPromptTokens: number
  /** The part of `promptTokens` that was written to the cache for 5 minutes, or for a time that is not stated. */
  readonly cacheWritePromptTokens: number
  /** The part of `promptTokens` that was written to the cache for an hour. */
  readonly cacheWrite1hPromptTokens: number
  readonly completionTokens: number
}
