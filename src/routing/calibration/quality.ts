import { isBelow } from '../../base/math/decimals.ts'
import { InvalidRequestError } from '../../errors.ts'
import { checkRows } from './checked-rows.ts'
import { requestsOf } from './ordered-losses.ts'
import { groupTiedRows, roundThreshold } from './threshold.ts'

/** How well both models did on a request. */
export type ScoredRequest = {
  readonly strongWinRate: number
  readonly strongScore: number
  readonly weakScore: number
  /** Weight, above 0. Default: 1. */
  readonly weight?: number
  /** How many requests it stands for. Default: 1. */
  readonly requests?: number
}

export type QualityThreshold =
  | {
      readonly possible: true
      readonly threshold: number
      /** Mean score when routed / mean score of the strong model, on the labels. */
      readonly quality: number
      readonly strongCallFraction: number
    }
  | {
      readonly possible: false
      /** What is left of the quality once the requests with the lowest win rate go to the weak model. */
      readonly quality: number
    }

/**
 * The cheapest threshold that keeps a part of the strong model's mean score on labelled requests: from all strong on,
 * the last before the quality first falls below. An estimate, to be shown with its interval; `guaranteedThreshold`
 * gives a guarantee.
 *
 * @param minQuality in (0, 1]: 0.95 keeps 95 %.
 *
 * Throws `InvalidRequestError`: `invalid-quality`, and `no-quality` if the strong model's mean score is not above 0.
 */
export function thresholdForQuality(labels: readonly ScoredRequest[], minQuality: number): QualityThreshold {
  if (!(minQuality > 0 && minQuality <= 1)) {
    const meant = minQuality > 1 && minQuality <= 100 ? ` Did you mean ${minQuality / 100}?` : ''
    throw new InvalidRequestError(
      'invalid-quality',
      `The quality to keep is a fraction of the strong model's, above 0 and at most 1; got ${minQuality}.${meant}`,
    )
  }
  checkRows(labels, (label) => [label.strongWinRate, label.strongScore, label.weakScore, label.weight ?? 1])
  const strong = labels.reduce((sum, { strongScore, weight = 1 }) => sum + weight * strongScore, 0)
  if (!(strong > 0))
    throw new InvalidRequestError(
      'no-quality',
      `The strong model's scores on the ${labels.length} labels add up to ${strong}; a part of them can be kept only where they are above 0.`,
    )
  let routed = strong
  let below = 0
  let weakCalls = 0
  for (const { winRate, rows } of groupTiedRows(labels.map(({ strongWinRate }) => strongWinRate))) {
    const change = rows.reduce((sum, row) => {
      const { weakScore, strongScore, weight = 1 } = labels[row]!
      return sum + weight * (weakScore - strongScore)
    }, 0)
    if (isBelow((routed + change) / strong, minQuality) || winRate === 1)
      return weakCalls === 0
        ? { possible: false, quality: (routed + change) / strong }
        : kept(roundThreshold(below, winRate))
    routed += change
    weakCalls += requestsOf(rows.map((row) => labels[row]!))
    below = winRate
  }
  return kept(1)

  function kept(threshold: number): QualityThreshold {
    return {
      possible: true,
      threshold,
      quality: routed / strong,
      strongCallFraction: (requestsOf(labels) - weakCalls) / requestsOf(labels),
    }
  }
}
