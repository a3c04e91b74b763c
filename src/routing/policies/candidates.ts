import { InvalidRequestError } from '../../errors.ts'
import { describeExclusion } from '../catalogue/describe-exclusion.ts'
import { findExclusions } from '../catalogue/exclusion.ts'
import type { Model } from '../catalogue/model.ts'
import type { RequestNeeds } from '../catalogue/request-needs.ts'
import type { Candidate } from './choice.ts'

/** The models as candidates of one request, in their order, those marked that cannot answer it. Not priced. */
export function toCandidates(models: readonly Model[], needs: RequestNeeds): readonly Candidate[] {
  const exclusions = findExclusions(models, needs)
  return models.map((model, index) => ({ model, usd: null, excluded: exclusions[index] ?? null }))
}

/**
 * @throws InvalidRequestError `no-candidate` that names each candidate and why it is excluded, if all are; RouteLLMError
 *   `budget-exceeded` (429) if a budget that is used up excludes one of them, since it can answer later; `not-allowed` (403) if
 *   the client's key allows none.
 */
export function refuseIfAllExcluded(candidates: readonly Candidate[], needs: RequestNeeds): void {
  if (candidates.some(({ excluded }) => excluded === null)) return
  refuseByAllowance(candidates, needs)
  throw new InvalidRequestError(
    'no-candidate',
    `No model can answer this request: ${describeExclusions(candidates, needs).join('; ')}. ` +
      'Change what the request needs, or add a model that can answer it.',
  )
}

function refuseByAllowance(candidates: readonly Candidate[], needs: RequestNeeds): void {
  const { allowance } = needs
  if (allowance === undefined) return
  const models = candidates.map(({ model }) => model)
  // A policy's own limit in dollars excludes as `budget`, too, and waiting does not help against it.
  const isOverBudget = candidates.some(
    ({ model, excluded }) => excluded === 'budget' && allowance.findExclusion(model, needs) === 'budget',
  )
  if (isOverBudget) throw allowance.refuse('budget', models)
  if (candidates.every(({ excluded }) => excluded === 'not-allowed'))
    throw allowance.refuse('not-allowed', models)
}

/** Why each excluded candidate is: `small cannot read images`. */
export function describeExclusions(candidates: readonly Candidate[], needs: RequestNeeds): string[] {
  return candidates.flatMap(({ model, excluded }) =>
    excluded === null ? [] : [describeExclusion(excluded, model, needs)],
  )
}
