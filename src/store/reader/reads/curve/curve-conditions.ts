import type { CurveQuery } from '../../answers/curve.ts'
import { requestConditions } from '../request-conditions.ts'

/** Requests that the policy decided, or that only one of its models could answer. */
export function curveConditions({
  from,
  to,
  key,
  tag,
  policy,
}: Pick<CurveQuery, 'from' | 'to' | 'key' | 'tag' | 'policy'>): {
  readonly sql: string
  readonly parameters: readonly unknown[]
} {
  const given = requestConditions({ from, to, key, tag, policy: policy ?? '' })
  return {
    sql: policy === null ? `${given.sql} and (router is not null or side is not null)` : given.sql,
    parameters: given.parameters,
  }
}
