import type { Interval } from '../../../base/math/statistics/quantile.ts'
import type { LabelPopulation } from '../../../learning/rows/label-counts.ts'
import type { ToleranceGuarantee } from '../../../routing/calibration/tolerance/guarantee.ts'
import type { BudgetTolerance, QualityTolerance } from '../../../routing/calibration/tolerance/targets.ts'
import type { LabelBasis } from '../../../routing/routers/trained-prompts/label-origins.ts'

/** A tolerance of a policy with its effect, or the reason why there is none. */
export type PolicyCalibration = PolicyLossCalibration | PolicyQualityCalibration | PolicyBudgetCalibration

/** What a tolerance does for the labels or prompts that it was found on. */
export type ToleranceEffect = {
  /** Expected dollars per request; null if a chosen model is unpriced. */
  readonly usdPerRequest: number | null
  /** The fraction of the requests that each model answers. */
  readonly shares: Readonly<Record<string, number>>
}

type OnLabels = {
  readonly policy: string
  /** The number of labels. */
  readonly labels: number
  /** The requests that the labels stand for. */
  readonly requests: number
  readonly about: LabelPopulation
  readonly basis: LabelBasis
  readonly crossFittedLabels: number
  readonly learnedLabels: number
  readonly otherRows: number
}

export type PolicyLossCalibration = OnLabels & {
  /** The candidate that failures are counted against. */
  readonly reference: string
  readonly maxLoss: number
  readonly confidence: number
  readonly lossMargin: number
  readonly nextRequests?: number
} & (
    | (Extract<ToleranceGuarantee, { possible: true }> & ToleranceEffect)
    | Extract<ToleranceGuarantee, { possible: false }>
  )

export type PolicyQualityCalibration = OnLabels & {
  readonly minQuality: number
  /** The candidate with the highest mean score on the labels, whose quality is kept. */
  readonly best: string
} & (
    | (Extract<QualityTolerance, { possible: true }> &
        ToleranceEffect & { readonly qualityInterval: Interval; readonly confidence: number })
    | Extract<QualityTolerance, { possible: false }>
  )

export type PolicyBudgetCalibration = {
  readonly policy: string
  readonly budgetUsdPerRequest: number
  /** The number of prompts. */
  readonly prompts: number
} & (
  | (Extract<BudgetTolerance, { possible: true }> & ToleranceEffect)
  | Extract<BudgetTolerance, { possible: false }>
)
