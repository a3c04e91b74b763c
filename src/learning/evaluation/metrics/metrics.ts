import type { RoutingCurve } from './routing-curve.ts'

/** Parts of the gap between the models for which the strong-call share is given, in percent. */
export const gapPercents = ['20', '50', '80'] as const
export type GapPercent = (typeof gapPercents)[number]

/** ∫ score over the share of strong calls c from 0 to 1: the mean score over all budgets, in the score's unit. */
export function areaUnderCurve(curve: RoutingCurve): number {
  const { strongFractions, scores } = curve
  let area = 0
  for (let vertex = 1; vertex < scores.length; vertex++) {
    area +=
      ((strongFractions[vertex]! - strongFractions[vertex - 1]!) * (scores[vertex]! + scores[vertex - 1]!)) /
      2
  }
  return area
}

/** score(strong) − score(weak) on the curve's rows. */
export function performanceGap(curve: RoutingCurve): number {
  return curve.scores[curve.scores.length - 1]! - curve.scores[0]!
}

/**
 * The average performance gap recovered: APGR = (AUC − r_weak) / (r_strong − r_weak) = ∫ PGR dc (arXiv 2406.18665,
 * section 2), exact over every threshold. 0.5 is random. NaN if the strong model is not better.
 */
export function averageGapRecovered(curve: RoutingCurve): number {
  const gap = performanceGap(curve)
  return gap > 0 ? (areaUnderCurve(curve) - curve.scores[0]!) / gap : Number.NaN
}

/**
 * CPT: the least share of strong calls, in percent, that recovers `gapPercent` % of the gap: where the curve's
 * non-decreasing hull (its running maximum) first crosses r_weak + gapPercent % · (r_strong − r_weak), which is where
 * the curve itself first reaches it. NaN if there is no gap.
 *
 * The reference interpolates share over score as if score rose with share, which is often false.
 */
export function strongCallPercentForGap(curve: RoutingCurve, gapPercent: number): number {
  const gap = performanceGap(curve)
  return gap > 0 ? strongCallPercentForScore(curve, curve.scores[0]! + (gapPercent / 100) * gap) : Number.NaN
}

/** The least share of strong calls, in percent, with a score of at least `score`. NaN if none has. */
export function strongCallPercentForScore(curve: RoutingCurve, score: number): number {
  const { strongFractions, scores } = curve
  if (scores[0]! >= score) return 0
  for (let vertex = 1; vertex < scores.length; vertex++) {
    if (scores[vertex]! < score) continue
    const part = (score - scores[vertex - 1]!) / (scores[vertex]! - scores[vertex - 1]!)
    const before = strongFractions[vertex - 1]!
    return 100 * (before + part * (strongFractions[vertex]! - before))
  }
  return Number.NaN
}

/**
 * Writes PGR = (score − r_weak) / (r_strong − r_weak) at evenly spaced shares of strong calls 0 … 1 into `recovered`,
 * interpolated between vertices. NaN if there is no gap.
 */
export function readGapRecovered(curve: RoutingCurve, recovered: Float64Array): void {
  const { strongFractions, scores } = curve
  const gap = performanceGap(curve)
  const last = recovered.length - 1
  let vertex = 1
  for (let index = 0; index <= last; index++) {
    const share = index / last
    while (vertex < scores.length - 1 && strongFractions[vertex]! < share) vertex += 1
    const before = strongFractions[vertex - 1]!
    const width = strongFractions[vertex]! - before
    // A vertex without rows in this resample has the share of its neighbour.
    const part = width > 0 ? Math.min(1, (share - before) / width) : 1
    const score = scores[vertex - 1]! + part * (scores[vertex]! - scores[vertex - 1]!)
    recovered[index] = gap > 0 ? (score - scores[0]!) / gap : Number.NaN
  }
}
