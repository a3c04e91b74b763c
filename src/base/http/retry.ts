import { setTimeout as sleep } from 'node:timers/promises'

/** The number of retries of a failed request, and the waits before them. */
export type RetryPolicy = {
  /** Further attempts after the first. */
  readonly retries: number
  /** Wait before the first further attempt, in milliseconds; doubles with each attempt. Default: 500. */
  readonly firstRetryDelayMs?: number
  /** Longest wait before a further attempt, also if `Retry-After` asks for more. */
  readonly maxRetryDelayMs: number
  /** No further attempt begins later than this after the first one. Default: 600,000. */
  readonly maxTotalMs?: number
  /** Uniform in [0, 1); spreads the waits of clients that failed together. Default: `Math.random`. */
  readonly random?: () => number
  /** Waits, and rejects with `signal.reason` if `signal` aborts. Default: `waitOrAbort`. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** The outcome of one attempt. A retryable one is the result if no further attempt is allowed. */
export type Attempt<Result> =
  | { readonly kind: 'final'; readonly result: Result }
  | { readonly kind: 'retryable'; readonly result: Result; readonly askedMs?: number | undefined }

/**
 * Whether the same request may succeed later: a time-out (408), a conflict (409), a request sent too early (425), a rate
 * limit (429) or a failing server (5xx). A request that got no answer is retryable too.
 */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500
}

/**
 * The wait before the next attempt, in milliseconds: the value that the endpoint requested, or between half and all of
 * `firstRetryDelayMs · 2^(tries − 1)`; at most `maxRetryDelayMs`.
 *
 * @param tries attempts so far, from 1.
 */
export function retryDelayMs(tries: number, askedMs: number | undefined, policy: RetryPolicy): number {
  const { firstRetryDelayMs = 500, maxRetryDelayMs, random = Math.random } = policy
  if (askedMs !== undefined) return Math.min(askedMs, maxRetryDelayMs)
  return Math.min(firstRetryDelayMs * 2 ** (tries - 1), maxRetryDelayMs) * (1 - random() / 2)
}

/**
 * The result of the first final attempt, or of the last one that the policy allows.
 *
 * @param attempt is called with the number of this attempt, from 1.
 * @throws what `attempt` throws, at once; `signal.reason` if `signal` aborts before an attempt or during a wait.
 */
export async function withRetries<Result>(
  attempt: (tries: number) => Promise<Attempt<Result>>,
  policy: RetryPolicy,
  signal?: AbortSignal,
): Promise<Result> {
  const { retries, maxTotalMs = 600_000, wait = waitOrAbort } = policy
  const begun = performance.now()
  for (let tries = 1; ; tries++) {
    signal?.throwIfAborted()
    const outcome = await attempt(tries)
    if (outcome.kind === 'final' || tries > retries) return outcome.result
    const delayMs = retryDelayMs(tries, outcome.askedMs, policy)
    if (performance.now() - begun + delayMs > maxTotalMs) return outcome.result
    await wait(delayMs, signal)
  }
}

/** Resolves after `ms` milliseconds; rejects with `signal.reason` if `signal` aborts. */
export async function waitOrAbort(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? undefined : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
