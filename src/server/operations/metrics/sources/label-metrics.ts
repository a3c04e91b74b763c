import { createLabelledGauge } from '../counter.ts'
import type { Metric } from '../exposition.ts'

/** The metrics of labels. @param read labels of the last 30 days, by source. */
export function createLabelMetrics(
  read: () => readonly { readonly source: string; readonly count: number }[],
): readonly Metric[] {
  return [
    createLabelledGauge(
      {
        name: 'routellm_labels',
        help: 'Labels of the last 30 days in the store, by source: shadow or person.',
        labelNames: ['source'],
      },
      () => read().map(({ source, count }) => [count, source] as const),
    ),
  ]
}
