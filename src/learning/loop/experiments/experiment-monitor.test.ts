import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import {
  createExperimentMonitor,
  type ExperimentMonitor,
  type ExperimentSession,
} from './experiment-monitor.ts'
import type { ExperimentPlan } from './experiment-plan.ts'

const plan: ExperimentPlan = {
  treatmentShare: 0.5,
  plannedSessions: 1000,
  mostUsdPerSession: 1,
  success: [
    { outcome: 'quality', of: 'difference', is: 'above', limit: -0.05 },
    { outcome: 'usd', of: 'difference', is: 'below', limit: 0 },
  ],
  guards: [{ outcome: 'quality', of: 'treatment', is: 'below', limit: 0.6 }],
}
type Means = Readonly<Record<'control' | 'treatment', readonly [quality: number, usd: number]>>

function addSessions(
  monitor: ExperimentMonitor,
  means: Means,
  count: number,
  seed: number,
  share = 0.5,
): void {
  const random = createRandom(seed)
  for (let began = 0; began < count && monitor.status().verdict.kind === 'running'; began++) {
    const arm = random.next() < share ? 'treatment' : 'control'
    const [quality, usd] = means[arm]
    monitor.add({ arm, began, quality: random.next() < quality ? 1 : 0, usd: 2 * usd * random.next() })
  }
}
const alike: Means = { control: [0.8, 0.3], treatment: [0.8, 0.3] }

describe('an experiment', () => {
  it('succeeds once the treatment is shown to be cheaper and as good', () => {
    const monitor = createExperimentMonitor(plan)
    addSessions(monitor, { control: [0.8, 0.3], treatment: [0.8, 0.1] }, 20_000, 1)
    const { verdict, differences, sessions } = monitor.status()
    expect(verdict).toEqual({ kind: 'success' })
    expect(differences.usd.interval[1]).toBeLessThan(0)
    expect(differences.usd.interval[0]).toBeLessThan(-0.2)
    expect(differences.quality.interval[0]).toBeGreaterThan(-0.06)
    expect(sessions.control + sessions.treatment).toBeLessThan(4000)
  })

  it('stops at a limit of the treatment, and says which', () => {
    const monitor = createExperimentMonitor(plan)
    addSessions(monitor, { control: [0.8, 0.3], treatment: [0.4, 0.1] }, 4000, 2)
    expect(monitor.status().verdict).toEqual({ kind: 'guard', rule: plan.guards![0] })
    expect(monitor.status().sessions.treatment).toBeLessThan(400)
  })

  it('stops if the sessions do not come in the planned shares', () => {
    const monitor = createExperimentMonitor(plan)
    addSessions(monitor, alike, 4000, 3, 0.4)
    expect(monitor.status().verdict).toEqual({ kind: 'sample-ratio' })
  })

  it('ends undecided after the most sessions', () => {
    const monitor = createExperimentMonitor({ ...plan, mostSessions: 300 })
    addSessions(monitor, alike, 4000, 4)
    expect(monitor.status()).toMatchObject({ verdict: { kind: 'undecided' } })
    const { control, treatment } = monitor.status().sessions
    expect(control + treatment).toBe(300)
  })

  it('keeps its verdict, whatever comes after', () => {
    const monitor = createExperimentMonitor({ ...plan, mostSessions: 10 })
    for (let began = 0; began < 2000; began++)
      monitor.add({ arm: began % 2 ? 'control' : 'treatment', began, quality: began % 2, usd: 0 })
    expect(monitor.status()).toMatchObject({
      verdict: { kind: 'undecided' },
      sessions: { control: 1000, treatment: 1000 },
      differences: { quality: { value: expect.closeTo(-1, 1) } },
    })
  })

  it('counts dollars above the most as the most, and skips unlabelled sessions for quality only', () => {
    const monitor = createExperimentMonitor(plan)
    monitor.add({ arm: 'treatment', began: 1, quality: null, usd: 50 })
    // The first term is (1 − 0) / .5.
    expect(monitor.status().differences).toMatchObject({
      quality: { value: null, interval: [-1, 1] },
      usd: { value: 2 },
    })
  })

  it('continues from its state as if it had not been interrupted', () => {
    const whole = createExperimentMonitor(plan)
    addSessions(whole, alike, 500, 5)
    let parts = createExperimentMonitor(plan)
    const random = createRandom(5)
    for (let began = 0; began < 500; began++) {
      const arm = random.next() < 0.5 ? 'treatment' : 'control'
      parts.add({ arm, began, quality: random.next() < 0.8 ? 1 : 0, usd: 0.6 * random.next() })
      parts = createExperimentMonitor(plan, JSON.parse(JSON.stringify(parts.state())))
    }
    expect(parts.status()).toEqual(whole.status())
    expect(whole.status().sessions.treatment).toBeGreaterThan(200)
  })

  it('refuses to continue with other rules', () => {
    const state = createExperimentMonitor(plan).state()
    expect(() => createExperimentMonitor({ ...plan, guards: [] }, state)).toThrow(
      'its state has 5 tests, its plan 4',
    )
  })

  it.each([
    [{ began: 4 }, 'before the one added last (5)'],
    [{ began: Number.NaN }, 'began at NaN'],
    [{ quality: 1.5 }, 'quality is 1.5'],
    [{ usd: -1 }, 'dollars are -1'],
    [{ arm: 'c' as 'control' }, 'arm is c'],
  ])('refuses the session %j', (fault, message) => {
    const session: ExperimentSession = { arm: 'control', began: 5, quality: 1, usd: 0.1 }
    const monitor = createExperimentMonitor(plan)
    monitor.add(session)
    const add = () => monitor.add({ ...session, ...fault })
    expect(add).toThrow(expect.objectContaining({ code: 'invalid-experiment-session' }))
    expect(add).toThrow(message)
  })

  it.each([
    [{ treatmentShare: 1 }, '`treatmentShare` is 1'],
    [{ plannedSessions: 0.5 }, '`plannedSessions` is 0.5'],
    [{ mostUsdPerSession: 0 }, '`mostUsdPerSession` is 0'],
    [{ errorRate: 5 }, '`errorRate` is 5'],
    [{ success: [] }, '`success` has no rule'],
    [{ guards: [{ ...plan.guards![0]!, limit: 60 }] }, 'has the limit 60'],
    [{ guards: [{ ...plan.guards![0]!, limit: -0.1 }] }, 'between 0 and 1'],
  ])('refuses the plan %j', (fault, message) => {
    const create = () => createExperimentMonitor({ ...plan, ...fault })
    expect(create).toThrow(expect.objectContaining({ code: 'invalid-experiment' }))
    expect(create).toThrow(message)
  })
})
