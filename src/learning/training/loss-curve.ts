import { drawChartFile } from '../../charts/chart-file.tsx'
import { seriesClass } from '../../charts/series-class.ts'

/** The loss of each epoch. */
export type LossCurve = {
  /** Mean logistic loss over the training comparisons of each epoch, in nats. */
  readonly training: readonly number[]
  /** The same over the held-out comparisons after each epoch. Empty if nothing is held out. */
  readonly validation: readonly number[]
  /** Counted from 1: the epoch whose weights were kept. */
  readonly keptEpoch: number
}

/** The curve as one SVG: training and validation loss by epoch, the epoch that was kept marked. No script, no font file. */
export function lossCurveSvg({ training, validation, keptEpoch }: LossCurve): string {
  const lines = [
    { name: 'training', values: training },
    { name: 'held out', values: validation },
  ].filter(({ values }) => values.length > 0)
  const kept = (validation.length > 0 ? validation : training)[keptEpoch - 1]!
  const series = lines.map(({ name, values }, index) => ({
    name,
    className: seriesClass(index),
    points: values.map((y, epoch) => ({ x: epoch + 1, y })),
  }))
  return drawChartFile({
    title: 'Loss by epoch',
    subtitle: 'Mean logistic loss in nats; 0.693 is chance.',
    charts: [
      {
        width: 600,
        height: 300,
        title: 'Loss by epoch',
        series,
        hasLegend: true,
        points: [
          {
            x: keptEpoch,
            y: kept,
            name: `kept: epoch ${keptEpoch}, ${kept.toFixed(4)}`,
            className: seriesClass(lines.length - 1),
          },
        ],
        xAxis: { label: 'epoch', format: String, ticks: epochTicks(training.length) },
        yAxis: { label: 'nats', format: (loss) => loss.toFixed(4) },
      },
    ],
  })
}

function epochTicks(epochs: number): readonly number[] {
  return [...new Set([1, Math.ceil(epochs / 2), epochs])]
}
