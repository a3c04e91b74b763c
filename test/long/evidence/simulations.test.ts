import { describe, expect, it } from 'vitest'
import { driftKinds, isPromisedQuiet, runDrift } from '../../../benchmarks/evidence/drift.mjs'
import { experimentKinds, runExperiments } from '../../../benchmarks/evidence/experiments.mjs'
import { coverageOf, logKinds, truthOf } from '../../../benchmarks/evidence/logs.mjs'
import { candidateKinds, runPromotions } from '../../../benchmarks/evidence/promotions.mjs'
import { runAtOnce } from '../../../src/base/concurrency/run-steps.ts'
import { createRandom } from '../../../src/base/math/random.ts'
import { clopperPearsonLower } from '../../../src/base/math/statistics/proportion.ts'
import { createExperimentMonitor } from '../../../src/learning/loop/experiments/experiment-monitor.ts'
import { estimateOffPolicy } from '../../../src/learning/loop/off-policy/estimate.ts'
import { decidePromotion } from '../../../src/learning/loop/promotion/decide-promotion.ts'
import { createDistributionDrift } from '../../../src/routing/certificate/drift/distribution-drift.ts'
import { createMeanDrift } from '../../../src/routing/certificate/drift/mean-drift.ts'

describe('off-policy intervals of 95 % hold the truth in at least 93 % of 1,000 logs', () => {
  it.each(Object.entries(logKinds))('%s', (_, kind) => {
    const truth = truthOf(kind, createRandom(77), 400_000)
    const { counts, refused, logs } = coverageOf(kind, {
      logs: 1000,
      seed: 3,
      createRandom,
      truth,
      estimate: (rows, target, options) => runAtOnce(estimateOffPolicy(rows, target, options)),
    })
    expect(refused).toBeLessThan(logs / 50)
    for (const [name, { held }] of Object.entries(counts))
      expect([name, held / (logs - refused) >= 0.93]).toEqual([name, true])
  })
})

/** Whether so many of the runs are too many for a rate of 5 %, by a test of 1 %. */
const isTooMany = (count: number, runs: number) => clopperPearsonLower(count, runs, 0.99) > 0.05

describe('experiments that are looked at after every session cry in at most 5 % of 1,000 runs', () => {
  const run = (name: string) =>
    runExperiments(experimentKinds[name]!, {
      runs: 1000,
      seed: 4,
      sessions: 1500,
      createRandom,
      createMonitor: createExperimentMonitor,
    })

  it.each(Object.keys(experimentKinds).filter((name) => name.startsWith('arms alike')))('%s', (name) => {
    const { excluded, verdicts, runs } = run(name)
    for (const count of [excluded.quality, excluded.usd, verdicts.success, verdicts.guard])
      expect(isTooMany(count, runs)).toBe(false)
  })

  it('a treatment at the limit of its rules', () => {
    const { verdicts, runs } = run('a third cheaper, two points worse')
    expect(isTooMany(verdicts.success, runs)).toBe(false)
    expect(isTooMany(verdicts.guard, runs)).toBe(false)
  })
})

describe('drift is cried in at most 5 % of 500 months without any', () => {
  it.each(Object.keys(driftKinds).filter(isPromisedQuiet))('%s', (name) => {
    const options = { seed: 4, falseAlarmRate: 0.05, createRandom, createDistributionDrift, createMeanDrift }
    const { alarms, runs } = runDrift(driftKinds[name]!, { ...options, runs: 500 })
    expect(isTooMany(alarms, runs)).toBe(false)
  })
})

it.each(Object.entries(candidateKinds).filter(([, { isWrong }]) => isWrong))(
  'a candidate is promoted wrongly in at most 5 % of 100 months: %s',
  (_, kind) => {
    const options = { runs: 100, seed: 6, createRandom, decide: decidePromotion }
    expect(isTooMany(runPromotions(kind, options).promoted, 100)).toBe(false)
  },
)
