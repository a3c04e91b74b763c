import { describe, expect, it } from 'vitest'
import type { LoggedRequest } from '../../formats/logs/log-format.ts'
import { costOfRequest, createPaidTally } from './money-tally.ts'

const price = { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 10 }
const request = (fields: Partial<LoggedRequest>): LoggedRequest => ({
  prompt: { text: 'x'.repeat(4000), system: '' },
  model: 'm',
  tags: [],
  ...fields,
})

describe('costOfRequest', () => {
  it('takes the logged cost before any price', () => {
    expect(costOfRequest(request({ costUsd: 0.5, inputTokens: 1, outputTokens: 1 }), price)).toEqual({
      usd: 0.5,
      basis: 'logged',
    })
  })

  it('multiplies tokens and prices by hand', () => {
    const cost = costOfRequest(request({ inputTokens: 1_000_000, outputTokens: 100_000 }), price)
    expect(cost).toEqual({ usd: 3, basis: 'tokens', isEstimated: false, isCached: false })
  })

  it('estimates tokens from the texts, and says so', () => {
    const cost = costOfRequest(request({ answer: 'y'.repeat(400) }), price)
    expect(cost).toEqual({
      usd: (1000 * 2 + 100 * 10) / 1e6,
      basis: 'tokens',
      isEstimated: true,
      isCached: false,
    })
  })

  it('does not know what has no price or no usage: it is never 0', () => {
    expect(costOfRequest(request({ inputTokens: 1, outputTokens: 1 }), undefined)).toEqual({
      usd: undefined,
      keptOut: 'unpriced',
    })
    expect(costOfRequest(request({ inputTokens: 1 }), price)).toEqual({ usd: undefined, keptOut: 'no-usage' })
  })

  it('takes failed and cached requests for free unless the log says otherwise, and embeddings without output', () => {
    expect(costOfRequest(request({ notRoutable: 'error' }), undefined)).toEqual({
      usd: 0,
      basis: 'nothing-answered',
    })
    expect(costOfRequest(request({ notRoutable: 'error', costUsd: 1 }), undefined)).toMatchObject({ usd: 1 })
    expect(costOfRequest(request({ notRoutable: 'embeddings', inputTokens: 500_000 }), price)).toEqual({
      usd: 1,
      basis: 'tokens',
      isEstimated: false,
      isCached: false,
    })
  })
})

it('a tally keeps apart how costs are known', () => {
  const tally = createPaidTally()
  for (const cost of [
    { usd: 1, basis: 'logged' },
    { usd: 2, basis: 'tokens', isEstimated: false, isCached: true },
    { usd: 3, basis: 'tokens', isEstimated: true, isCached: false },
    { usd: 0, basis: 'nothing-answered' },
    { usd: undefined, keptOut: 'unpriced' },
  ] as const)
    tally.add(cost)
  expect(tally.paid).toEqual({
    usd: 6,
    loggedUsd: 1,
    logged: 1,
    fromTokens: 2,
    estimated: 1,
    cached: 1,
    unknown: 1,
  })
})
