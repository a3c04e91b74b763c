import { expect, it } from 'vitest'
import type { Exclusion } from '../../catalogue/exclusion.ts'
import type { RoutedChoice } from '../choice.ts'
import { describeCheapest } from './describe.ts'

function choose(
  chosen: number,
  given: readonly (readonly [score: number, usd: number | null, excluded?: Exclusion])[],
): RoutedChoice {
  const names = ['large', 'medium', 'small']
  const candidates = given.map(([_score, usd, excluded = null], index) => ({
    model: { name: names[index]!, provider: 'p', upstream: 'u' },
    usd,
    excluded,
  }))
  return {
    kind: 'routed',
    model: candidates[chosen]!.model,
    policy: 'frugal',
    router: 'mine',
    threshold: null,
    strongWinRate: null,
    side: null,
    candidates,
    scores: given.map(([score]) => score),
    check: null,
  }
}

it.each([
  [
    'what a cheaper candidate loses, and what the best would cost',
    choose(1, [
      [0.9, 0.01],
      [0.87, 0.002],
      [0.6, 0.0001],
    ]),
    'medium is predicted to lose 0.03 against large (0.87 against 0.9), which is within the tolerance 0.05, and costs about $0.0020; large would cost about $0.010',
    0.03,
  ],
  [
    'that nothing cheaper is good enough',
    choose(0, [
      [0.9, 0.01],
      [0.8, 0.002],
      [0.6, 0.0001],
    ]),
    'large has the best predicted quality (0.9, for about $0.010), and every cheaper candidate is predicted to lose more than the tolerance 0.05',
    0.1,
  ],
  [
    'that the best costs least',
    choose(2, [
      [0.8, 0.01],
      [0.8, 0.002],
      [0.9, 0.0001],
    ]),
    'small has the best predicted quality (0.9, for about $0.00010), and no candidate costs less',
    null,
  ],
  [
    'which candidates that can answer have no price',
    choose(1, [
      [0.9, null],
      [0.87, 0.002],
      [Number.NaN, 0.1, 'context'],
    ]),
    'medium is predicted to lose 0.03 against large (0.87 against 0.9), which is within the tolerance 0.05, and costs about $0.0020; large would cost an unknown amount; large has no price and counts as the dearest',
    0.03,
  ],
])('says %s', (_what, choice, summary, flipsAt) => {
  const description = describeCheapest(choice, 0.05)
  expect(description.summary).toBe(summary)
  if (flipsAt === null) expect(description.flipsAt).toBeNull()
  else expect(description.flipsAt).toBeCloseTo(flipsAt, 12)
})

it('says that one candidate alone can answer', () => {
  const choice = {
    ...choose(1, [
      [0.9, 1, 'tools'],
      [0.8, 1],
      [0.7, 1, 'region'],
    ]),
    scores: null,
  }
  expect(describeCheapest(choice, 0.05)).toEqual({
    summary: 'medium is the only candidate that can answer',
    flipsAt: null,
    contributions: [],
  })
})
