import { createColors } from 'picocolors'
import { expect, it } from 'vitest'
import type { EvaluatedExperiment } from '../../../jobs/experiments/evaluate-experiment.ts'
import { formatExperiments } from './print.ts'

const unknown = { value: null, interval: [-1, 1] as const }
const experiment: EvaluatedExperiment = {
  ...{ id: 'cheaper', control: 'auto', treatment: 'frugal', share: 0.5, unpriced: 0, problem: null },
  sessions: { control: 0, treatment: 0 },
  differences: { quality: unknown, usd: unknown },
  verdict: { kind: 'running' },
  plannedSessions: 200,
  mostSessions: 800,
}
const print = (changes: Partial<EvaluatedExperiment>) =>
  formatExperiments(
    { experiments: [{ ...experiment, ...changes }], canaries: [], certificates: [] },
    createColors(false),
  )

it('an experiment without a session says when sessions count', () => {
  expect(print({}).at(-1)).toBe('  A session counts an hour after it began.')
  expect(print({ sessions: { control: 1, treatment: 0 } }).join()).not.toContain('an hour')
})

it('a running experiment says what it waits for, and one that has ended does not', () => {
  expect(print({ sessions: { control: 40, treatment: 20 } }).at(-1)).toBe(
    '  There is no decision yet: about 140 more of the 200 planned sessions are to come. After 800 sessions it ends without one.',
  )
  expect(print({ sessions: { control: 140, treatment: 60 } }).at(-1)).toBe(
    '  There is no decision yet: all of the 200 planned sessions have come. After 800 sessions it ends without one.',
  )
  expect(print({ verdict: { kind: 'undecided' } }).join()).not.toContain('yet')
})
