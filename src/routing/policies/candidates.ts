import { InvalidRequestError } from '../../errors.ts'
import { describeExclusion } from '../catalogue/describe-exclusion.ts'
import { findExclusion } from '../catalogue/exclusion.ts'
import type { Model } from '../catalogue/model.ts'
import type { RequestNeeds } from '../catalogue/request-needs.ts'
import type { Candidate } from './choice.ts'

/**
 * The models as candidates of one request, in their order, those marked that cannot answer it. Not priced.
 *
 * The tokens of a prompt are an estimate, and a context counts as too small with a margin. If this leaves no model, it
 * counts without the margin: an answer that may fail is better than a refusal that may be wrong.
 */
export function toCandidates(models: readonly Model[], needs: RequestNeeds): readonly Candidate[] {
  const candidates = models.map((model) => toCandidate(model, needs))
  if (candidates.some(({ excluded }) => excluded === null)) return candidates
  return models.map((model) => toCandidate(model, needs, 1))
}

function toCandidate(model: Model, needs: RequestNeeds, margin?: number): Candidate {
  return { model, usd: null, excluded: findExclusion(model, needs, margin) }
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
