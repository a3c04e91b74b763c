import { checkLabelledScores } from './labelled-scores.ts'

/** A probability that never falls with the score: straight between knots, constant beyond the outer ones. */
export type IsotonicScaling = {
  /** Ascending; at least one. */
  readonly scores: readonly number[]
  /** Never falling, one for each of `scores`. */
  readonly probabilities: readonly number[]
}

type Block = { first: number; last: number; sum: number; weight: number }

/**
 * Isotonic regression: the rising function of the score with the least weighted squared error of the labels, by pooling
 * adjacent violators (Ayer et al. 1955; as scikit-learn, linear between the blocks). It assumes no shape, and so needs
 * more labels than Platt's: a thousand rather than a few hundred.
 *
 * @param labels 0 or 1, or shares between. @param weights one per row; default: 1 each; only their ratios matter.
 *
 * Throws `InvalidRequestError` `labelled-scores`.
 */
export function fitIsotonic(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number> = new Float64Array(scores.length).fill(1),
): IsotonicScaling {
  checkLabelledScores(scores, labels, weights)
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[a]! - scores[b]!)
  const blocks: Block[] = []
  for (const row of order) {
    const score = scores[row]!
    const weight = weights[row]!
    let block: Block = { first: score, last: score, sum: weight * labels[row]!, weight }
    for (
      let before = blocks.at(-1);
      before !== undefined && mustPool(before, block);
      before = blocks.at(-1)
    ) {
      block = {
        first: before.first,
        last: block.last,
        sum: before.sum + block.sum,
        weight: before.weight + block.weight,
      }
      blocks.pop()
    }
    blocks.push(block)
  }
  const knots = blocks.flatMap(({ first, last, sum, weight }) => {
    const probability = sum / weight
    return first === last
      ? [{ score: first, probability }]
      : [first, last].map((score) => ({ score, probability }))
  })
  return {
    scores: knots.map(({ score }) => score),
    probabilities: knots.map(({ probability }) => probability),
  }
}

/** Equal scores have one probability, and a later block must not be below an earlier one. */
function mustPool(before: Block, block: Block): boolean {
  return before.last === block.first || before.sum / before.weight >= block.sum / block.weight
}

export function isotonicProbability({ scores, probabilities }: IsotonicScaling, score: number): number {
  // The first knot at or above the score.
  let low = 0
  let high = scores.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (scores[middle]! < score) low = middle + 1
    else high = middle
  }
  if (low === scores.length) return probabilities[low - 1]!
  if (low === 0 || scores[low] === score) return probabilities[low]!
  const part = (score - scores[low - 1]!) / (scores[low]! - scores[low - 1]!)
  return probabilities[low - 1]! + part * (probabilities[low]! - probabilities[low - 1]!)
}
