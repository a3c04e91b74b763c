import { setTimeout as after } from 'node:timers/promises'
import { UpstreamError } from '../../../../errors.ts'
import type { Model } from '../../../../routing/catalogue/model.ts'
import type { FailedAttempt } from './chat-call.ts'

/** Statuses after which another attempt may fare better; so it may where there was no answer at all. */
export function mayRecover({ status, isRefusal }: FailedAttempt): boolean {
  if (isRefusal) return false
  return status === undefined || status < 300 || [408, 409, 425, 429].includes(status) || status >= 500
}

/** The wait before the first further attempt; doubles with each, unless the endpoint says how long. */
const firstRetryDelayMs = 500

export function retryDelayMs(attempt: FailedAttempt, tries: number): number {
  return attempt.retryAfterMs ?? firstRetryDelayMs * 2 ** (tries - 1)
}

/** Rejects with `signal.reason` once `signal` aborts. */
export async function waitOrAbort(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await after(ms, undefined, signal === undefined ? undefined : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

export function attemptFailure(
  { status, words, cause }: FailedAttempt,
  provider: string,
  { upstream }: Model,
  tries: number,
): UpstreamError {
  const times = tries === 1 ? '' : ` after ${tries} tries`
  if (status === undefined)
    return new UpstreamError(
      'judge-unreachable',
      `No reply of ${upstream} from the provider ${provider}${times}: ${words} What was paid for is in the cache, where one is used: run it again with the same cache.`,
      { cause },
    )
  return new UpstreamError(
    'judge-failed',
    `No reply of ${upstream} from the provider ${provider}${times}: it answered ${status}: ${words}. ${adviceFor(status)}`,
  )
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return 'Check the key of the provider.'
  if (status === 404) return 'Check the base URL (it ends in /v1) and the name of the model.'
  if (status === 429) return 'The endpoint limits its rate: ask less at a time, or raise the limit there.'
  if (status >= 500) return 'Try again later; what was paid for is in the cache, where one is used.'
  return 'Check the name of the model and the fields of the request: some models take no temperature, and max_completion_tokens in place of max_tokens.'
}
