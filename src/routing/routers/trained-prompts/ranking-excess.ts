import { type RocArea, rocArea } from '../../../base/math/statistics/roc-area.ts'

/** A ranking of labels that is better than that of prompts that were left out of the training. */
export type RankingExcess = { readonly here: RocArea; readonly leftOut: RocArea; readonly labels: number }

export type RankedLabel = { readonly winRate: number; readonly isWon: boolean }

/**
 * The chance, at most, that labels like those of the training are taken for learned ones by their ranking, as simulated:
 * 3 standard errors are exceeded by a normal number in 1.3 of 1,000 cases.
 */
export const rankingFalseAlarmChance = 0.002
const mostStandardErrors = 3

/**
 * The areas under the ROC curve if that of the labels is above that of the left-out prompts by more than chance explains.
 * The chance is right for labels like those of the training; other labels may be easier to rank.
 *
 * DeLong's standard error is far too small for few labels with an area near 1: of 60 labels that a router ranks almost without a fault it may be
 * 0. So it is at least that of a share of as many trials as the rarer of the two results has labels, with one success and one
 * failure more: no area of these labels varies more (Birnbaum 1956).
 */
export function findRankingExcess(
  labels: readonly RankedLabel[],
  leftOut: RocArea,
): RankingExcess | undefined {
  const here = rocArea(
    labels.map(({ winRate }) => winRate),
    labels.map(({ isWon }) => isWon),
  )
  if (here === undefined) return undefined
  const won = labels.filter(({ isWon }) => isWon).length
  const trials = Math.min(won, labels.length - won) + 2
  const share = (here.area * (trials - 2) + 1) / trials
  const ownError = Math.max(here.standardError, Math.sqrt((share * (1 - share)) / trials))
  const error = Math.hypot(ownError, leftOut.standardError)
  // Left out of a fit that knows nothing, a label is on the wrong side of the mean: the area is then below ½.
  return here.area - Math.max(0.5, leftOut.area) > mostStandardErrors * error
    ? { here, leftOut, labels: labels.length }
    : undefined
}
