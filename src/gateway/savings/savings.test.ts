import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import { demoConfig, parseConfig } from '../../config/parse-config.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { createBaselines } from './baselines.ts'
import type { CostedRequest } from './costed-request.ts'
import { createLengthRatio } from './length-ratio.ts'
import { createSavingsMeter } from './savings-meter.ts'
import { createSavingsSum } from './savings-sum.ts'

const large: Model = {
  name: 'large',
  provider: 'p',
  upstream: 'l',
  inputUsdPerMillionTokens: 10,
  outputUsdPerMillionTokens: 30,
  cacheReadUsdPerMillionTokens: 1,
}

/** 2,000 tokens in, 100 out, answered by `small` for a cent. */
const request: CostedRequest = {
  time: 0,
  session: null,
  policy: null,
  router: 'mf',
  model: 'small',
  status: 200,
  tokens: { input: 2000, cachedInput: 0, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 100 },
  usd: 0.01,
  hasHead: true,
}
const meter = (ratio?: (model: string, baseline: string) => number) =>
  createSavingsMeter(({ router }) => (router === null ? null : large), ratio)

describe('a request is compared with one call of the baseline', () => {
  it('at its prices, with the same prompt and reply', () => {
    // 2,000 · 10 + 100 · 30 = 23,000 millionths of a dollar.
    expect(meter().add(request)).toEqual({
      kind: 'counted',
      baseline: 'large',
      usd: 0.01,
      baselineUsd: 0.023,
      warmCacheUsd: 0,
    })
  })

  it('with a longer reply, if it writes longer ones', () => {
    expect(meter(() => 1.5).add(request)).toMatchObject({ baselineUsd: 0.0245 })
    expect(meter(() => 1.5).add({ ...request, model: 'large' })).toMatchObject({ baselineUsd: 0.023 })
  })

  it('with the cache that it would have had, for five minutes, if another model took a turn', () => {
    const turn = (model: string, time: number, cachedInput = 0) => ({
      ...request,
      session: 's',
      model,
      time,
      tokens: { ...request.tokens!, cachedInput },
    })
    // Of 2,000 tokens the 2,000 of the turn before are read at 1 instead of 10.
    const warm = { baselineUsd: 0.005, warmCacheUsd: 0.018 }
    const cold = { baselineUsd: 0.023, warmCacheUsd: 0 }
    const second = (first: string, second: ReturnType<typeof turn>) => {
      const each = meter()
      each.add(turn(first, 0))
      return each.add(second)
    }
    const isNear = ({ baselineUsd, warmCacheUsd }: typeof warm) => ({
      baselineUsd: expect.closeTo(baselineUsd, 12),
      warmCacheUsd: expect.closeTo(warmCacheUsd, 12),
    })
    expect(second('small', turn('small', 299_000))).toMatchObject(isNear(warm))
    expect(second('small', turn('large', 299_000))).toMatchObject(isNear(warm))
    expect(second('large', turn('small', 299_000))).toMatchObject(isNear(warm))
    // The baseline itself had both turns: what its upstream reported is the truth.
    expect(second('large', turn('large', 299_000))).toMatchObject(isNear(cold))
    expect(second('small', turn('small', 301_000))).toMatchObject(isNear(cold))
    const short = { ...request.tokens!, input: 1000 }
    const each = meter()
    each.add({ ...turn('small', 0), tokens: short })
    expect(each.add(turn('small', 1))).toMatchObject(isNear(cold))
  })

  it.each([
    ['direct', { router: null }],
    ['unpriced', { usd: null }],
    ['unpriced', { usd: null, tokens: null, status: 499 }],
    ['unpriced', { usd: null, tokens: null, status: 502 }],
    ['failed', { usd: null, tokens: null, status: 502, hasHead: false }],
    ['failed', { usd: null, tokens: null, status: 400 }],
  ] as const)('or it is %s: %o', (kind, change) => {
    expect(meter().add({ ...request, ...change })).toEqual({ kind })
  })

  it('is unpriced if the baseline has no price, and costs what was paid for nothing', () => {
    const free = createSavingsMeter(() => ({ name: 'x', provider: 'p', upstream: 'x' }))
    expect(free.add(request)).toEqual({ kind: 'unpriced' })
    expect(meter().add({ ...request, tokens: null, status: 502 })).toMatchObject({
      usd: 0.01,
      baselineUsd: 0,
    })
  })
})

describe('the sum', () => {
  const counted = (usd: number, baselineUsd: number) =>
    ({ kind: 'counted', baseline: 'large', usd, baselineUsd, warmCacheUsd: 0 }) as const

  it('is negative if routing cost more, and has no interval with few sessions', () => {
    const sum = createSavingsSum()
    sum.add('a', counted(3, 1))
    sum.add('a', { kind: 'failed' })
    expect(sum.result()).toMatchObject({
      requests: { counted: 1, failed: 1 },
      savedUsd: -2,
      savedInterval: null,
      fraction: -2,
    })
  })

  it('has intervals that hold the truth in 95 % of samples of sessions', () => {
    const generator = createRandom(7)
    const random = () => generator.next()
    let [held, heldFraction] = [0, 0]
    const samples = 300
    for (let sample = 0; sample < samples; sample++) {
      const sum = createSavingsSum()
      for (let session = 0; session < 150; session++) {
        // Sessions differ: some are routed well, some badly; a session's requests are alike.
        const rate = random()
        const turns = 1 + Math.floor(random() * 6)
        for (let turn = 0; turn < turns; turn++) sum.add(`${sample}/${session}`, counted(rate, 1))
      }
      const { savedInterval, fractionInterval } = sum.result()
      // The mean of turns is 3.5, that of rates .5.
      const truth = 150 * 3.5 * 0.5
      if (savedInterval![0] <= truth && truth <= savedInterval![1]) held++
      if (fractionInterval![0] <= 0.5 && 0.5 <= fractionInterval![1]) heldFraction++
    }
    // Three standard errors below 95 %.
    for (const share of [held / samples, heldFraction / samples]) expect(share).toBeGreaterThan(0.912)
  })

  it('takes requests without a session for units of their own', () => {
    const sum = createSavingsSum()
    for (let each = 0; each < 200; each++) sum.add(null, counted(each % 2, 1))
    const { savedUsd, savedInterval } = sum.result()
    expect(savedUsd).toBe(100)
    // 1.96 standard errors of a sum of 200 coins: 1.96 · √200 / 2 ≈ 13.9.
    expect(savedInterval![1] - 100).toBeCloseTo(13.9, 0)
  })
})

describe('how much longer the baseline writes', () => {
  const shadow = {
    model: 'small',
    otherModel: 'large',
    pairs: 30,
    inputTokens: 1000,
    outputTokens: 300,
    otherUsd: 0.028,
  }
  it('is found from the dollars of shadow calls', () => {
    // 28,000 − 1,000 · 10 = 18,000; at 30 a token: 600 tokens, twice those of small.
    expect(createLengthRatio([shadow], [large])('small', 'large')).toBeCloseTo(2, 12)
  })
  it.each([[{ pairs: 29 }], [{ outputTokens: 0 }], [{ otherUsd: 0.009 }], [{ otherModel: 'x' }]])(
    'is taken for 1 with %o',
    (change) => {
      expect(createLengthRatio([{ ...shadow, ...change }], [large])('small', 'large')).toBe(1)
    },
  )
})

describe('the baseline', () => {
  const config = parseConfig(
    `version: 1
providers: { p: { kind: openai-compatible, baseUrl: "http://127.0.0.1:9/v1" } }
models:
  large: { provider: p }
  middle: { provider: p }
  small: { provider: p }
policy: { strong: large, weak: small }
policies:
  two: { kind: pair, strong: middle, weak: small, router: length }
  pool: { kind: cheapest-good-enough, candidates: [small, middle], quality: { small: 0.4, middle: 0.8 }, tolerance: 0.1 }
  ranked: { kind: utility, candidates: [middle, small], router: length, weights: { quality: 1 } }
  plain: { kind: fixed, model: small }
routers: { length: {} }`,
    'routellm.yaml',
  )
  it.each([
    [null, null, undefined],
    [null, 'length', 'large'],
    ['two', 'length', 'middle'],
    ['pool', null, 'middle'],
    ['ranked', 'length', 'middle'],
    ['plain', null, 'small'],
    ['gone', null, 'large'],
  ])('of policy %s and router %s is %s', (policy, router, expected) => {
    expect(createBaselines(config, { models: config.models })({ policy, router })?.name).toBe(expected)
  })
  it('is one model for all, if it is named, which must exist', () => {
    const find = createBaselines(config, { models: config.models, baseline: 'middle' })
    expect(find({ policy: 'plain', router: null })?.name).toBe('middle')
    const typo = { models: demoConfig().models, baseline: 'stron' }
    expect(() => createBaselines(demoConfig(), typo)).toThrow(
      '--baseline stron: the configuration has no such model. Did you mean "strong"? Name one of `models`, with its prices.',
    )
  })
})
