import { InvalidRequestError } from '../../errors.ts'
import { type Exclusion, findExclusion } from '../catalogue/exclusion.ts'
import type { Model } from '../catalogue/model.ts'
import type { RequestNeeds } from '../catalogue/request-needs.ts'
import type { Candidate } from './choice.ts'

/** The models as candidates of one request, in their order, those marked that cannot answer it. Not priced. */
export function toCandidates(models: readonly Model[], needs: RequestNeeds): readonly Candidate[] {
  return models.map((model) => ({ model, usd: null, excluded: findExclusion(model, needs) }))
}

/** @throws InvalidRequestError `no-candidate` that names each candidate and why it is excluded, if all are. */
export function refuseIfAllExcluded(candidates: readonly Candidate[], needs: RequestNeeds): void {
  if (candidates.some(({ excluded }) => excluded === null)) return
  const reasons = candidates.map(
    ({ model, excluded }) =>
      `${model.name}: ${excluded === null ? 'none' : describeExclusion(excluded, model, needs)}`,
  )
  throw new InvalidRequestError('no-candidate', `No model can answer this request. ${reasons.join('; ')}.`)
}

/** `needs about 9,000 tokens, and its context has 8,000`. */
function describeExclusion(excluded: Exclusion, model: Model, needs: RequestNeeds): string {
  switch (excluded) {
    case 'context':
      return `the request has about ${count(needs.inputTokens)} tokens, and its context ${count(model.contextTokens)}`
    case 'output':
      return `the request asks for up to ${count(needs.maxOutputTokens)} tokens, and it writes at most ${count(model.maxOutputTokens)}`
    case 'modality': {
      const missing = needs.modalities.filter((each) => model.modalities?.includes(each) !== true)
      return `it does not read ${missing.join(' and ')}`
    }
    case 'tools':
      return 'it cannot call tools'
    case 'structured-output':
      return 'it does not follow a JSON schema'
    case 'region':
      return `the request demands the region ${needs.region}, and it runs in ${model.region ?? 'no stated region'}`
    case 'tags':
      return `it lacks the tag ${needs.tags.filter((tag) => model.tags?.includes(tag) !== true).join(' and ')}`
    case 'unpriced':
      return 'it has no price, and the request has a limit in dollars'
    case 'budget':
      return 'it would cost more than the request may'
    case 'not-allowed':
      return 'the key does not allow it'
    case 'unavailable':
      return 'it is not available now'
  }
}

function count(tokens: number | null | undefined): string {
  return (tokens ?? 0).toLocaleString('en')
}
