import { describe, expect, it } from 'vitest'
import { type VerdictFacts, verdictOf } from './verdict.ts'

const models = { kind: 'pair', strong: 'big', weak: 'small', priceRatio: 15 } as const
const facts: VerdictFacts = {
  models,
  isWeakPriced: true,
  router: 'mf',
  resampled: 'days',
  routable: 1000,
  routedRequests: 900,
  routedPaidUsd: 90,
  paidUsd: 100,
  isCostKnown: true,
  isRoutedAlready: false,
  chosen: { threshold: 0.25, savedUsd: 60, savedUsdInterval: [55, 66], savedShare: 0.6 },
  months: 1,
  worthUsdPerMonth: 50,
  risk: { kind: 'unknown' },
}
const measured = {
  kind: 'measured',
  labels: 400,
  about: 'requests',
  separation: null,
  maxLoss: 0.05,
  confidence: 0.95,
  isPossible: true,
  labelsNeeded: null,
  weakLossShare: 0.2,
} as const

describe('verdictOf', () => {
  it('advises to measure first if only the labels are missing', () => {
    const verdict = verdictOf(facts)
    expect(verdict.answer).toBe('measure-first')
    expect(verdict.summary).toMatch(/\$60\.00 \(60 % of what was paid\)/)
    expect(verdict.rules.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['enough-requests', 'for'],
      ['money-to-route', 'for'],
      ['price-gap', 'for'],
      ['saving-clear', 'for'],
      ['worth-it', 'for'],
      ['risk', 'open'],
    ])
  })

  it('advises to route with labels that support the guarantee', () => {
    expect(verdictOf({ ...facts, risk: measured })).toMatchObject({
      answer: 'yes',
      summary: expect.stringMatching(/at most 5 % of the requests worse \(95 % confidence\)/),
    })
  })

  it.each<[string, Partial<VerdictFacts>, RegExp]>([
    ['enough-requests', { routable: 99 }, /99 requests.* Fewer than 100/],
    ['money-to-route', { routedPaidUsd: 9 }, /9 % of what was paid .* small/],
    ['money-to-route', { routedRequests: 0, routedPaidUsd: 0, paidUsd: 0 }, /already cheap/],
    ['price-gap', { models: { ...models, priceRatio: 1.9 } }, /big costs 1\.9 times as much as small/],
    [
      'saving-clear',
      { chosen: { ...facts.chosen, savedUsdInterval: [-1, 130] } },
      /−\$1\.00 to \$130, which is not clearly above 0/,
    ],
    ['worth-it', { months: 2 }, /\$30\.00 \(\$27\.50 to \$33\.00\), below .* \$50\.00/],
    [
      'risk',
      { risk: { ...measured, isPossible: false, labelsNeeded: 900 } },
      /loses 20 %. No threshold .* About 900 labels/,
    ],
    ['risk', { risk: { ...measured, isPossible: false } }, /more labels like these would not help/],
  ])('advises against routing by the rule %s alone, with its numbers', (rule, changed, text) => {
    const verdict = verdictOf({ ...facts, ...changed })
    const against = verdict.rules.filter(({ outcome }) => outcome === 'against').map((each) => each.rule)
    expect(verdict.answer).toBe('no')
    expect(against).toContain(rule)
    expect(verdict.summary).toMatch(text)
  })

  it('leaves the saving a month open without times, and the price gap without a price', () => {
    const { answer, rules } = verdictOf({ ...facts, months: null, models: { ...models, priceRatio: null } })
    expect(answer).toBe('measure-first')
    expect(rules.filter(({ outcome }) => outcome === 'open').map(({ rule }) => rule)).toEqual([
      'price-gap',
      'worth-it',
      'risk',
    ])
  })

  it('gives no answer without the price of the weak model', () => {
    expect(verdictOf({ ...facts, isWeakPriced: false })).toMatchObject({
      answer: 'unknown',
      summary: expect.stringContaining('small has no price'),
    })
    expect(verdictOf({ ...facts, models: { kind: 'no-prices' } })).toMatchObject({ answer: 'unknown' })
    const nothing = verdictOf({ ...facts, models: { kind: 'no-prices' }, routable: 0 })
    expect(nothing).toMatchObject({
      answer: 'unknown',
      summary: expect.stringContaining('no request that a router could decide'),
    })
    const unknown = verdictOf({
      ...facts,
      isCostKnown: false,
      routedRequests: 0,
      routedPaidUsd: 0,
      paidUsd: 0,
    })
    expect(unknown).toMatchObject({
      answer: 'unknown',
      summary: expect.stringContaining('neither costs nor tokens'),
    })
    const alone = { kind: 'no-cheaper-model', strong: 'big', isCheap: false } as const
    expect(verdictOf({ ...facts, models: alone })).toMatchObject({ answer: 'unknown' })
    expect(verdictOf({ ...facts, models: { ...alone, isCheap: true } })).toMatchObject({ answer: 'no' })
  })
})
