/** Whether and when a model that failed is asked again. */
export type RetryRule = {
  /** 0: never. */
  readonly most: number
  /**
   * Milliseconds to wait before the next try; null if the upstream asks for a longer wait than anyone will wait.
   *
   * @param retries how often it was asked again already.
   * @param retryAfterMs how long the upstream asked to wait; null if it did not.
   */
  delayMs(retries: number, retryAfterMs: number | null): number | null
}

const firstDelayMs = 250
const longestDelayMs = 8000

/**
 * Waits a random time up to 250 ms, 500 ms, 1 s and so on, at most 8 s (full jitter), so that clients that failed together
 * do not come back together; what the upstream asks for if it asks for no more than 8 s.
 *
 * Source: Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015.
 *
 * @param random numbers from 0 to 1.
 */
export function createRetryRule(most: number, random: () => number): RetryRule {
  return {
    most,
    delayMs(retries, retryAfterMs) {
      // A timer may fire a millisecond early, when the pause is not over.
      if (retryAfterMs !== null) return retryAfterMs > longestDelayMs ? null : retryAfterMs + 1
      return random() * Math.min(longestDelayMs, firstDelayMs * 2 ** retries)
    },
  }
}

export const noRetries: RetryRule = { most: 0, delayMs: () => null }
