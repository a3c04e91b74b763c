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
  const series = new Map<string, { readonly values: readonly string[]; total: number }>()
  if (labelNames.length === 0) series.set('', { values: [], total: 0 }) // a series without labels exists from the start
  return {
    add(amount, ...values) {
      const key = values.length === 1 ? values[0]! : values.join('\0')
      const found = series.get(key)
      if (found === undefined) series.set(key, { values, total: amount })
      else found.total += amount
    },
    render() {
      const lines = Array.from(
        series.values(),
        ({ values, total }) => `${name}${renderLabels(labelNames, values)} ${total}`,
      )
      return [renderHead(name, 'counter', help), ...lines].join('\n')
    },
  }
}

/** @param read the current value. */
export function createGauge(options: { name: string; help: string }, read: () => number): Metric {
  return createReadMetric('gauge', options, read)
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
