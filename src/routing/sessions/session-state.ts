import type { FailureSignals } from './conversation/failure-signals.ts'
import type { KnownAnswer } from './signals/answer-signal.ts'

/** What is remembered of one conversation: plain data of bounded size, without any of its text. */
export type SessionState = {
  /** The name of the model that answered last, or that was last chosen. */
  readonly model: string
  /** The name of the model that the policy wanted for the last request. */
  readonly wish: string
  /** Milliseconds between requests, on average; null after the first. */
  readonly intervalMs: number | null
  /** The number of the user's turn, from 1. */
  readonly turn: number
  /** Entries of `messages` in the last request. */
  readonly entries: number
  /** Whether the model has called a tool in them. */
  readonly hasTools: boolean
  /** When the last request came or its reply ended, in milliseconds since 1970. */
  readonly lastAt: number
  /** The last request, until its reply says more. */
  readonly pending: {
    /** Characters of what was sent. */
    readonly characters: number
    /** Tokens of the whole prompt, estimated. */
    readonly promptTokens: number
    /** Tokens of it that the chosen model had read before, in a cache that was not too old. */
    readonly warmTokens: number
  }
  /** Tokens of the last prompt and the characters it was made of; null until a reply reported them. */
  readonly prompt: MeasuredPrompt | null
  /** Output tokens of the replies that reported them, and how many these were. */
  readonly output: { readonly tokens: number; readonly replies: number }
  /** Signals of the requests since the user's last turn, for a conversation of which only the new turns are sent. */
  readonly signals: FailureSignals
  /** The last answer that a client has got completely; null before one. */
  readonly answer: KnownAnswer | null
  /** Requests that a model was chosen for and that have no end yet. */
  readonly openRequests: number
  /** Whether the tools of the user's turn have failed, and that was told. */
  readonly toolsFailed: boolean
  /** The latest use last; at most `mostCaches`. */
  readonly caches: readonly CacheState[]
}

export type MeasuredPrompt = {
  readonly tokens: number
  readonly characters: number
  /** Tokens that the prompt grew by per request, on average; null after the first. */
  readonly growth: number | null
}

/** The prompt cache of one model for one conversation. */
export type CacheState = {
  /** `cacheIdentity` of the model. */
  readonly identity: string
  /** Tokens of the prompt that the model has read last. */
  readonly prefixTokens: number
  /**
   * The part of them that it is expected to find in its cache, in [0, 1]: 1 for a provider that is known to cache, 0
   * for another, then what its replies reported.
   */
  readonly hitShare: number
  /** In milliseconds since 1970. */
  readonly usedAt: number
}

export const mostCaches = 8
