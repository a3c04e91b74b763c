import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noNeeds } from '../../catalogue/request-needs.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import type { Candidate, Choice } from '../choice.ts'
import { createObservedCalls } from '../observations/create-observed-calls.ts'
import { unobserved } from '../observations/unobserved.ts'
import type { PolicyRequest } from '../policy.ts'
import type { QualityEstimate } from '../quality/quality-estimate.ts'
import type { QualityPolicyOptions } from '../quality/quality-policy.ts'
import { findMostUseful, findParts, toUtility } from './choose.ts'
import { createUtilityPolicy, type UtilityOptions } from './policy.ts'

const weights = { quality: 1, usd: 20, firstTokenSeconds: 0.1, secondsPerOutputToken: 2 }

function toCandidate(index: number, usd: number | null, more: Partial<Candidate> = {}): Candidate {
  return { model: { name: `m${index}`, provider: 'p', upstream: `m${index}` }, usd, excluded: null, ...more }
}

describe('the utility', () => {
  it('is quality less dollars and seconds, each by its weight', () => {
    const parts = { quality: 0.8, usd: 0.01, firstTokenSeconds: 0.5, secondsPerOutputToken: 0.02 }
    // 0.8 − 0.2 − 0.05 − 0.04
    expect(toUtility(parts, weights)).toBeCloseTo(0.51, 12)
  })

  it('of a candidate without a price has the dollars of the dearest one', () => {
    const excluded = toCandidate(3, 9, { excluded: 'tools' })
    const parts = findParts(
      [toCandidate(0, 1), toCandidate(1, null), toCandidate(2, 3), excluded],
      [1, 1, 1, 1],
    )
    expect(parts.map(({ usd }) => usd)).toEqual([1, 3, 3, 9])
    expect(findParts([toCandidate(0, null)], [1])[0]).toMatchObject({ usd: 0 })
  })
})

describe('the most useful candidate', () => {
  it('is not an excluded one; of equal ones it is a priced one, then the first', () => {
    const of = (...candidates: Candidate[]) => findMostUseful(candidates, [3, 2, 2, 2])
    expect(
      of(
        toCandidate(0, 1, { excluded: 'budget' }),
        toCandidate(1, null),
        toCandidate(2, 5),
        toCandidate(3, 5),
      ),
    ).toBe(2)
    expect(of(toCandidate(0, 1), toCandidate(1, 1))).toBe(0)
    expect(of(toCandidate(0, 1, { excluded: 'budget' }))).toBe(-1)
  })

  it('costs no more if a dollar weighs more', () => {
    const pool = fc.array(
      fc.record({ usd: fc.integer({ min: 0, max: 9 }), score: fc.integer({ min: 0, max: 9 }) }),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(pool, fc.nat(9), fc.nat(9), (given, one, other) => {
        const candidates = given.map(({ usd }, index) => toCandidate(index, usd))
        const scores = given.map(({ score }) => score)
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map((usd) => {
          const utilities = findParts(candidates, scores).map((parts) =>
            toUtility(parts, { ...weights, usd }),
          )
          return candidates[findMostUseful(candidates, utilities)]!.usd!
        })
        if (one !== other) expect(high).toBeLessThanOrEqual(low!)
      }),
      { seed: 7 },
    )
  })
})

const models = [
  { name: 'large', provider: 'p', upstream: 'l', inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 25 },
  { name: 'small', provider: 'p', upstream: 's', inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 1 },
  { name: 'local', provider: 'p', upstream: 'o' },
]
const request: PolicyRequest = {
  prompt: promptFromText('x'),
  messages: [],
  needs: noNeeds,
  cachedTokens: null,
}

function create(options: Partial<QualityPolicyOptions & UtilityOptions> = {}) {
  const observed = createObservedCalls(() => 0)
  const priors = { outputTokens: 400, firstTokenSeconds: 1, secondsPerOutputToken: 0.02 }
  const all: QualityPolicyOptions & UtilityOptions = {
    name: 'balanced',
    candidates: models.map((model) => ({ model, observed: observed.of(model.name), priors })),
    safest: models[0]!,
    estimate: { kind: 'table', qualities: [0.9, 0.75, 0.4] },
    weights: { quality: 1, usd: 20, firstTokenSeconds: 0, secondsPerOutputToken: 0 },
    maxUsdPerRequest: null,
    latencyPercentile: 50,
    routerTimeoutMs: 500,
    ...options,
  }
  const policy = createUtilityPolicy(all, all)
  const choose = (asked = request) => {
    const choice: Choice | Promise<Choice> = policy.choose(asked)
    if (choice instanceof Promise || choice.kind !== 'routed') throw new Error('not routed at once')
    return choice
  }
  return { policy, observed, choose }
}

describe('the policy', () => {
  it('weighs quality against dollars', () => {
    // large 0.9 − 20 · 0.01 = 0.7, small 0.75 − 20 · 0.0004 = 0.742, local 0.4 − 20 · 0.01 = 0.2
    const { policy, choose } = create()
    expect(choose().model.name).toBe('small')
    expect(policy.describe(choose())).toEqual({
      summary:
        'small has the highest utility, 0.742 (predicted quality 0.75, about $0.00040); large is next, 0.7 (predicted quality 0.9, about $0.010); local has no price and counts as the dearest',
      flipsAt: null,
      contributions: [
        { feature: 'dollars', value: 0.0004, effect: expect.closeTo(0.192, 9) },
        { feature: 'predicted quality', value: 0.75, effect: expect.closeTo(-0.15, 9) },
      ],
    })
  })

  it('excludes what costs more than a request may, and what has no price', () => {
    const { policy, choose } = create({ maxUsdPerRequest: 0.005 })
    expect(choose().candidates.map(({ excluded }) => excluded)).toEqual(['budget', null, 'unpriced'])
    expect(policy.describe(choose()).summary).toBe(
      'small has the highest utility, 0.742 (predicted quality 0.75, about $0.00040)',
    )
    expect(() => create({ maxUsdPerRequest: 0.0001 }).choose()).toThrow(
      'No model can answer this request: large would cost more than the request may; small would cost more than the request may; local has no price',
    )
  })

  it('learns from observed calls how long replies are, and takes the client’s limit', () => {
    const { observed, choose } = create()
    for (let call = 0; call < 90; call++)
      observed.add({ model: 'large', task: null, outputTokens: 40, latency: null })
    // (90 · 40 + 10 · 400) / 100 = 76 tokens: 0.9 − 20 · 0.0019 = 0.862
    expect(choose().candidates[0]).toMatchObject({
      usd: expect.closeTo(0.0019, 12),
      expected: { outputTokens: 76 },
    })
    expect(choose().model.name).toBe('large')
    const short = { ...request, needs: { ...noNeeds, maxOutputTokens: 10 } }
    expect(create().choose(short).model.name).toBe('large')
  })

  it('prefers what was observed to be quick, by the weight of a second', () => {
    const { policy, observed, choose } = create({
      weights: { quality: 1, usd: 0, firstTokenSeconds: 0.2, secondsPerOutputToken: 0 },
    })
    expect(choose().model.name).toBe('large')
    for (let call = 0; call < 30; call++)
      observed.add({
        model: 'large',
        task: null,
        outputTokens: 1,
        latency: { firstTokenSeconds: 5, secondsPerOutputToken: 0.02 },
      })
    // (30 · 5 + 10 · 1) / 40 = 4 seconds: 0.9 − 0.8 = 0.1, and small 0.75 − 0.2 = 0.55
    expect(choose().model.name).toBe('small')
    expect(policy.describe(choose()).summary).toContain('small has the highest utility, 0.55')
  })

  it('asks for the kind of work to estimate the length', () => {
    const { observed, choose } = create()
    for (let call = 0; call < 10; call++)
      observed.add({ model: 'small', task: 'proof', outputTokens: 900, latency: null })
    const tokens = (task: string | null) =>
      choose({ ...request, task: () => task }).candidates[1]!.expected?.outputTokens
    // of the model (10 · 900 + 10 · 400) / 20 = 650; of the task (10 · 900 + 10 · 650) / 20 = 775
    expect(tokens('proof')).toBe(775)
    expect(tokens(null)).toBe(650)
  })

  describe('with a router that predicts how long replies are', () => {
    const predicting = (outputTokens: readonly number[]): QualityEstimate => ({
      kind: 'router',
      router: 'r',
      predictsLengths: true,
      predict: () => ({ qualities: [0.9, 0.75, 0.4], outputTokens }),
    })

    it('expects those in place of what was observed', () => {
      const { observed, choose } = create({ estimate: predicting([80, 2000, 80]) })
      observed.add({ model: 'large', task: null, outputTokens: 4000, latency: null })
      // large 0.9 − 20 · 0.002 = 0.86, small 0.75 − 20 · 0.002 = 0.71
      expect(choose().model.name).toBe('large')
      expect(choose().candidates.map(({ usd }) => usd)).toEqual([0.002, 0.002, null])
      const short = { ...request, needs: { ...noNeeds, maxOutputTokens: 10 } }
      expect(choose(short).candidates[1]!.expected?.outputTokens).toBe(10)
    })

    it('holds a budget by them, also where the prior would exclude a candidate or keep one', () => {
      // By the prior large costs 0.01 and small 0.0004.
      const chosen = (tokens: readonly number[], maxUsdPerRequest: number) => {
        const { choose } = create({ estimate: predicting(tokens), maxUsdPerRequest })
        return choose().candidates.map(({ excluded }) => excluded)
      }
      expect(chosen([80, 400, 80], 0.005)).toEqual([null, null, 'unpriced'])
      expect(chosen([80, 9000, 80], 0.005)).toEqual([null, 'budget', 'unpriced'])
      expect(chosen([1, 400, 80], 0.0001)).toEqual([null, 'budget', 'unpriced'])
      expect(() => chosen([400, 400, 80], 0.0001)).toThrow('No model can answer this request')
    })

    it('falls back to a candidate within the budget by the prior, and refuses if there is none', () => {
      const failing: QualityEstimate = {
        kind: 'router',
        router: 'r',
        predictsLengths: true,
        predict: () => {
          throw new Error('down')
        },
      }
      const choose = (maxUsdPerRequest: number) =>
        create({ estimate: failing, maxUsdPerRequest }).policy.choose(request)
      expect(choose(0.005)).toMatchObject({ kind: 'fallback', model: { name: 'small' } })
      expect(() => choose(0.0001)).toThrow('No model can answer this request')
    })

    it('refuses after a timeout in the same way', async () => {
      const slow: QualityEstimate = {
        kind: 'router',
        router: 'r',
        predictsLengths: true,
        predict: () => new Promise(() => {}),
      }
      const { policy } = create({ estimate: slow, maxUsdPerRequest: 0.0001, routerTimeoutMs: 1 })
      await expect(policy.choose(request)).rejects.toThrow('No model can answer this request')
    })
  })

  it('says which is the best if that is neither first nor second', () => {
    const priced = { ...models[2]!, inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 2 }
    const priors = { outputTokens: 400, firstTokenSeconds: 1, secondsPerOutputToken: 0.02 }
    const { policy, choose } = create({
      candidates: [models[0]!, models[1]!, priced].map((model) => ({
        model,
        observed: unobserved.of(model.name),
        priors,
      })),
      weights: { quality: 1, usd: 200, firstTokenSeconds: 0, secondsPerOutputToken: 0 },
    })
    // large 0.9 − 2, small 0.75 − 0.08, local 0.4 − 0.16
    expect(policy.describe(choose()).summary).toBe(
      'small has the highest utility, 0.67 (predicted quality 0.75, about $0.00040); local is next, 0.24 (predicted quality 0.4, about $0.00080); the best is large (predicted quality 0.9, about $0.010)',
    )
  })
})
