import { maxSeries, otherLabel } from './counter.ts'
import { type Metric, renderHead, renderLabels } from './exposition.ts'

export type Histogram = Metric & {
  /** @param label value of the histogram's label; the empty string if it has none. */
  observe(value: number, label: string): void
}

export type HistogramOptions = {
  readonly name: string
  readonly help: string
  readonly labelName: string | null
  /** Upper bounds (inclusive), ascending; `+Inf` is added. */
  readonly buckets: readonly number[]
}

type Series = {
  /** Observations per bucket, not cumulative; the last is `+Inf`. */
  readonly counts: Float64Array
  sum: number
}

/** Counts observations in plain arrays; the cumulative counts of the format are computed when it is rendered. */
export function createHistogram({ name, help, labelName, buckets }: HistogramOptions): Histogram {
  const byLabel = new Map<string, Series>()
  if (labelName === null) byLabel.set('', createSeries()) // a series without a label exists from the start

  function createSeries(): Series {
    return { counts: new Float64Array(buckets.length + 1), sum: 0 }
  }

  function renderSeries(label: string, { counts, sum }: Series): string {
    const names = labelName === null ? [] : [labelName]
    const values = labelName === null ? [] : [label]
    const bounds = [...buckets.map(String), '+Inf']
    let cumulative = 0
    const lines = bounds.map((bound, index) => {
      cumulative += counts[index]!
      return `${name}_bucket${renderLabels(['le', ...names], [bound, ...values])} ${cumulative}`
    })
    const labels = renderLabels(names, values)
    return [...lines, `${name}_sum${labels} ${sum}`, `${name}_count${labels} ${cumulative}`].join('\n')
  }

  return {
    name,
    type: 'histogram',
    help,
    labelNames: labelName === null ? [] : [labelName],
    observe(value, asked) {
      const label = byLabel.size < maxSeries || byLabel.has(asked) ? asked : otherLabel
      let series = byLabel.get(label)
      if (series === undefined) {
        series = createSeries()
        byLabel.set(label, series)
      }
      let bucket = 0
      while (bucket < buckets.length && value > buckets[bucket]!) bucket++
      series.counts[bucket]!++
      series.sum += value
    },
    render() {
      const lines = Array.from(byLabel, ([label, series]) => renderSeries(label, series))
      return [renderHead(name, 'histogram', help), ...lines].join('\n')
    },
  }
}
