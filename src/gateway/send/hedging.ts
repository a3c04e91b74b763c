import type { ObservedCalls } from '../../routing/policies/observations/observed-calls.ts'

/** When a second call is made because the first one is late. */
export type HedgeSettings = {
  /** The percentile of a model's observed times to the first token after which a call is late; in (0, 100). */
  readonly afterPercentile: number
  /** Second calls, at most, as a share of the requests; in (0, 1]. */
  readonly maxShare: number
}

/** Decides about second calls of streams. */
export type Hedging = {
  /**
   * Counts a request. Milliseconds after which its call is late; null if too few calls of the model were observed to
   * tell.
   *
   * @param model its configured name.
   */
  expectDelayMs(model: string): number | null
  /** Whether a second call may be made now. It is counted. */
  take(): boolean
}

/** Fewer calls say little about a high percentile. */
export const leastObservedCalls = 40
/** Second calls that may come at once after a quiet time. */
const mostSaved = 10

/**
 * Hedged requests: Dean and Barroso, The Tail at Scale (2013). Each request adds `maxShare` to a budget of at most 10,
 * and each second call takes 1 from it, so a provider that becomes slow as a whole gets no flood of them.
 *
 * @param models the configured names of the models that may be called a second time.
 */
export function createHedging(
  { afterPercentile, maxShare }: HedgeSettings,
  observed: ObservedCalls,
  models: readonly string[],
): Hedging {
  const observedModels = new Map(models.map((name) => [name, observed.of(name)]))
  let budget = 0
  return {
    expectDelayMs(model) {
      budget = Math.min(mostSaved, budget + maxShare)
      const known = observedModels.get(model)?.firstTokenSeconds(afterPercentile)
      return known === undefined || known.count < leastObservedCalls ? null : known.value * 1000
    },
    take() {
      // A sum of shares such as 20 · 0.05 is a little less than 1.
      if (budget < 1 - 1e-9) return false
      budget -= 1
      return true
    },
  }
}
