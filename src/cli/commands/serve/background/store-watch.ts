import type { Config } from '../../../../config/config.ts'
import type { RaiseAlert } from '../../../../server/operations/alerts/alert.ts'
import { toChangeAlert } from '../../../../server/operations/alerts/rules/changes.ts'
import type { ExperimentFigures } from '../../../../server/operations/metrics/sources/experiment-metrics.ts'
import type { PolicyFigures } from '../../../../server/operations/metrics/sources/policy-metrics.ts'
import type { OperationsAnswer } from '../../../../store/reader/answers.ts'
import type { StoreReader } from '../../../../store/reader/store-reader.ts'

/** What the store has of labels, quality, experiments and changes; looked at once a minute. */
export type StoreWatch = {
  readonly labels: () => OperationsAnswer['labels']
  readonly experiments: () => readonly ExperimentFigures[]
  /** With the quality of each policy that has enough labelled sessions. */
  addQualities(figures: readonly PolicyFigures[]): readonly PolicyFigures[]
  /** Looks now. Never rejects: a store that cannot be read leaves what was read before. */
  look(config: Config): Promise<void>
}

const spanMs = 30 * 86_400_000

/** @param raise is told of what has changed since the server started. */
export function createStoreWatch(reader: StoreReader, raise: RaiseAlert, now: () => number): StoreWatch {
  let latest: OperationsAnswer | null = null
  /** What has happened before the server started is known. */
  const startedAt = now()
  let lastEvent = 0
  let isLooking = false

  return {
    labels: () => latest?.labels ?? [],
    experiments: () =>
      (latest?.experiments ?? []).map(({ id, control, treatment, state }) => ({
        id,
        sessions: { control, treatment },
        verdict: state ?? 'running',
      })),
    addQualities(figures) {
      const qualities = new Map((latest?.qualities ?? []).map(({ policy, ...quality }) => [policy, quality]))
      const known = figures.map((each) => ({ ...each, quality: qualities.get(each.policy) ?? null }))
      for (const { policy } of figures) qualities.delete(policy)
      const others = Array.from(qualities, ([policy, quality]) => ({
        policy,
        certificate: null,
        drift: {},
        quality,
      }))
      return [...known, ...others]
    },
    async look({ experiments, lock }) {
      if (isLooking) return
      isLooking = true
      try {
        const countsExperiments =
          experiments.length > 0 || (lock?.routes.some(({ canary }) => canary !== null) ?? false)
        latest = await reader.read('operations', {
          since: now() - spanMs,
          eventsAfter: lastEvent,
          eventsFrom: startedAt,
          countsExperiments,
        })
        for (const event of latest.events) {
          lastEvent = event.seq
          const alert = toChangeAlert(event)
          if (alert !== null) raise(alert)
        }
      } catch {
        // The metrics of the store say that it has a problem.
      } finally {
        isLooking = false
      }
    },
  }
}
