import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { quantile } from '../../../base/math/statistics/quantile.ts'
import { noNeeds } from '../../catalogue/request-needs.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { createObservedCalls } from './create-observed-calls.ts'
import { combineWithPrior, expectCost, expectLatencies } from './expected-call.ts'
import { createSlidingMeans } from './sliding-means.ts'
import { createSlidingPercentiles } from './sliding-percentiles.ts'
import { unobserved } from './unobserved.ts'

describe('sliding means', () => {
  it('are of the latest values, by group and of all', () => {
    const means = createSlidingMeans(3)
    for (const [value, group] of [
      [10, 'a'],
      [20, 'b'],
      [30, 'a'],
    ] as const)
      means.add(value, group)
    expect(means.read(null)).toEqual({ count: 3, value: 20 })
    expect(means.read('a')).toEqual({ count: 2, value: 20 })
    means.add(40, null) // 10 of a is too old now
    expect(means.read(null)).toEqual({ count: 3, value: 30 })
    expect(means.read('a')).toEqual({ count: 1, value: 30 })
    means.add(50, 'c')
    expect(means.read('b')).toEqual({ count: 0, value: 0 })
  })
})

describe('sliding percentiles', () => {
  it('are of the latest values', () => {
    const percentiles = createSlidingPercentiles(3, 1000, () => 0)
    expect(percentiles.read(50)).toEqual({ count: 0, value: 0 })
    for (const value of [9, 1, 2, 3]) percentiles.add(value)
    expect(percentiles.read(50)).toEqual({ count: 3, value: 2 })
    expect(percentiles.read(100)).toEqual({ count: 3, value: 3 })
    percentiles.add(0)
    expect(percentiles.read(0)).toEqual({ count: 3, value: 0 })
  })

  it('leave out values that are too old', () => {
    let now = 0
    const percentiles = createSlidingPercentiles(10, 1000, () => now)
    percentiles.add(100)
    now = 900
    percentiles.add(1)
    expect(percentiles.read(100)).toEqual({ count: 2, value: 100 })
    now = 1001
    expect(percentiles.read(100)).toEqual({ count: 1, value: 1 })
    now = 5000
    expect(percentiles.read(100)).toEqual({ count: 0, value: 0 })
    percentiles.add(7)
    expect(percentiles.read(100)).toEqual({ count: 1, value: 7 })
  })
})

it('sliding percentiles are those of the kept values sorted, whatever was added and grew old', () => {
  const random = createRandom(4)
  let now = 0
  const percentiles = createSlidingPercentiles(20, 100, () => now)
  const all: { readonly value: number; readonly at: number }[] = []
  for (let step = 0; step < 3000; step++) {
    now += random.next() < 0.02 ? 60 : random.nextInt(8)
    // Few different values, so that many are equal.
    const value = random.nextInt(12)
    if (random.next() < 0.7) {
      percentiles.add(value)
      all.push({ value, at: now })
    }
    const kept = all.slice(-20).filter(({ at }) => at >= now - 100)
    const sorted = kept.map((each) => each.value).sort((a, b) => a - b)
    const expected = sorted.length === 0 ? 0 : quantile(sorted, 0.37)
    if (step % 3 === 0) expect(percentiles.read(37)).toEqual({ count: sorted.length, value: expected })
  }
})

describe('observed calls', () => {
  const latency = { firstTokenSeconds: 0.5, secondsPerOutputToken: 0.01 }

  it('keep the calls of models that were asked for only', () => {
    const observed = createObservedCalls(() => 0)
    observed.add({ model: 'm', task: null, outputTokens: 9, latency })
    const model = observed.of('m')
    expect(model.outputTokens(null)).toEqual({ count: 0, value: 0 })
    observed.add({ model: 'm', task: 'proof', outputTokens: 100, latency: null })
    observed.add({ model: 'm', task: 'look-up', outputTokens: 20, latency })
    observed.add({ model: 'other', task: 'proof', outputTokens: 1, latency })
    expect(observed.of('m').outputTokens('proof')).toEqual({ count: 1, value: 100 })
    expect(model.outputTokens(null)).toEqual({ count: 2, value: 60 })
    expect(model.firstTokenSeconds(50)).toEqual({ count: 1, value: 0.5 })
    expect(model.secondsPerOutputToken(50)).toEqual({ count: 1, value: 0.01 })
  })
})

describe('what is expected of a call', () => {
  const priors = { outputTokens: 400, firstTokenSeconds: 1, secondsPerOutputToken: 0.02 }
  const model = {
    name: 'm',
    provider: 'p',
    upstream: 'm',
    inputUsdPerMillionTokens: 2,
    outputUsdPerMillionTokens: 10,
    cacheReadUsdPerMillionTokens: 0.2,
  }
  const request = { prompt: promptFromText('x'), messages: [], needs: noNeeds, cachedTokens: null }

  it('is the prior at first', () => {
    const candidate = { model, observed: unobserved.of('m'), priors }
    // 400 · 10 / 10⁶
    expect(expectCost(candidate, request, 'proof')).toEqual({ outputTokens: 400, usd: 0.004 })
    expect(expectLatencies(candidate, 50)).toEqual({ firstTokenSeconds: 1, secondsPerOutputToken: 0.02 })
  })

  it('is drawn to what was observed of the model, then of the task', () => {
    const observed = createObservedCalls(() => 0)
    const candidate = { model, observed: observed.of('m'), priors }
    for (let call = 0; call < 10; call++)
      observed.add({
        model: 'm',
        task: call < 5 ? 'proof' : null,
        outputTokens: call < 5 ? 900 : 100,
        latency: null,
      })
    // of the model (10 · 500 + 10 · 400) / 20 = 450; of the task (5 · 900 + 10 · 450) / 15 = 600
    expect(expectCost(candidate, request, null).outputTokens).toBe(450)
    expect(expectCost(candidate, request, 'proof').outputTokens).toBe(600)
    expect(combineWithPrior({ count: 30, value: 2 }, 6)).toBe(3)
  })

  it('has no longer reply than the client asks for, and the cached tokens at their price', () => {
    const candidate = { model, observed: unobserved.of('m'), priors }
    const needs = { ...noNeeds, inputTokens: 1000, maxOutputTokens: 50 }
    const asked = { ...request, needs, cachedTokens: () => 600 }
    // (400 · 2 + 600 · 0.2 + 50 · 10) / 10⁶
    expect(expectCost(candidate, asked, null).usd).toBeCloseTo(0.00142, 12)
  })

  it('is no amount of dollars for a model without a price', () => {
    const unpriced = { name: 'm', provider: 'p', upstream: 'm', inputUsdPerMillionTokens: 2 }
    expect(
      expectCost({ model: unpriced, observed: unobserved.of('m'), priors }, request, null).usd,
    ).toBeNull()
  })
})
