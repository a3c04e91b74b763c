import type { FinishedCall, ObservedCalls } from '../routing/policies/observations/observed-calls.ts'
import type { RecordedCall, RequestObserver, RequestRecord } from './request-record.ts'

/** Adds the calls of finished requests to what is observed. */
export function createCallObserver(observed: ObservedCalls): RequestObserver {
  return (record) => {
    for (const call of toFinishedCalls(record)) observed.add(call)
  }
}

/**
 * The calls of a request that were answered to their ends and reported their tokens; none for a request that failed.
 * Latencies are those of the call whose stream the client received.
 */
export function toFinishedCalls(record: RequestRecord): FinishedCall[] {
  const { status, task, call, otherCalls } = record
  if (status !== 200 || call === null) return []
  return [call, ...otherCalls].flatMap((each) =>
    each.tokens === null || each.isRefused
      ? []
      : {
          model: each.model,
          task,
          outputTokens: each.tokens.output,
          latency: each === call ? findLatency(record, each, each.tokens.output) : null,
        },
  )
}

/**
 * A model that was called a second time because it was late counts from its first call: so a high percentile stays what
 * it is without second calls.
 */
function findLatency(
  { stream, ms, otherCalls }: RequestRecord,
  { model, sentMs: ownSentMs, firstByteMs }: RecordedCall,
  outputTokens: number,
): FinishedCall['latency'] {
  if (!stream || firstByteMs === null || outputTokens < 2) return null
  const sentMs = otherCalls.reduce(
    (earliest, other) => (other.model === model ? Math.min(earliest, other.sentMs) : earliest),
    ownSentMs,
  )
  return {
    firstTokenSeconds: Math.max(0, firstByteMs - sentMs) / 1000,
    secondsPerOutputToken: Math.max(0, ms.total - firstByteMs) / 1000 / (outputTokens - 1),
  }
}
