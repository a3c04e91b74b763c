import { describe, expect, it } from 'vitest'
import {
  addCachePrices,
  cacheIdentity,
  findCachePrices,
  findCacheTerms,
  promptUsd,
  restUsd,
  returnUsd,
} from './cache-costs.ts'

const model = { name: 'm', provider: 'p', upstream: 'u' }
const priced = { ...model, inputUsdPerMillionTokens: 4, outputUsdPerMillionTokens: 20 }
const weak = { input: 1, cacheRead: 0.1, cacheWrite: 1.25, output: 5 }

describe('addCachePrices', () => {
  it('adds what Anthropic charges for every model, and nothing to prices of one’s own', () => {
    expect(addCachePrices(priced, findCacheTerms('anthropic'))).toEqual({
      ...priced,
      cacheReadUsdPerMillionTokens: 0.4,
      cacheWriteUsdPerMillionTokens: 5,
      cacheWrite1hUsdPerMillionTokens: 8,
    })
    const own = { ...priced, cacheWriteUsdPerMillionTokens: 6 }
    expect(addCachePrices(own, findCacheTerms('anthropic')).cacheWriteUsdPerMillionTokens).toBe(6)
  })

  it('adds nothing where models differ, or where there is no price', () => {
    expect(addCachePrices(priced, findCacheTerms('openai'))).toBe(priced)
    expect(addCachePrices(priced, null)).toBe(priced)
    expect(addCachePrices(model, findCacheTerms('anthropic'))).toBe(model)
  })
})

describe('findCachePrices', () => {
  const anthropic = findCacheTerms('anthropic')

  it('takes the published multiples of the input price', () => {
    expect(findCachePrices(priced, anthropic, false)).toEqual({
      input: 4,
      cacheRead: 0.4,
      cacheWrite: 5,
      output: 20,
    })
    expect(findCachePrices(priced, anthropic, true)?.cacheWrite).toBe(8)
    expect(findCachePrices(priced, findCacheTerms('openai'), true)).toMatchObject({
      cacheRead: 0.4,
      cacheWrite: 4,
    })
  })

  it('takes the model’s own cache prices first', () => {
    const own = {
      ...priced,
      cacheReadUsdPerMillionTokens: 2,
      cacheWriteUsdPerMillionTokens: 6,
      cacheWrite1hUsdPerMillionTokens: 7,
    }
    expect(findCachePrices(own, anthropic, false)).toMatchObject({ cacheRead: 2, cacheWrite: 6 })
    expect(findCachePrices(own, anthropic, true)).toMatchObject({ cacheRead: 2, cacheWrite: 7 })
  })

  it('knows no cheaper reads of a provider that is not known to cache', () => {
    expect(findCacheTerms('demo')).toBeNull()
    expect(findCacheTerms('toString')).toBeNull()
    expect(findCachePrices(priced, null, false)).toMatchObject({ cacheRead: 4, cacheWrite: 4 })
  })

  it('makes up no dollars', () => {
    expect(findCachePrices(model, anthropic, false)).toBeNull()
    expect(findCachePrices({ ...model, inputUsdPerMillionTokens: 4 }, anthropic, false)).toBeNull()
  })
})

describe('dollars', () => {
  it('of a prompt: the cached part is read, the rest written', () => {
    // 80,000 · 0.10 + 20,000 · 1.25 = 33,000
    expect(promptUsd(weak, 100_000, 80_000)).toBeCloseTo(0.033, 12)
    expect(promptUsd(weak, 100_000, 0)).toBeCloseTo(0.125, 12)
    expect(promptUsd(weak, 1000, 5000)).toBeCloseTo(0.0001, 12)
  })

  it('of the rest of a conversation', () => {
    const rest = {
      requests: 3,
      promptTokens: 1000,
      growthTokens: 100,
      outputTokens: 50,
      coldReturnShare: 0.5,
    }
    // 1st: 1,000 written. 2nd: 1,000 read, 100 written. 3rd: 1,100 read, 100 written. 150 tokens of output.
    const expected = (1000 * 1.25 + (1000 + 1100) * 0.1 + 200 * 1.25 + 150 * 5) / 1e6
    expect(restUsd(weak, rest, 0)).toBeCloseTo(expected, 12)
    // (1,000 + 3 · 100) · (1.25 − 0.10) · ½
    expect(returnUsd(weak, rest)).toBeCloseTo(0.0007475, 12)
    expect(restUsd(weak, { ...rest, requests: 1 }, 1000)).toBeCloseTo((100 + 250) / 1e6, 12)
  })
})

it('efforts of one upstream model share a cache', () => {
  const high = { ...model, name: 'high', effort: 'high' } as const
  expect(cacheIdentity(high)).toBe(cacheIdentity(model))
  expect(cacheIdentity({ ...model, provider: 'q' })).not.toBe(cacheIdentity(model))
})
