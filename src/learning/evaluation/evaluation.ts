import type { Interval } from '../../base/math/statistics/quantile.ts'
import type { RowsAndTraining, ScoreUnit } from './benchmark.ts'
import type { Gap } from './metrics/gap.ts'
import type { GapPercent } from './metrics/metrics.ts'

/** The quality of routers on one benchmark. Scores and `auc` are in `unit`, shares of strong calls in percent. */
export type Evaluation = {
  readonly benchmark: string
  readonly unit: ScoreUnit
  /** `exact`: over every threshold. `reference`: as the upstream project computes it, including its faults. */
  readonly metrics: 'exact' | 'reference'
  readonly rows: number
  /** Rows left out because upstream's training data holds their prompts. */
  readonly contaminatedRows: number
  /** SHA-256 of rows, scores and models: results with the same hash are of the same rows. */
  readonly rowsHash: string
  readonly strong: ModelScore
  readonly weak: ModelScore
  /** In the order given. */
  readonly routers: readonly RouterEvaluation[]
  readonly baselines: Baselines
  /**
   * The oracle knows the scores of both answers and sends first the prompts where the strong model helps most. No
   * router can do better.
   */
  readonly oracle: RouterEvaluation
  /** Differences in APGR on the same resampled rows. Empty if there are no intervals. */
  readonly comparisons: readonly ApgrDifference[]
  /** Absent if there are no intervals. */
  readonly bootstrap?: Bootstrap
  /** The gap between the two models with its standard error. */
  readonly gap: Gap
  /**
   * Why there are no intervals of APGR, CPT and scores. With `gap-uncertain` there are still differences between routers,
   * whose sign does not depend on the size of the gap.
   */
  readonly noIntervals?: 'reference-metrics' | 'gap-within-chance' | 'gap-uncertain'
}

export type ModelScore = { readonly model: string; readonly score: number }

export type RouterEvaluation = {
  readonly name: string
  /** How the rows relate to the training of the router. Absent if nothing is known of it, as for a baseline. */
  readonly training?: RowsAndTraining
  readonly apgr: number
  /** `null` if there are no intervals; `noIntervals` says why. */
  readonly apgrInterval: Interval | null
  /** Percent of strong calls needed for 20, 50 and 80 % of the gap. */
  readonly cpt: Readonly<Record<GapPercent, number>>
  readonly cptIntervals: Readonly<Record<GapPercent, Interval>> | null
  readonly auc: number
  /** At most 201, by ascending share of strong calls. */
  readonly points: readonly CurvePoint[]
}

export type CurvePoint = {
  /** Prompts with at least this win rate went to the strong model. `null` without a router. */
  readonly threshold: number | null
  readonly strongCallPercent: number
  readonly score: number
  /**
   * The interval of the recovered part of the gap at this share of strong calls, as a score. The scores of the two
   * models are fixed, so that the interval is the router's alone.
   */
  readonly scoreInterval?: Interval
}

export type Baselines = {
  /** The mean of random routing, in closed form. Its interval holds 95 % of single random runs. */
  readonly random: RouterEvaluation & { readonly apgrStandardDeviation: number }
  /** Ranks by the length of the prompt: longer ones go to the strong model. */
  readonly length: RouterEvaluation
  /**
   * Ranks by the mean gap of each row's category, computed from the same rows: an upper bound of what the category can
   * give. Absent with fewer than two categories.
   */
  readonly category?: RouterEvaluation
}

export type ApgrDifference = {
  readonly router: string
  /** Another router, or `length`. */
  readonly against: string
  /** APGR of `router` minus that of `against`. */
  readonly apgrDifference: number
  readonly interval: Interval
}

export type Bootstrap = {
  readonly seed: number
  readonly samples: number
  readonly confidence: 0.95
  /** The number of distinct prompts. They are drawn with replacement, so that a repeated prompt is not new evidence. */
  readonly distinctPrompts: number
  /** APGR of each router on each resample, to six digits, for paired comparisons with a later run. */
  readonly apgr: Readonly<Record<string, readonly number[]>>
}
