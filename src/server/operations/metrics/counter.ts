import { type Metric, renderHead, renderLabels } from './exposition.ts'

export type MetricOptions<Labels extends readonly string[]> = {
  readonly name: string
  readonly help: string
  readonly labelNames: Labels
}

/** One string per label name. */
export type LabelValues<Labels extends readonly string[]> = { readonly [Index in keyof Labels]: string }

/**
 * Series of one metric at most, all but one; further label values share a series whose labels are `other`. Labels are names
 * of the configuration, so only a large configuration that is often replaced comes so far.
 */
export const maxSeries = 5000
/** The label values of a series that stands for all beyond the limit. */
export const otherLabel = 'other'

export type Counter<Labels extends readonly string[]> = Metric & {
  /** Adds `amount` (0 or more) to the series with these label values. */
  add(amount: number, ...values: LabelValues<Labels>): void
}

export function createCounter<const Labels extends readonly string[]>({
  name,
  help,
  labelNames,
}: MetricOptions<Labels>): Counter<Labels> {
  /** By the first label's value, then by the second's, and so on: a joined key would be a new string each time. */
  const root: Level = new Map()
  let count = 0
  let other: Series | null = null
  if (labelNames.length === 0) root.set('', { values: [], total: 0 }) // a series without labels exists from the start

  function findSeries(values: readonly string[]): Series {
    let level = root
    for (let label = 0; label < values.length - 1; label++) {
      let next = level.get(values[label]!)
      if (!(next instanceof Map)) {
        if (count >= maxSeries) return findOther()
        next = new Map()
        level.set(values[label]!, next)
      }
      level = next
    }
    const last = values.length === 0 ? '' : values[values.length - 1]!
    const found = level.get(last)
    if (found !== undefined && !(found instanceof Map)) return found
    if (count >= maxSeries) return findOther()
    count++
    const series = { values, total: 0 }
    level.set(last, series)
    return series
  }

  function findOther(): Series {
    other ??= { values: labelNames.map(() => otherLabel), total: 0 }
    return other
  }

  return {
    name,
    type: 'counter',
    help,
    labelNames,
    add(amount, ...values) {
      findSeries(values).total += amount
    },
    render() {
      const series = [...allSeries(root), ...(other === null ? [] : [other])]
      const lines = series.map(({ values, total }) => `${name}${renderLabels(labelNames, values)} ${total}`)
      return [renderHead(name, 'counter', help), ...lines].join('\n')
    },
  }
}

type Series = { readonly values: readonly string[]; total: number }
type Level = Map<string, Level | Series>

function* allSeries(level: Level): Generator<Series> {
  for (const next of level.values()) {
    if (next instanceof Map) yield* allSeries(next)
    else yield next
  }
}

/** @param read the current value. */
export function createGauge(options: { name: string; help: string }, read: () => number): Metric {
  return createReadMetric('gauge', { ...options, labelNames: [] }, () => [[read()]])
}

/** A value that is read when it is rendered, and the values of its labels. */
export type ReadSample = readonly [value: number, ...labels: readonly string[]]

/** @param read the current value of each series. The first `maxSeries` of them are rendered. */
export function createLabelledGauge(
  options: MetricOptions<readonly string[]>,
  read: () => readonly ReadSample[],
): Metric {
  return createReadMetric('gauge', options, read)
}

/** A counter that is kept elsewhere. */
export function createReadCounter(options: { name: string; help: string }, read: () => number): Metric {
  return createReadMetric('counter', { ...options, labelNames: [] }, () => [[read()]])
}

/** Counters that are kept elsewhere. */
export function createLabelledReadCounter(
  options: MetricOptions<readonly string[]>,
  read: () => readonly ReadSample[],
): Metric {
  return createReadMetric('counter', options, read)
}

function createReadMetric(
  type: 'counter' | 'gauge',
  { name, help, labelNames }: MetricOptions<readonly string[]>,
  read: () => readonly ReadSample[],
): Metric {
  return {
    name,
    type,
    help,
    labelNames,
    render: () =>
      [
        renderHead(name, type, help),
        ...read()
          .slice(0, maxSeries)
          .map(([value, ...labels]) => `${name}${renderLabels(labelNames, labels)} ${value}`),
      ].join('\n'),
  }
}
