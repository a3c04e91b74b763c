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

/** @throws InvalidRequestError `no-candidate` that names each candidate and why it is excluded, if all are. */
export function refuseIfAllExcluded(candidates: readonly Candidate[], needs: RequestNeeds): void {
  if (candidates.some(({ excluded }) => excluded === null)) return
  throw new InvalidRequestError(
    'no-candidate',
    `No model can answer this request: ${describeExclusions(candidates, needs).join('; ')}. ` +
      'Change what the request needs, or add a model that can answer it.',
  )
}

/** Why each excluded candidate is: `small cannot read images`. */
export function describeExclusions(candidates: readonly Candidate[], needs: RequestNeeds): string[] {
  return candidates.flatMap(({ model, excluded }) =>
    excluded === null ? [] : [describeExclusion(excluded, model, needs)],
  )
}
