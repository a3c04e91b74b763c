import type { ShadowState } from '../../../../gateway/shadow/shadow-state.ts'
import { createLabelledReadCounter, createReadCounter } from '../counter.ts'
import type { Metric } from '../exposition.ts'

/** The metrics of shadow calls. @param read null if there are none. */
export function createShadowMetrics(read: () => ShadowState | null): readonly Metric[] {
  return [
    createLabelledReadCounter(
      {
        name: 'routellm_shadow_pairs_total',
        help: 'Requests that a second model answered too, by what came of it: the better answer (model, other, tie), or why that is not known.',
        labelNames: ['outcome'],
      },
      () => {
        const state = read()
        if (state === null) return []
        const outcomes = { ...state.verdicts, ...state.problems }
        return Object.entries(outcomes).map(([outcome, count]) => [count, outcome] as const)
      },
    ),
    createLabelledReadCounter(
      {
        name: 'routellm_shadow_left_out_total',
        help: 'Requests that were drawn for a second model and not sent to it, because too many waited (queue) or the dollars of the day were used up (budget).',
        labelNames: ['reason'],
      },
      () => {
        const state = read()
        return state === null
          ? []
          : [[state.dropped, 'queue'] as const, [state.overBudget, 'budget'] as const]
      },
    ),
    createReadCounter(
      {
        name: 'routellm_shadow_usd_total',
        help: 'Dollars of shadow calls, those of the judge included.',
      },
      () => read()?.usd ?? 0,
    ),
  ]
}
