import { describe, expect, it } from 'vitest'
import {
  coverageOf,
  drawLog,
  type LogKind,
  logKinds,
  targetOf,
  truthOf,
} from '../../../benchmarks/evidence/logs.mjs'
import { runAtOnce } from '../../../src/base/concurrency/run-steps.ts'
import { createRandom } from '../../../src/base/math/random.ts'
import { estimateOffPolicy } from '../../../src/learning/loop/off-policy/estimate.ts'

const estimate: Parameters<typeof coverageOf>[1]['estimate'] = (rows, target, options) =>
  runAtOnce(estimateOffPolicy(rows, target, options))

/** test/long has all kinds at full length; here are logs of at most 300 sessions. */
const small = Object.entries(logKinds).map(([name, kind]): [string, LogKind] => [
  name,
  { ...kind, sessions: Math.min(kind.sessions, 300) },
])

describe('off-policy intervals of 95 % hold the truth', () => {
  it.each(small.filter(([name]) => name !== 'small propensities'))('%s', (_, kind) => {
    const truth = truthOf(kind, createRandom(77), 30_000)
    const { counts, refused, logs } = coverageOf(kind, { logs: 120, seed: 5, createRandom, truth, estimate })
    expect(refused).toBeLessThan(logs / 10)
    expect(Object.keys(counts)).toHaveLength(6)
    // Of 120 intervals at 93 % fewer than 88 % hold once in 50 times.
    for (const [name, { held }] of Object.entries(counts))
      expect([name, held / (logs - refused) >= 0.88]).toEqual([name, true])
  })

  it('and there is none if rare choices would carry the estimate', () => {
    const rare = { ...logKinds['small propensities']!, sessions: 300, threshold: 0.3, leastPropensity: 0.001 }
    for (let seed = 1; seed <= 20; seed++)
      expect(estimate(drawLog(rare, createRandom(seed)), targetOf(rare), {})).toMatchObject({
        kind: 'refused',
        reason: 'heavy-weights',
      })
  })
})
