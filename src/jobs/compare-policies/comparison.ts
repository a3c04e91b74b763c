import type { Interval } from '../../base/math/statistics/quantile.ts'
import type { LoggedTraffic } from '../../learning/evaluation/policies/logged-traffic.ts'
import type { PolicyMeasure, TrafficMeasure } from '../../learning/evaluation/policies/measure.ts'
import type { ReplayedPolicy } from '../../learning/evaluation/policies/replay.ts'
import type { UnitKind } from '../../learning/evaluation/policies/traffic.ts'
import type { LabelPopulation } from '../../learning/rows/label-counts.ts'

/** What each policy chooses, costs and loses on the same traffic. Dollars are of the log, if there is one, losses of the labels. */
export type PolicyComparison = {
  /** Null: there is no log, and dollars and shares are those of the labels. */
  readonly log: string | null
  /** Requests of the log that could be routed; without a log those of the labels. */
  readonly requests: number
  readonly policies: readonly ComparedRow[]
  /** Every candidate alone. */
  readonly models: readonly ComparedRow[]
  /** For each label the cheapest of the best candidates; null without labels. */
  readonly oracle: ComparedRow | null
  /** The candidate with the highest mean score on the labels, which losses are against; null without labels. */
  readonly best: string | null
  readonly labels: ComparedLabels | null
  readonly resampled: readonly UnitKind[]
  readonly outputTokens: LoggedTraffic['outputTokens']
  readonly leftOut: LoggedTraffic['leftOut']
  /** Sentences about how the figures came about. */
  readonly notes: readonly string[]
}

export type ComparedLabels = {
  readonly labels: number
  /** Requests that the labels stand for. */
  readonly requests: number
  readonly about: LabelPopulation
  /** Labels scored by a fit of the router without them. */
  readonly crossFitted: number
  /** Labels left out: a router was trained on them, or a candidate has no score. */
  readonly learned: number
  readonly withoutScores: number
}

export type ComparedRow = {
  readonly name: string
  readonly kind: string
  /** Dollars of all `requests`; null if a chosen model is unpriced. */
  readonly usd: number | null
  readonly usdInterval: Interval | null
  readonly usdPerRequest: number | null
  /** Mean score on the labels. */
  readonly score: number | null
  readonly scoreInterval: Interval | null
  /** Mean score of the best candidate alone minus that of the policy. */
  readonly loss: number | null
  readonly lossInterval: Interval | null
  /** Mean score of the oracle minus that of the policy. */
  readonly oracleLoss: number | null
  readonly oracleLossInterval: Interval | null
  /** The fraction of the requests that each model answers. */
  readonly shares: Readonly<Record<string, number>>
  /** Null for a model and for the oracle. */
  readonly random: AtEqualShares | null
  readonly length: AtEqualShares | null
  /** Requests that no candidate of the policy can answer. */
  readonly refused: number
}

/** A baseline that gives each model the policy's share of the requests. */
export type AtEqualShares = {
  readonly usd: number | null
  readonly loss: number | null
  /** Its loss minus the policy's: above 0 if the policy is better. */
  readonly gain: number | null
  readonly gainInterval: Interval | null
}

/** A measurement, and the policies as they were replayed for it. */
export type Measured = { readonly measure: TrafficMeasure; readonly replayed: readonly ReplayedPolicy[] }

/**
 * The rows of both measurements, which have the same plans in the same order. A policy that could not be replayed on every
 * row, since it reads answers that are not known, has no figures there.
 *
 * @param priced where dollars and shares are from: the log, or the labels if there is none.
 */
export function toRows(
  { measure: priced, replayed }: Measured,
  onLabels: Measured | null,
): Pick<PolicyComparison, 'policies' | 'models' | 'oracle'> {
  const labelled = onLabels?.measure
  const isWhole = (policies: readonly ReplayedPolicy[] | undefined, kind: string, place: number) =>
    kind === 'models' || policies?.[place]?.withoutAnswer === 0
  const pair = (kind: 'policies' | 'models') =>
    priced[kind].map((measure, place) =>
      toRow(
        isWhole(replayed, kind, place) ? measure : withoutFigures(measure),
        isWhole(onLabels?.replayed, kind, place) ? labelled?.[kind][place] : undefined,
        priced.requests,
      ),
    )
  return {
    policies: pair('policies'),
    models: pair('models'),
    oracle: labelled?.oracle == null ? null : toRow(undefined, labelled.oracle, priced.requests),
  }
}

function withoutFigures({ figures, intervals, ...measure }: PolicyMeasure): PolicyMeasure {
  const nothing = <Values extends object>(values: Values) =>
    Object.fromEntries(Object.keys(values).map((name) => [name, null])) as Record<keyof Values, null>
  return { ...measure, figures: nothing(figures), intervals: nothing(intervals), shares: {} }
}

function toRow(
  logged: PolicyMeasure | undefined,
  labelled: PolicyMeasure | undefined,
  requests: number,
): ComparedRow {
  const known = logged ?? labelled!
  const usd = logged?.figures.usd ?? null
  const { figures, intervals } = labelled ?? {}
  const isPolicy = known.kind !== 'model' && known.kind !== 'oracle'
  return {
    name: known.name,
    kind: known.kind,
    usd,
    usdInterval: logged?.intervals.usd ?? null,
    usdPerRequest: usd === null ? null : usd / requests,
    score: figures?.score ?? null,
    scoreInterval: intervals?.score ?? null,
    loss: figures?.loss ?? null,
    lossInterval: intervals?.loss ?? null,
    oracleLoss: figures?.oracleLoss ?? null,
    oracleLossInterval: intervals?.oracleLoss ?? null,
    shares: known.shares,
    random: isPolicy
      ? {
          usd: logged?.figures.randomUsd ?? null,
          loss: figures?.randomLoss ?? null,
          gain: figures?.gainOverRandom ?? null,
          gainInterval: intervals?.gainOverRandom ?? null,
        }
      : null,
    length: isPolicy
      ? {
          usd: logged?.figures.lengthUsd ?? null,
          loss: figures?.lengthLoss ?? null,
          gain: figures?.gainOverLength ?? null,
          gainInterval: intervals?.gainOverLength ?? null,
        }
      : null,
    refused: logged?.refused ?? 0,
  }
}
