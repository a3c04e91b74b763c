import type { Buffer } from 'node:buffer'
import type { RouteLLMError } from '../../errors.ts'
import type { ChatMessage } from '../../routing/prompts/prompt-rule.ts'

/**
 * The specifics of one wire protocol. The gateway and the server read and write requests and replies only through it.
 *
 * Bytes of a request and of a reply go through unchanged, except for the model's name in the request.
 */
export type Protocol = {
  /** Stable, kebab-case; the `protocol` of a request record. */
  readonly name: string
  /** The paths that speak it, below `/v1` on the server and below the base URL of a provider. */
  readonly paths: readonly string[]
  /** @throws InvalidRequestError that names the field at fault. */
  parse(body: Buffer | undefined): ParsedRequest
  /** @param body one that `parse` accepted. @returns it with the model's name replaced and every other byte kept. */
  replaceModel(body: Buffer, model: string): Buffer
  /** Reads the token usage of a reply; null for a content type that carries none. */
  createUsageTap(contentType: string): UsageTap | null
  /** The JSON body of an error reply. */
  errorBody(error: RouteLLMError): object
  /** The text that ends a broken event stream, valid also in the middle of an event. */
  errorEvent(error: RouteLLMError): string
}

/** The fields of a request that the gateway reads. */
export type ParsedRequest = {
  readonly model: string
  /** The conversation that a router scores; null for a request that only a model's own name can answer. */
  readonly messages: readonly ChatMessage[] | null
  /** Whether the client requested an event stream. */
  readonly stream: boolean
}

/** Reads the bytes of a reply on their way to the client and changes none. Never throws. */
export type UsageTap = {
  push(chunk: Buffer): void
  /** The reply is over, complete or not. */
  end(): TapReading
}

export type TapReading = {
  /** The last usage that the upstream reported; null if it reported none. */
  readonly usage: TokenUsage | null
  /** Events with data, without the one that ends the stream: about one token each if no usage was reported. */
  readonly events: number
}

/** Tokens of one reply, as its upstream counted them. */
export type TokenUsage = {
  readonly promptTokens: number
  /** The part of `promptTokens` that came from the upstream's prompt cache. */
  readonly cachedPromptTokens: number
  readonly completionTokens: number
}
