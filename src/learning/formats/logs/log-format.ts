import type { PickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import type { RoutedPrompt } from '../../../routing/prompts/routed-prompt.ts'
import type { Row } from '../row.ts'
import type { MissingCharacters } from './request/cut-text.ts'

/**
 * Why a request is left out of the saving:
 * - `error`: it failed (HTTP status 400 or more, or the log says so), so it has no answer.
 * - `embeddings`, `other-call`: it is not a chat (images, audio, moderation, a span without a model call).
 * - `cached`: a cache answered, no model.
 * - `truncated`: the logger did not keep all of its prompt, so a score would be that of another prompt.
 * - `tool-turn`: its last message is a tool's result. The model does not change inside a tool loop.
 * - `attachment`: it has an image, audio or a file, which the weak model may not read.
 * - `no-text`: it has no user text.
 * - `not-scored`: the log holds neither text nor the win rate of a router.
 */
export type NotRoutable =
  | 'error'
  | 'embeddings'
  | 'other-call'
  | 'cached'
  | 'truncated'
  | 'tool-turn'
  | 'attachment'
  | 'no-text'
  | 'not-scored'

/** One request of a log of any product. A field that the log lacks is absent, never 0. */
export type LoggedRequest = {
  /** The part that a router reads. */
  readonly prompt: RoutedPrompt
  /** As the log names it, or `unknown`. */
  readonly model: string
  /** The provider's name of the model, if the log has its own names for models. */
  readonly upstream?: string
  /** The model that the client asked for, if another name answered. */
  readonly askedModel?: string
  /** Which router scored the request when it was answered, if the log says so. */
  readonly decision?: LoggedDecision
  /** Cached tokens included. */
  readonly inputTokens?: number
  /** The part of `inputTokens` that the provider had cached and charged less for. */
  readonly cachedInputTokens?: number
  /** Reasoning tokens included. */
  readonly outputTokens?: number
  /** What was paid, in dollars. Other products write 0 for a model without a price, so their 0 is left out. */
  readonly costUsd?: number
  /** Characters of the request's texts that the logger did not keep. Absent if they are whole. */
  readonly missingCharacters?: MissingCharacters
  /** Milliseconds since 1970. */
  readonly time?: number
  /** Whether the log has a time of the request in a form that is not read. */
  readonly isTimeUnread?: true
  readonly user?: string
  /** The API key's name or alias. Of a key or a hash, the last four characters only. */
  readonly key?: string
  readonly tags: readonly string[]
  /** The path, call type or name of the call. */
  readonly endpoint?: string
  readonly answer?: string
  /** Absent if it can be routed. */
  readonly notRoutable?: NotRoutable
}

/** What a router said about a request when it was answered. */
export type LoggedDecision = {
  readonly router: string
  readonly strongWinRate: number
  readonly threshold?: number
}

/** The result of reading a row of a log. */
export type ReadLogRow =
  | { readonly kind: 'request'; readonly request: LoggedRequest }
  /** `reason` continues "line 3 …": `has no messages`. */
  | { readonly kind: 'unreadable'; readonly reason: string }

/** The form of one product's request log. */
export type LogFormat = {
  /** The name on the command line: `--format langfuse`. */
  readonly name: string
  /** What a row looks like, for error messages. */
  readonly expects: string
  /** Sentences about the log, for the report. */
  readonly notes?: readonly string[]
  /** Whether a row has the columns of this format. */
  recognises(row: Row): boolean
  /** The rows that a row of the file holds, if the format packs several into one. */
  unpack?(row: Row): readonly Row[]
  /** Reads a row, or says why it cannot. Never throws. @param pickPrompt picks the scored text of a conversation. */
  read(row: Row, pickPrompt: PickPrompt): ReadLogRow
}

/** A format of the table in `formats.ts`, with what docs/formats.md says of it, in Markdown. */
export type DocumentedLogFormat = LogFormat & {
  readonly documentation: {
    readonly writtenBy: string
    readonly reads: string
    /** Files of `test/cases` that a test reads in the format. */
    readonly testedWith: readonly string[]
  }
}

export function unreadable(reason: string): ReadLogRow {
  return { kind: 'unreadable', reason }
}
