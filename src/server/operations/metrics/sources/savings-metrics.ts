import type { RequestObserver } from '../../../../gateway/request-record.ts'
import type { FindBaseline } from '../../../../gateway/savings/baselines.ts'
import { toCostedRequest } from '../../../../gateway/savings/costed-request.ts'
import { createSavingsMeter } from '../../../../gateway/savings/savings-meter.ts'
import { createLabelledGauge } from '../counter.ts'
import type { Metric } from '../exposition.ts'

/** What routing has saved since the start, by policy. */
export type SavingsMetrics = {
  readonly metrics: readonly Metric[]
  readonly observe: RequestObserver
  /** The baselines of the configuration that is served from now on; null: nothing is counted. */
  configure(findBaseline: FindBaseline | null): void
}

export function createSavingsMetrics(): SavingsMetrics {
  const saved = new Map<string, number>()
  let findBaseline: FindBaseline | null = null
  const meter = createSavingsMeter((request) => findBaseline?.(request) ?? null)
  return {
    metrics: [
      createLabelledGauge(
        {
          name: 'routellm_saved_usd',
          help: 'Dollars that the safest model of the policy would have cost since the start, less what was spent; negative if routing cost more. Requests without known dollars are left out, shadow calls too.',
          labelNames: ['policy'],
        },
        () => Array.from(saved, ([policy, usd]) => [usd, policy] as const),
      ),
    ],
    observe(record) {
      const saving = meter.add(toCostedRequest(record))
      if (saving.kind !== 'counted') return
      const policy = record.policy ?? `router-${record.router}`
      saved.set(policy, (saved.get(policy) ?? 0) + saving.baselineUsd - saving.usd)
    },
    configure(next) {
      findBaseline = next
    },
  }
}
