import type { Exclusion } from './exclusion.ts'
import type { Modality, Model } from './model.ts'
import type { RequestNeeds } from './request-needs.ts'

/** Why the model cannot answer, as a clause: `small cannot read images`. */
export function describeExclusion(excluded: Exclusion, model: Model, needs: RequestNeeds): string {
  const { name } = model
  switch (excluded) {
    case 'context': {
      const reply =
        needs.maxOutputTokens === null ? '' : ` and a reply of up to ${count(needs.maxOutputTokens)}`
      return `${name} has a context of ${count(model.contextTokens)} tokens, too small for a prompt of about ${count(needs.inputTokens)}${reply}`
    }
    case 'output':
      return `${name} writes at most ${count(model.maxOutputTokens)} tokens, and the request asks for up to ${count(needs.maxOutputTokens)}`
    case 'modality':
      return `${name} cannot read ${needs.modalities
        .filter((each) => model.modalities?.includes(each) !== true)
        .map((each) => contents[each])
        .join(' or ')}`
    case 'tools':
      return `${name} cannot call tools`
    case 'structured-output':
      return `${name} does not follow a JSON schema`
    case 'region':
      return `${name} runs in ${model.region ?? 'no stated region'}, and the request demands ${needs.region}`
    case 'tags':
      return `${name} lacks the tag ${needs.tags.filter((tag) => model.tags?.includes(tag) !== true).join(' and ')}`
    case 'unpriced':
      return `${name} has no price, and the request has a limit in dollars`
    case 'budget':
      return `${name} would cost more than the request may`
    case 'not-allowed':
      return `the key does not allow ${name}`
    case 'unavailable':
      if (needs.servedBy?.has(model.provider) === false)
        return `${name} is at ${model.provider}, which does not serve this path`
      return needs.provider === undefined || needs.provider === model.provider
        ? `${name} is not available now`
        : `${name} is not at ${needs.provider}, which keeps the response that the request continues`
  }
}

const contents: Readonly<Record<Modality, string>> = {
  text: 'text',
  image: 'images',
  audio: 'audio',
  file: 'files',
}

function count(tokens: number | null | undefined): string {
  return (tokens ?? 0).toLocaleString('en')
}
