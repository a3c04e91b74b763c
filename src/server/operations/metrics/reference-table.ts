import { createAlerts } from '../alerts/alerts.ts'
import type { Metric } from './exposition.ts'
import { createMetrics } from './metrics.ts'
import { createExperimentMetrics } from './sources/experiment-metrics.ts'
import { createLabelMetrics } from './sources/label-metrics.ts'
import { createPolicyMetrics } from './sources/policy-metrics.ts'
import { createSavingsMetrics } from './sources/savings-metrics.ts'
import { createShadowMetrics } from './sources/shadow-metrics.ts'
import { createStoreMetrics } from './sources/store-metrics.ts'

/** The metrics of `routellm serve` beside those of requests, without values. */
export function furtherMetrics(): readonly Metric[] {
  const store = { dropped: 0, waiting: 0, problem: null, ingested: 0, lastIngestedAt: null, journalBytes: 0 }
  return [
    ...createSavingsMetrics().metrics,
    ...createAlerts({ log: { warn() {}, error() {} }, now: Date.now }).metrics,
    ...createPolicyMetrics(() => []),
    ...createExperimentMetrics(() => []),
    ...createLabelMetrics(() => []),
    ...createShadowMetrics(() => null),
    ...createStoreMetrics(() => store),
  ]
}

/** Every metric of `/metrics` as a Markdown table: name with labels, type, meaning. */
export function metricsTable(): string {
  const none = { isConfigured: () => true, inFlight: () => 0, waiting: () => 0, leftUsd: () => [] }
  const { all } = createMetrics({ ...none, droppedLogLines: () => 0, further: furtherMetrics() })
  const rows = all.map(({ name, type, help, labelNames }) => {
    const labels = labelNames.length === 0 ? '' : `{${labelNames.join(',')}}`
    return `| \`${name}${labels}\` | ${type} | ${help.replaceAll('|', '\\|')} |`
  })
  return ['| series | type | what it is |', '|---|---|---|', ...rows].join('\n')
}
