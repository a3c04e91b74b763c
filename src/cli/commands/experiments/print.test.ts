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
