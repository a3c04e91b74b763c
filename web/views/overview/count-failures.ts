import type { Failure } from '../../../src/store/reader/answers/failures.ts'

const clientLeft = 499
/** Of the provider's account, not of the client. */
const noCredit = 402

/** The requests that failed: at the server or a provider, refused to the client, or without a client in the end. The sum is all. */
export function countFailures(failures: readonly Failure[]): {
  readonly failed: number
  readonly refused: number
  readonly left: number
} {
  const counts = { failed: 0, refused: 0, left: 0 }
  for (const failure of failures)
    if (failure.kind === 'failed') counts[toCause(failure.status)] += failure.requests
  return counts
}

function toCause(status: number): 'failed' | 'refused' | 'left' {
  if (status === clientLeft) return 'left'
  return status >= 500 || status === noCredit ? 'failed' : 'refused'
}
