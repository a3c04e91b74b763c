import { setTimeout as wait } from 'node:timers/promises'

/** How often and how patiently a request is tried again. */
export type RetryPolicy = {
  /** Further attempts after the first. */
  readonly retries: number
  /** Longest wait before a further attempt, whatever `Retry-After` says. */
  readonly maxRetryDelayMs: number
}

/** The wait before the first further attempt; doubles with each, unless the endpoint says how long. */
const firstRetryDelayMs = 250

/** Whether the same request may fare better later: a time-out, a conflict, a limited rate, a failing server. */
export function mayRecover(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500
}

/** @param tries attempts so far, from 1. @param askedMs what the endpoint said. */
export function retryDelayMs(tries: number, askedMs: number | undefined, policy: RetryPolicy): number {
  return Math.min(askedMs ?? firstRetryDelayMs * 2 ** (tries - 1), policy.maxRetryDelayMs)
}

/** Rejects with `signal.reason` once `signal` aborts. */
export async function waitOrAbort(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(ms, undefined, signal === undefined ? undefined : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
