/** What a model of an upstream was used for on one day of UTC. */
export type UsageRow = {
  /** `2026-11-30`. */
  readonly day: string
  /** The upstream's name of the model. */
  readonly model: string
  /** Cached and written tokens included. */
  readonly inputTokens: number
  /** The part that was read from a cache. */
  readonly cachedTokens: number
  readonly outputTokens: number
  /** 10⁻⁹ USD; null if it is not stated. */
  readonly nanoUsd: number | null
}

/** What a store has of such a day and model. */
export type StoreUsage = UsageRow & {
  readonly nanoUsd: number
  readonly calls: number
  /** Calls whose tokens the upstream did not report, such as those of streams that were broken off. They are not in the tokens. */
  readonly unreportedCalls: number
  /** Calls whose tokens are an estimate, because another call answered and they were aborted. They are in the tokens. */
  readonly estimatedCalls: number
  /** Shadow calls and calls of judges: their dollars are in `nanoUsd`, their tokens are not known. */
  readonly shadowCalls: number
}
