import type { RoutedPrompt } from '../../../routing/prompts/routed-prompt.ts'
import type { Row } from '../row.ts'

/**
 * Why a request is no candidate for another model, and is kept out of what routing would have saved:
 * - `error`: it failed (HTTP status 400 or more, or the log says so), so nothing was answered.
 * - `embeddings`, `other-call`: no chat at all (images, audio, moderation, a span that is no model call).
 * - `cached`: a cache answered, no model.
 * - `tool-turn`: its last message is a tool's result. A model is not changed inside a tool loop.
 * - `attachment`: it brings an image, audio or a file, which the weak model may not read.
 * - `no-text`: there is no user text to route on.
 * - `not-scored`: the log holds neither text nor the win rate of a router.
 */
export type NotRoutable =
  | 'error'
  | 'embeddings'
  | 'other-call'
  | 'cached'
  | 'tool-turn'
  | 'attachment'
  | 'no-text'
  | 'not-scored'

/** One request of a log, whatever product wrote it. What the log does not say is absent, never 0. */
export type LoggedRequest = {
  /** What a router sees of it. */
  readonly prompt: RoutedPrompt
  /** As the log names it, or `unknown`. */
  readonly model: string
  /** The provider's name of the model, if the log has its own names for models. */
  readonly upstream?: string
  /** Which router scored the request when it was answered, if the log says so. */
  readonly decision?: LoggedDecision
  /** Cached ones included. */
  readonly inputTokens?: number
  /** Those of `inputTokens` that the provider had cached, and charged less for. */
  readonly cachedInputTokens?: number
  /** Reasoning tokens included. */
  readonly outputTokens?: number
  /** What was paid, in dollars. Other products write 0 for a model without a price, so their 0 is left out. */
  readonly costUsd?: number
  /** Milliseconds since 1970. */
  readonly time?: number
  readonly user?: string
  /** The API key's name or alias; of a key or a hash its last four characters, never more. */
  readonly key?: string
  readonly tags: readonly string[]
  /** The path, call type or name of the call. */
  readonly endpoint?: string
  readonly answer?: string
  /** Absent: it can be routed. */
  readonly notRoutable?: NotRoutable
}

/** What a router said about a request when it was answered. */
export type LoggedDecision = {
  readonly router: string
  readonly strongWinRate: number
  readonly threshold?: number
}

/** What a row of a log turned out to be. */
export type ReadLogRow =
  | { readonly kind: 'request'; readonly request: LoggedRequest }
  /** @param reason continues "line 3 …": `has no messages: …`. */
  | { readonly kind: 'unreadable'; readonly reason: string }

/** How one product writes its request log. */
export type LogFormat = {
  /** The name on the command line: `--format langfuse`. */
  readonly name: string
  /** What a row looks like, for the message where a file is not readable as this. */
  readonly expects: string
  /** Whether a row has the marks of this format. */
  recognises(row: Row): boolean
  /** Never throws: a row is read, or is told to be unreadable. */
  read(row: Row): ReadLogRow
}

export function unreadable(reason: string): ReadLogRow {
  return { kind: 'unreadable', reason }
}
