import type { NearestNeighboursParameters } from '../../../routing/routers/knn/parameters.ts'
import type { LabelledPrompts } from '../../../routing/routers/labelled-prompts/labelled-prompts.ts'

/** Comparisons of the strong and the weak model, column by column. */
export type PairComparisons = {
  /** Row of the prompt. */
  readonly prompts: Int32Array
  /** 1 if the strong model won, 0 if the weak one did, 0.5 for a tie. */
  readonly strongWins: Float32Array
  readonly weights: Float32Array
}

/** Sums the comparisons on each prompt up; every prompt needs at least one. */
export function fitNearestNeighbours(
  comparisons: PairComparisons,
  prompts: LabelledPrompts,
): NearestNeighboursParameters {
  const count = prompts.excerpts.length
  const wins = new Float64Array(count)
  const weights = new Float64Array(count)
  for (const [i, row] of comparisons.prompts.entries()) {
    wins[row]! += comparisons.strongWins[i]! * comparisons.weights[i]!
    weights[row]! += comparisons.weights[i]!
  }
  const strongWins = Float32Array.from(wins, (sum, row) => sum / weights[row]!)
  return { prompts, strongWins, weights: Float32Array.from(weights) }
}
