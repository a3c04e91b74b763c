import { expect, it } from 'vitest'
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
  ['a long prompt', { inputTokens: 9000 }, 'context', 'about 9,000 tokens, and its context 8,000'],
  ['a long reply', { maxOutputTokens: 2000 }, 'output', 'up to 2,000 tokens, and it writes at most 1,000'],
  ['an image', { modalities: ['text', 'image'] }, 'modality', 'it does not read image'],
  ['tools', { tools: true }, 'tools', 'it cannot call tools'],
  ['a JSON schema', { structuredOutput: true }, 'structured-output', 'it does not follow a JSON schema'],
  ['a region', { region: 'eu' }, 'region', 'demands the region eu, and it runs in us'],
  ['tags', { tags: ['cheap', 'contract'] }, 'tags', 'it lacks the tag contract'],
])('excludes a model that does not suit %s, and says why', (_what, needs, excluded, why) => {
  const asked = { ...noNeeds, ...needs }
  const candidates = toCandidates([small], asked)
  expect(candidates).toEqual([{ model: small, usd: null, excluded }])
  expect(() => refuseIfAllExcluded(candidates, asked)).toThrow(
    expect.objectContaining({ code: 'no-candidate', message: expect.stringContaining(`small: `) }),
  )
  expect(() => refuseIfAllExcluded(candidates, asked)).toThrow(why)
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
