/** A metric that renders itself in Prometheus' text format. */
export type Metric = {
  readonly name: string
  readonly type: MetricType
  readonly help: string
  readonly labelNames: readonly string[]
  /** `# HELP`, `# TYPE` and one line per sample, without a line feed at the end. */
  render(): string
}

export type MetricType = 'counter' | 'gauge' | 'histogram'

export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** The text of a scrape. Source: Prometheus, exposition formats, text format 0.0.4. */
export function renderMetrics(metrics: readonly Metric[]): string {
  return `${metrics.map((metric) => metric.render()).join('\n\n')}\n`
}

export function renderHead(name: string, type: MetricType, help: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}`
}

/** `{model="small",kind="prompt"}`, or nothing without labels. */
export function renderLabels(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return ''
  return `{${names.map((name, index) => `${name}="${escapeLabelValue(values[index] ?? '')}"`).join(',')}}`
}

function escapeLabelValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
