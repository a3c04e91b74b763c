import { describe, expect, it } from 'vitest'
import { formatCostSoFar, formatDollars } from '../../../../jobs/chat/cost.ts'
import type { EndpointUsage } from '../../../../learning/labels/chat/chat-endpoint.ts'
import { formatPairwiseReport, formatScoreReport, formatUsage } from './print.ts'

const usage: EndpointUsage = {
  replies: 10,
  cachedReplies: 5,
  repeated: 2,
  inputTokens: 1000,
  outputTokens: 100,
  paidUsd: 0.1,
  cachedUsd: 0.02,
  lostUsd: 0.003,
}

it.each([
  [0, '$0.00'],
  [0.0012, '$0.0012'],
  [0.123, '$0.12'],
  [12, '$12.00'],
])('%d dollars are %s', (usd, words) => expect(formatDollars(usd)).toBe(words))

describe('the cost', () => {
  it('so far is everything that was or may have been paid, beside the cap', () => {
    expect(formatCostSoFar(usage, 5)).toBe('$0.12 of $5.00')
    expect(formatCostSoFar(usage, undefined)).toBe('$0.12')
    expect(formatCostSoFar({ ...usage, paidUsd: null }, undefined)).toBe('')
  })

  it('is told with what was repeated, lost and had before', () => {
    expect(formatUsage(usage, 'openai/judge')).toEqual([
      'Cost: $0.10 for 10 replies of openai/judge, 1000 tokens in, 100 out',
      '  and 5 replies from the cache that cost $0.0200 before',
      '  2 calls were repeated after a failure',
      '  up to $0.0030 may have been paid for replies that never came',
    ])
    expect(formatUsage({ ...usage, cachedUsd: null }, 'j')[1]).toContain('whose cost is unknown')
  })
})

it('a report of nothing says so', () => {
  const nothing = { pairs: 1, judged: 0, ties: 0, identical: 0, unparsable: 0, refused: 1, overBudget: 0 }
  const lines = formatPairwiseReport({
    ...nothing,
    firstRefusal: 'no',
    unparsableSamples: 0,
    orderAgreement: null,
    positionBias: null,
    decidedByPosition: { first: 0, second: 0 },
    longerWins: null,
    models: [],
  })
  expect(lines[0]).toBe('0 of 1 pairs judged, 0 ties, 1 refused by the endpoint')
  expect(lines).toContain('Both orders agree: nothing to tell from')
  const none = {
    model: 'a',
    scored: 0,
    mean: null,
    meanInterval: null,
    unparsable: 2,
    refused: 0,
    overBudget: 1,
  }
  expect(formatScoreReport({ rows: 3, models: [none], firstRefusal: null, lengthCorrelation: null })).toEqual(
    ['3 rows', '  a: mean none of 0 answers, 2 unparsable, 1 left out at the cost cap'],
  )
})

it('a length at which nobody was seen is called extrapolated', () => {
  const control = {
    winRate: 0.6,
    interval: [0.4, 0.8],
    lengthEffect: 1,
    lengthEffectInterval: [0, 2],
    isExtrapolated: true,
  } as const
  const lines = formatPairwiseReport({
    pairs: 3,
    judged: 3,
    ties: 0,
    identical: 0,
    unparsable: 0,
    refused: 0,
    firstRefusal: null,
    overBudget: 0,
    unparsableSamples: 0,
    orderAgreement: { share: 1, interval: [0.44, 1], of: 3 },
    positionBias: null,
    decidedByPosition: { first: 0, second: 0 },
    longerWins: null,
    models: [
      {
        modelA: 'a',
        modelB: 'b',
        judged: 3,
        winsA: 3,
        winsB: 0,
        ties: 0,
        winRateA: 1,
        winRateInterval: [0.44, 1],
        lengthControlled: control,
      },
    ],
  })
  expect(lines[2]).toBe(
    '    at equal length: 60.0 % (95 % 40.0 to 80.0 %), extrapolated: one model is always the longer one',
  )
})
