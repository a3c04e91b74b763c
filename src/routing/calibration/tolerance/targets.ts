import { isAtMost, isBelow } from '../../../base/math/decimals.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { checkBudget } from '../checked-rows.ts'
import { findToleranceRanges, roundTolerance, type ToleranceLabel } from './labels.ts'

export type QualityTolerance =
  | {
      readonly possible: true
      readonly tolerance: number
      /** Mean score at the tolerance / the reference's mean score, on the labels. */
      readonly quality: number
      /** Mean dollars per request on the labels; null if a chosen model is unpriced. */
      readonly usdPerRequest: number | null
    }
  | {
      readonly possible: false
      /** The quality at tolerance 0. */
      readonly quality: number
    }

/**
 * The largest tolerance that keeps a part of a reference's mean score on labelled requests: from 0 on, the last before the
 * quality first falls below. An estimate, to be shown with its interval; `guaranteedTolerance` gives a guarantee.
 *
 * @param reference the mean score that quality is a part of, above 0: that of the best candidate alone.
 * @param minQuality in (0, 1]: 0.95 keeps 95 %.
 *
 * Throws `InvalidRequestError`: `invalid-quality`, and `no-quality` if the reference is not above 0.
 */
export function toleranceForQuality(
  labels: readonly ToleranceLabel[],
  reference: number,
  minQuality: number,
): QualityTolerance {
  if (!(minQuality > 0 && minQuality <= 1)) {
    const meant = minQuality > 1 && minQuality <= 100 ? ` Did you mean ${minQuality / 100}?` : ''
    throw new InvalidRequestError(
      'invalid-quality',
      `The quality to keep is a fraction of the best model's, above 0 and at most 1; got ${minQuality}.${meant}`,
    )
  }
  if (!(reference > 0))
    throw new InvalidRequestError(
      'no-quality',
      `The best model's mean score on the labels is ${reference}; a part of it can be kept only if it is above 0.`,
    )
  const ranges = findToleranceRanges(labels)
  const failing = ranges.findIndex(({ score }) => isBelow(score / reference, minQuality))
  const kept = ranges[failing === -1 ? ranges.length - 1 : failing - 1]
  if (kept === undefined) return { possible: false, quality: (ranges[0]?.score ?? 0) / reference }
  return {
    possible: true,
    tolerance: roundTolerance(kept.from, kept.until),
    quality: kept.score / reference,
    usdPerRequest: kept.usd,
  }
}

export type BudgetTolerance =
  | {
      readonly possible: true
      readonly tolerance: number
      /** Mean dollars per request at the tolerance; at most the budget. */
      readonly usdPerRequest: number
    }
  | {
      readonly possible: false
      /** The lowest mean that any tolerance reaches; null if no tolerance avoids unpriced models. */
      readonly leastUsdPerRequest: number | null
    }

/**
 * The smallest tolerance whose mean cost stays within a budget: dollars never rise with the tolerance, and predicted quality
 * never does either. An unpriced model is in no budget.
 *
 * @param usdPerRequest dollars, 0 or more.
 *
 * Throws `InvalidRequestError`: `invalid-budget`, and `no-requests` if there are none.
 */
export function toleranceForBudget(
  requests: readonly ToleranceLabel[],
  usdPerRequest: number,
): BudgetTolerance {
  checkBudget(usdPerRequest, requests.length)
  const ranges = findToleranceRanges(requests)
  for (const { from, until, usd } of ranges)
    if (usd !== null && isAtMost(usd, usdPerRequest))
      return { possible: true, tolerance: roundTolerance(from, until), usdPerRequest: usd }
  return { possible: false, leastUsdPerRequest: ranges.at(-1)?.usd ?? null }
}
