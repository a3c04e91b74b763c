import type { ShadowProblem, ShadowVerdict } from './shadow-pair.ts'

/** What shadow calls have come to since the server began: counts, for metrics. */
export type ShadowState = {
  /** Requests that were drawn and could be sent to a second model. */
  readonly sampled: number
  readonly verdicts: Readonly<Record<ShadowVerdict, number>>
  readonly problems: Readonly<Record<ShadowProblem, number>>
  /** Not sent, because too many waited, or the server stopped. */
  readonly dropped: number
  /** Not sent, because the dollars of the day were used up. */
  readonly overBudget: number
  /** Dollars of all calls, those of the judge included. */
  readonly usd: number
  /** Requests that wait, and that are under way. */
  readonly open: number
}
