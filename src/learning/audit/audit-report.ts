import type { Interval } from '../../base/math/statistics/quantile.ts'
import type { LabelBasis } from '../../routing/routers/trained-prompts/label-origins.ts'
import type { Separation } from '../evaluation/metrics/separation.ts'
import type { UnreadableRow } from '../formats/logs/read-log.ts'
import type { LabelPopulation } from '../rows/label-counts.ts'
import type { KeptOut, Paid } from './savings/money-tally.ts'
import type { Resampled } from './savings/savings-curve.ts'
import type { ChosenBasis, ThresholdLine } from './savings/threshold-lines.ts'
import type { AlreadyRouted } from './scored-reading.ts'
import type { ExamplePrompt } from './survey/example-prompts.ts'
import type { SegmentTable } from './survey/segment-tally.ts'
import type { AuditVerdict } from './verdict/verdict.ts'

/** The result of an audit, as `--json` prints it. Shares are fractions, dollars are those of the whole log. */
export type AuditReport = {
  /** Names without folders, because a report is shown to others. */
  readonly files: readonly string[]
  readonly format: string
  readonly router: string
  /** `scored`: the router scored the prompts now. `logged`: the log holds its win rates and no prompts. */
  readonly winRateSource: 'scored' | 'logged'
  readonly rows: {
    readonly read: number
    readonly requests: number
    readonly unreadable: number
    readonly firstUnreadable: readonly UnreadableRow[]
  }
  /** Sentences about the log: what could not be read of it, and what would make more of it readable. */
  readonly notes: readonly string[]
  /** ISO 8601. Null if the log has no times. */
  readonly period: { readonly from: string; readonly to: string; readonly days: number } | null
  readonly paid: Paid
  readonly prices: { readonly source: string; readonly asOf: string; readonly advice?: string }
  readonly models: readonly AuditedModel[]
  /** Null if no two models with prices could be chosen. */
  readonly pair: {
    readonly strong: string
    readonly weak: string
    readonly basis: string
    readonly priceRatio: number | null
    readonly weakPrices: {
      readonly inputUsdPerMillionTokens: number
      readonly outputUsdPerMillionTokens: number
    } | null
  } | null
  /** Requests that a router could decide. */
  readonly routable: number
  /**
   * Those of these that a model more expensive than the weak one answered, at a known cost. Below the threshold they
   * would go to the weak model.
   */
  readonly routed: { readonly requests: number; readonly paidUsd: number }
  /** Of RouteLLM's own log: requests that a router gave to the weak model. Null if there are none. */
  readonly alreadyRouted: AlreadyRouted | null
  readonly keptOut: readonly {
    readonly reason: KeptOut
    readonly requests: number
    readonly paidUsd: number
  }[]
  readonly simple: {
    readonly threshold: number
    readonly share: number
    readonly shareInterval: Interval
    /** Where the threshold is from, as text. */
    readonly basis: string
  }
  /** Ascending in the share that goes to the weak model. */
  readonly thresholds: readonly ThresholdLine[]
  /** The same in steps of a twentieth of the routed requests, from none to all. */
  readonly curve: readonly ThresholdLine[]
  /** A histogram of the win rates of the requests that a router could decide: bars of one width without gaps. */
  readonly winRates: readonly { readonly from: number; readonly to: number; readonly requests: number }[]
  /** The threshold that the verdict and the segments are about. */
  readonly chosen: { readonly threshold: number; readonly basis: ChosenBasis }
  readonly risk: RiskReport
  readonly segments: readonly SegmentTable[]
  readonly verdict: AuditVerdict
  readonly intervals: {
    readonly confidence: 0.95
    readonly resampled: Resampled
    readonly seed: number
  }
  /** Only with `--show-prompts`. */
  readonly examples?: {
    readonly simplest: readonly ExamplePrompt[]
    readonly hardest: readonly ExamplePrompt[]
  }
}

export type AuditedModel = {
  readonly model: string
  readonly requests: number
  readonly routable: number
  readonly paidUsd: number
  /** Requests without a cost in the log and without a price. */
  readonly unpricedRequests: number
  readonly prices: {
    readonly inputUsdPerMillionTokens: number
    readonly outputUsdPerMillionTokens: number
  } | null
  readonly routed: boolean
}

export type RiskReport =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'measured'
      readonly labels: number
      /** The requests of the log that the labels stand for; as many as labels if the file does not say. */
      readonly requests: number
      /** What the guarantee is about: distinct prompts if the labels do not say how often each was asked. */
      readonly about: LabelPopulation
      /** The share of these requests on which the weak model loses, at any threshold. */
      readonly weakLossShare: number
      /** How well the router finds the labels that the weak model loses. Null if there are too few. */
      readonly separation: Separation | null
      readonly maxLoss: number
      readonly confidence: number
      readonly guarantee:
        | {
            readonly possible: true
            readonly threshold: number
            readonly bound: number
            readonly strongCallFraction: number
          }
        | { readonly possible: false; readonly labelsNeeded: number | null }
      /** What the win rates of the labels rest on. */
      readonly basis: LabelBasis
      /** Labels that the router was trained on and that were scored by a fit without them. */
      readonly crossFittedLabels: number
    }
