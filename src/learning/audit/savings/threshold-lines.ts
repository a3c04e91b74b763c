import type { Interval } from '../../../base/math/statistics/quantile.ts'
import type { GuaranteeLabel } from '../../../routing/calibration/guarantee.ts'
import { type MeasuredLoss, measuredLoss } from '../verdict/labelled-risk.ts'
import type { SavingsCurve } from './savings-curve.ts'
import { binOf, edgeForShareBelow, edgeOf } from './win-rate-bins.ts'

/** `guarantee`: from the labels. `asked`: `--threshold`. `simple`: the router's own calibration. */
export type ChosenBasis = 'guarantee' | 'asked' | 'simple'

/** What a threshold would have saved, and at what loss. */
export type ThresholdLine = {
  readonly threshold: number
  /** Which of the marked thresholds this is, if any. */
  readonly mark: ChosenBasis | null
  readonly weakShare: number
  readonly weakRequests: number
  readonly savedUsd: number
  readonly savedUsdInterval: Interval
  /** Share of everything that was paid. Null if nothing was. */
  readonly savedShare: number | null
  readonly savedShareInterval: Interval | null
  readonly savedUsdPerMonth: number | null
  readonly savedUsdPerMonthInterval: Interval | null
  /** From labels: the share of requests that the weak model gets and loses. */
  readonly loss: MeasuredLoss | null
}

export type MarkedThreshold = { readonly threshold: number; readonly mark: ChosenBasis | null }

export type LineSources = {
  readonly curve: SavingsCurve
  /** Months of the log. Null if they are unknown. */
  readonly months: number | null
  readonly labels: readonly GuaranteeLabel[] | undefined
}

const weakShares = [0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1]

/** Lines at fixed shares of the routed requests and at the marked thresholds, in ascending order. */
export function thresholdLines(
  marked: readonly MarkedThreshold[],
  sources: LineSources,
): readonly ThresholdLine[] {
  const { routedCounts, routed } = sources.curve
  const byShare =
    routed === 0 ? [] : weakShares.map((share) => edgeOf(edgeForShareBelow(routedCounts, share)))
  const plain = [...new Set(byShare)]
    .filter((threshold) => marked.every((other) => other.threshold !== threshold))
    .map((threshold): MarkedThreshold => ({ threshold, mark: null }))
  return [...plain, ...marked]
    .sort((a, b) => a.threshold - b.threshold)
    .map((line) => thresholdLine(line, sources))
}

/** Lines at every twentieth of the routed requests: the curve of the chart. */
export function savingsCurveLines(sources: LineSources): readonly ThresholdLine[] {
  const { routedCounts, routed } = sources.curve
  if (routed === 0) return []
  const edges = Array.from({ length: 21 }, (_, step) => edgeForShareBelow(routedCounts, step / 20))
  return [...new Set(edges)].map((edge) => thresholdLine({ threshold: edgeOf(edge), mark: null }, sources))
}

export function thresholdLine(
  { threshold, mark }: MarkedThreshold,
  { curve, months, labels }: LineSources,
): ThresholdLine {
  const { weakShare, weakRequests, savedUsd, savedUsdInterval, savedShare, savedShareInterval } =
    curve.savingAt(binOf(threshold))
  return {
    threshold,
    mark,
    weakShare,
    weakRequests,
    savedUsd,
    savedUsdInterval,
    savedShare,
    savedShareInterval,
    savedUsdPerMonth: months === null ? null : savedUsd / months,
    savedUsdPerMonthInterval:
      months === null ? null : [savedUsdInterval[0] / months, savedUsdInterval[1] / months],
    loss: labels === undefined || labels.length === 0 ? null : measuredLoss(labels, threshold),
  }
}
