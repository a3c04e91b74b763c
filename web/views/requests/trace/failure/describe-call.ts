import type { RequestAnswer } from '../../../../../src/server/admin/api/requests.ts'
import type { TraceCall } from '../../../../../src/store/reader/answers.ts'
import { formatMs } from '../../../../ui/format.ts'

/** What became of a call of a request that failed: `answered with an error after 180 ms`. */
export function describeCall(call: TraceCall, { status, calls }: RequestAnswer): string {
  const { sentMs, firstByteMs, isRefused, isAborted } = call
  const isLast = call === calls[0]
  const after = firstByteMs === null ? '' : ` after ${formatMs(Math.max(0, firstByteMs - sentMs))}`
  if (isRefused) return `answered with ${call.status === null ? 'an error' : `status ${call.status}`}${after}`
  if (isAborted)
    return isLast && status === 499 ? 'was given up when the client left' : 'was given up before it answered'
  if (firstByteMs === null)
    return isLast && status === 504
      ? 'did not answer in time'
      : 'gave no reply: it was not reached, was too late, or closed the connection'
  return isLast ? `began to answer${after}, and the answer broke off` : `answered${after}, which was not used`
}

/** In the order in which they were sent. */
export function sortCalls(calls: readonly TraceCall[]): readonly TraceCall[] {
  return calls.toSorted((one, other) => one.sentMs - other.sentMs)
}
