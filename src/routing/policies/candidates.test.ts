import { expect, it } from 'vitest'
import { findExclusion } from '../catalogue/exclusion.ts'
import type { Model } from '../catalogue/model.ts'
import { noNeeds, type RequestNeeds } from '../catalogue/request-needs.ts'
import { refuseIfAllExcluded, toCandidates } from './candidates.ts'

const small: Model = {
  name: 'small',
  provider: 'p',
  upstream: 's',
  contextTokens: 8000,
  maxOutputTokens: 1000,
  modalities: ['text'],
  tools: false,
  structuredOutput: false,
  region: 'us',
  tags: ['cheap'],
}

it.each<[string, Partial<RequestNeeds>, string, string]>([
  [
    'a long prompt',
    { inputTokens: 9000 },
    'context',
    'small has a context of 8,000 tokens, too small for a prompt of about 9,000',
  ],
  [
    'a long reply',
    { maxOutputTokens: 2000 },
    'output',
    'small writes at most 1,000 tokens, and the request asks for up to 2,000',
  ],
  ['an image', { modalities: ['text', 'image'] }, 'modality', 'small cannot read images'],
  ['tools', { tools: true }, 'tools', 'small cannot call tools'],
  ['a JSON schema', { structuredOutput: true }, 'structured-output', 'small does not follow a JSON schema'],
  ['a region', { region: 'eu' }, 'region', 'small runs in us, and the request demands eu'],
  ['tags', { tags: ['cheap', 'contract'] }, 'tags', 'small lacks the tag contract'],
])('excludes a model that does not suit %s, and says why', (_what, needs, excluded, why) => {
  const asked = { ...noNeeds, ...needs }
  const candidates = toCandidates([small], asked)
  expect(candidates).toEqual([{ model: small, usd: null, excluded }])
  expect(() => refuseIfAllExcluded(candidates, asked)).toThrow(
    expect.objectContaining({ code: 'no-candidate', message: expect.stringContaining(why) }),
  )
})

it('lets a model of which nothing is known do anything but meet a demand', () => {
  const unknown: Model = { name: 'unknown', provider: 'p', upstream: 'u' }
  const much = { inputTokens: 1e6, maxOutputTokens: 1e6, modalities: ['audio'], tools: true } as const
  const excludedBy = (needs: Partial<RequestNeeds>) =>
    toCandidates([unknown], { ...noNeeds, ...needs })[0]?.excluded
  expect(excludedBy({ ...much, structuredOutput: true })).toBeNull()
  expect(excludedBy({ region: 'eu' })).toBe('region')
  expect(excludedBy({ tags: ['contract'] })).toBe('tags')
})

it('fits prompt and reply into the context together, the prompt with a margin', () => {
  const excludedBy = (inputTokens: number, maxOutputTokens: number | null) =>
    findExclusion({ ...small, tags: [] }, { ...noNeeds, inputTokens, maxOutputTokens })
  expect(excludedBy(6400, null)).toBeNull()
  expect(excludedBy(6401, null)).toBe('context')
  expect(excludedBy(5600, 1000)).toBeNull()
  expect(excludedBy(5601, 1000)).toBe('context')
})

it('takes a context that may be too small rather than none', () => {
  const large: Model = { name: 'large', provider: 'p', upstream: 'l', contextTokens: 16_000 }
  const marked = (inputTokens: number) =>
    toCandidates([small, large], { ...noNeeds, inputTokens }).map(({ excluded }) => excluded)
  expect(marked(7000)).toEqual(['context', null])
  expect(marked(14_000)).toEqual(['context', null])
  expect(marked(16_001)).toEqual(['context', 'context'])
})
