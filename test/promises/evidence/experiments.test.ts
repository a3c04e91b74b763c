import { describe, expect, it } from 'vitest'
import { experimentKinds, runExperiments } from '../../../benchmarks/evidence/experiments.mjs'
import { createRandom } from '../../../src/base/math/random.ts'
import { createExperimentMonitor } from '../../../src/learning/loop/experiments/experiment-monitor.ts'

/** test/long has more runs of all kinds. */
const run = (name: string, sessions: number) =>
  runExperiments(experimentKinds[name]!, {
    runs: 40,
    seed: 3,
    sessions,
    createRandom,
    createMonitor: createExperimentMonitor,
  })

describe('experiments that are looked at after every session', () => {
  it.each(['arms alike', 'arms alike, one session in ten', 'arms alike, traffic that changes'])(
    'cry no difference: %s',
    (name) => {
      const { excluded, verdicts } = run(name, 500)
      // At 5 % more than 6 of 40 cry once in 200 times.
      for (const count of [excluded.quality, excluded.usd, verdicts.success, verdicts.guard])
        expect(count).toBeLessThanOrEqual(6)
      expect(verdicts['sample-ratio']).toBe(0)
    },
  )

  it('call a treatment that is two points worse equal within two points in no more than 5 % of runs', () => {
    const { verdicts, excluded } = run('a third cheaper, two points worse', 1000)
    expect(verdicts.success).toBeLessThanOrEqual(6)
    expect(excluded.usd).toBeGreaterThan(20)
  })

  it('find what is worse by ten points', () => {
    const { verdicts, medianSessions } = run('a third cheaper, ten points worse', 1000)
    expect(verdicts).toMatchObject({ success: 0, guard: 40 })
    expect(medianSessions).toBeLessThan(1500)
  })
})
