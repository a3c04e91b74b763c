import type { FinishedCall, ObservedCalls } from '../routing/policies/observations/observed-calls.ts'
import type { RequestObserver, RequestRecord } from './request-record.ts'

/** Adds the calls of finished requests to what is observed. */
export function createCallObserver(observed: ObservedCalls): RequestObserver {
  return (record) => {
    const call = toFinishedCall(record)
    if (call !== null) observed.add(call)
  }
}

/**
 * The one call of a request that was answered to its end. Null for a request that failed, reported no tokens, or called
 * several models, whose lengths and times are not told apart.
 */
export function toFinishedCall(record: RequestRecord): FinishedCall | null {
  const { model, task, status, attempts, tokens } = record
  if (status !== 200 || attempts !== 1 || model === null || tokens === null) return null
  return { model, task, outputTokens: tokens.output, latency: findLatency(record, tokens.output) }
}

function findLatency({ stream, ms }: RequestRecord, outputTokens: number): FinishedCall['latency'] {
  const { overhead, firstByte, total } = ms
  if (!stream || overhead === null || firstByte === null || outputTokens < 2) return null
  return {
    firstTokenSeconds: Math.max(0, firstByte - overhead) / 1000,
    secondsPerOutputToken: (total - firstByte) / 1000 / (outputTokens - 1),
  }
}
