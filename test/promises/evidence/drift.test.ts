import { describe, expect, it } from 'vitest'
import { driftKinds, hasNoDrift, runDrift } from '../../../benchmarks/evidence/drift.mjs'
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
  it.each(Object.keys(driftKinds).filter(hasNoDrift))('is not cried: %s', (name) => {
    // At 5 % more than 4 of 20 cry once in 400 times.
    expect(run(name, 20).alarms).toBeLessThanOrEqual(4)
  })

  it.each(Object.keys(driftKinds).filter((name) => !hasNoDrift(name)))('is found: %s', (name) => {
    const { alarms, medianDelay } = run(name, 8)
    expect(alarms).toBe(8)
    expect(medianDelay).toBeGreaterThan(0)
    expect(medianDelay).toBeLessThan(2000)
  })
})
