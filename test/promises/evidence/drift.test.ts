import { describe, expect, it } from 'vitest'
import { driftKinds, hasNoDrift, isPromisedQuiet, runDrift } from '../../../benchmarks/evidence/drift.mjs'
import { createRandom } from '../../../src/base/math/random.ts'
import { createDistributionDrift } from '../../../src/routing/certificate/drift/distribution-drift.ts'
import { createMeanDrift } from '../../../src/routing/certificate/drift/mean-drift.ts'

/** test/long has more runs. */
const run = (name: string, runs: number) =>
  runDrift(driftKinds[name]!, {
    runs,
    seed: 3,
    falseAlarmRate: 0.05,
    createRandom,
    createDistributionDrift,
    createMeanDrift,
  })

describe('drift over a month, looked at after every session', () => {
  it.each(Object.keys(driftKinds).filter(isPromisedQuiet))('is not cried: %s', (name) => {
    // At 5 % more than 3 of 12 cry once in 400 times.
    expect(run(name, 12).alarms).toBeLessThanOrEqual(3)
  })

  it.each(Object.keys(driftKinds).filter((name) => !hasNoDrift(name)))('is found: %s', (name) => {
    const { alarms, medianDelay } = run(name, 6)
    expect(alarms).toBe(6)
    expect(medianDelay).toBeGreaterThan(0)
    expect(medianDelay).toBeLessThan(2500)
  })
})
