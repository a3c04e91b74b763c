import { describe, expect, it } from 'vitest'
import { createObservedCalls } from '../../routing/policies/observations/create-observed-calls.ts'
import { createHedging, leastObservedCalls } from './hedging.ts'

function observedCalls(seconds: readonly number[]) {
  const observed = createObservedCalls(() => 0)
  observed.of('m')
  for (const firstTokenSeconds of seconds)
    observed.add({
      model: 'm',
      task: null,
      outputTokens: 10,
      latency: { firstTokenSeconds, secondsPerOutputToken: 0.01 },
    })
  return observed
}

const settings = { afterPercentile: 95, maxShare: 0.05 }

describe('the delay of a second call', () => {
  it('is the percentile of the times to the first token', () => {
    const seconds = Array.from({ length: 101 }, (_, index) => index / 10)
    expect(createHedging(settings, observedCalls(seconds), ['m']).expectDelayMs('m')).toBeCloseTo(9500, 9)
  })

  it('is not known before enough calls were observed', () => {
    const few = observedCalls(Array.from({ length: leastObservedCalls - 1 }, () => 1))
    expect(createHedging(settings, few, ['m']).expectDelayMs('m')).toBeNull()
    expect(createHedging(settings, few, ['m']).expectDelayMs('another')).toBeNull()
  })
})

describe('the share of second calls', () => {
  it('is never above the cap, but for the calls that were saved up', () => {
    const hedging = createHedging(settings, observedCalls([]), ['m'])
    let taken = 0
    for (let request = 1; request <= 1000; request++) {
      hedging.expectDelayMs('m')
      if (hedging.take()) taken++
      expect(taken).toBeLessThanOrEqual(request * 0.05 + 1e-9)
    }
    expect(taken).toBe(50)
    for (let request = 0; request < 10_000; request++) hedging.expectDelayMs('m')
    let atOnce = 0
    while (hedging.take()) atOnce++
    expect(atOnce).toBe(10)
  })
})
