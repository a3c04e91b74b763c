import { createLabelledGauge } from '../counter.ts'
import type { Metric } from '../exposition.ts'

/** How far an experiment, or a canary, has come. */
export type ExperimentFigures = {
  readonly id: string
  readonly sessions: { readonly control: number; readonly treatment: number }
  /** `running`, or how it ended: `success`, `guard`, … */
  readonly verdict: string
}

/** The metrics of experiments on live sessions. @param read one entry for each experiment of the configuration. */
export function createExperimentMetrics(read: () => readonly ExperimentFigures[]): readonly Metric[] {
  return [
    createLabelledGauge(
      {
        name: 'routellm_experiment_sessions',
        help: 'Sessions of an experiment or a canary in the last 30 days, by arm: control or treatment. Read from the store once a minute.',
        labelNames: ['experiment', 'arm'],
      },
      () =>
        read().flatMap(({ id, sessions: { control, treatment } }) => [
          [control, id, 'control'] as const,
          [treatment, id, 'treatment'] as const,
        ]),
    ),
    createLabelledGauge(
      {
        name: 'routellm_experiment_verdict',
        help: '1 for the present verdict of an experiment: running, or how it has ended.',
        labelNames: ['experiment', 'verdict'],
      },
      () => read().map(({ id, verdict }) => [1, id, verdict] as const),
    ),
  ]
}
