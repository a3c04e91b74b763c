import type { RequestAnswer } from '../../../../../src/server/admin/api/requests.ts'

type Failed = Pick<
  RequestAnswer,
  'status' | 'calls' | 'candidates' | 'policy' | 'router' | 'side' | 'overBudget'
>

/** Why no other model answered for one that failed; null if what is recorded does not say. */
export function describeNoRescue(failed: Failed): string | null {
  const { status, calls, candidates, policy, router, side, overBudget } = failed
  const last = calls[0]
  if (last === undefined || status < 500 || overBudget !== null) return null
  // An answer that has begun cannot be given by another model.
  if (!last.isRefused && last.firstByteMs !== null) return null
  if (candidates.length === 0)
    return policy === null && router === null
      ? 'No other model was asked, because the request names its model.'
      : null
  const called = new Set(calls.map(({ model }) => model))
  const able = candidates.filter(({ excluded }) => excluded === null)
  if (able.every(({ model }) => called.has(model)))
    return able.length === 1
      ? 'No other candidate could answer.'
      : 'All candidates that could answer were asked.'
  if (calls.length === 1 && candidates.length === 2 && side === 'strong')
    return 'The weak model was not asked: it answers for the strong one only if the policy sets fallback: both.'
  return null
}
