import type { Interval } from '../../base/math/statistics/quantile.ts'
import type { ScoreUnit } from './benchmark.ts'
import type { GapPercent } from './metrics/metrics.ts'

/** The quality of routers on one benchmark. Scores and `auc` are in `unit`, shares of strong calls in percent. */
export type Evaluation = {
  readonly benchmark: string
  readonly unit: ScoreUnit
  /** `exact`: over every threshold. `reference`: as the upstream project computes it, its faults included. */
  readonly metrics: 'exact' | 'reference'
  readonly rows: number
  /** Rows that were left out because upstream's training data holds their prompts. */
  readonly contaminatedRows: number
  /** SHA-256 of rows, scores and models: results with the same hash were measured on the same rows. */
  readonly rowsHash: string
  readonly strong: ModelScore
  readonly weak: ModelScore
  /** In the order in which they were given. */
  readonly routers: readonly RouterEvaluation[]
  readonly baselines: Baselines
  /** Knows both answers' scores and sends first where the strong model helps most: no router can do better. */
  readonly oracle: RouterEvaluation
  /** Differences in APGR on the same resampled rows; empty where there are no intervals. */
  readonly comparisons: readonly ApgrDifference[]
  /** Absent where there are no intervals. */
  readonly bootstrap?: Bootstrap
  /** Why there are no intervals. */
  readonly noIntervals?: 'reference-metrics' | 'gap-within-chance'
}

export type ModelScore = { readonly model: string; readonly score: number }

export type RouterEvaluation = {
  readonly name: string
  readonly apgr: number
  /** `null` where there are no intervals; `noIntervals` says why. */
  readonly apgrInterval: Interval | null
  /** Percent of strong calls needed for 20, 50 and 80 % of the gap. */
  readonly cpt: Readonly<Record<GapPercent, number>>
  readonly cptIntervals: Readonly<Record<GapPercent, Interval>> | null
  readonly auc: number
  /** At most 201, by ascending share of strong calls. */
  readonly points: readonly CurvePoint[]
}

export type CurvePoint = {
  /** Prompts with a win rate of at least this went to the strong model; `null` where no router was asked. */
  readonly threshold: number | null
  readonly strongCallPercent: number
  readonly score: number
  /**
   * Of the part of the gap recovered at this share of strong calls, as a score: the scores of the two models are
   * held, so that the interval shows what the router contributes.
   */
  readonly scoreInterval?: Interval
}

export type Baselines = {
  /** In closed form: what random routing gives on average. Its interval is where 95 % of single random runs fall. */
  readonly random: RouterEvaluation & { readonly apgrStandardDeviation: number }
  /** The longer the prompt in characters, the stronger the model. */
  readonly length: RouterEvaluation
  /**
   * Ranks by the mean gap of each row's category, read off these very rows: what knowing the category could give
   * at best. Absent where there are fewer than two categories.
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
  /** What was drawn with replacement: distinct prompts, so that a repeated prompt does not count as new evidence. */
  readonly distinctPrompts: number
  /** APGR of each router on each resample, to six digits: a later run is compared with this one in pairs. */
  readonly apgr: Readonly<Record<string, readonly number[]>>
}
