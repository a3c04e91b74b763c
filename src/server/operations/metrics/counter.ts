import { type Metric, renderHead, renderLabels } from './exposition.ts'

export type MetricOptions<Labels extends readonly string[]> = {
  readonly name: string
  readonly help: string
  readonly labelNames: Labels
}

/** One string per label name. */
export type LabelValues<Labels extends readonly string[]> = { readonly [Index in keyof Labels]: string }

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
  if (labelNames.length === 0) root.set('', { values: [], total: 0 }) // a series without labels exists from the start

  function findSeries(values: readonly string[]): Series {
    let level = root
    for (let label = 0; label < values.length - 1; label++) {
      let next = level.get(values[label]!)
      if (!(next instanceof Map)) {
        next = new Map()
        level.set(values[label]!, next)
      }
      level = next
    }
    const last = values.length === 0 ? '' : values[values.length - 1]!
    const found = level.get(last)
    if (found !== undefined && !(found instanceof Map)) return found
    const series = { values, total: 0 }
    level.set(last, series)
    return series
  }

  return {
    add(amount, ...values) {
      findSeries(values).total += amount
    },
    render() {
      const lines = Array.from(
        allSeries(root),
        ({ values, total }) => `${name}${renderLabels(labelNames, values)} ${total}`,
      )
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
  return createReadMetric('gauge', options, read)
}

/** @param read the current value of each series, by the value of its label. */
export function createLabelledGauge(
  { name, help, labelName }: { name: string; help: string; labelName: string },
  read: () => readonly (readonly [label: string, value: number])[],
): Metric {
  return {
    render: () =>
      [
        renderHead(name, 'gauge', help),
        ...read().map(([label, value]) => `${name}${renderLabels([labelName], [label])} ${value}`),
      ].join('\n'),
  }
}

/** A counter that is kept elsewhere. */
export function createReadCounter(options: { name: string; help: string }, read: () => number): Metric {
  return createReadMetric('counter', options, read)
}

function createReadMetric(
  type: 'counter' | 'gauge',
  { name, help }: { name: string; help: string },
  read: () => number,
): Metric {
  return { render: () => `${renderHead(name, type, help)}\n${name} ${read()}` }
}
