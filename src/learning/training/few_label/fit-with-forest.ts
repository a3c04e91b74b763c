import { type Forest, scaledForest } from '../../../routing/routers/few_label/forest/forest.ts'
import { type FewLabelExamples, type FewLabelFit, type FewLabelVariances, fitFewLabel } from './fit.ts'
import { growForest } from './forest/grow-forest.ts'

export type FitOptions = {
  readonly variances: FewLabelVariances
  /** 0 for no forest. */
  readonly trees: number
  readonly seed: number
}

/** A quarter of the trees is grown without each label. */
const folds = 4
/** Trees need more labels than the regression: their weight beside it rises to 1, in standard deviations of both. */
const labelsForWholeWeight = 400
const smallestWeight = 0.5

/**
 * The regression's fit and a forest's, as one score: regression + weight · sd(regression) / sd(forest) · forest. The
 * standard deviations are those of the left-out scores, and the weight grows with the labels and with how well the forest
 * orders labels that it has not seen.
 */
export function* fitWithForest(
  examples: FewLabelExamples,
  target: Float64Array,
  { variances, trees, seed }: FitOptions,
): Generator<void, FewLabelFit> {
  const [fit] = yield* fitFewLabel(examples, [target], variances)
  if (trees === 0) return fit!
  const { count, inputs, weights } = examples
  const rows = { count, size: inputs.length / count, inputs, target, weights }
  const { forest, leftOutScores } = yield* growForest(rows, { trees, folds, seed })
  const spread = deviationOf(leftOutScores)
  if (spread === 0) return fit!
  const weight = forestWeight(target, fit!.leftOutScores, leftOutScores)
  const factor = (weight * deviationOf(fit!.leftOutScores)) / spread
  return {
    ...fit!,
    weights: {
      ...fit!.weights,
      // The left-out scores of the trees are those above their roots.
      constant: fit!.weights.constant - factor * sumOfRoots(forest),
      forest: scaledForest(forest, factor),
    },
    leftOutScores: fit!.leftOutScores.map((score, row) => score + factor * leftOutScores[row]!),
  }
}

function sumOfRoots({ roots, values }: Forest): number {
  return roots.reduce((sum, root) => sum + values[root]!, 0)
}

/** One standard error is added to each correlation, so that chance does not decide between two small ones. */
function forestWeight(target: Float64Array, regression: Float64Array, forest: Float64Array): number {
  const error = 1 / Math.sqrt(target.length)
  const agreement = (scores: Float64Array) => Math.max(0, correlationOf(target, scores)) + error
  const ratio = agreement(forest) / agreement(regression)
  const bySize = Math.min(1, Math.max(smallestWeight, target.length / labelsForWholeWeight))
  return bySize * Math.min(1, ratio ** 2)
}

function correlationOf(one: Float64Array, other: Float64Array): number {
  const [x, y] = [centred(one), centred(other)]
  const product = x.reduce((sum, value, row) => sum + value * y[row]!, 0)
  const spread = deviationOf(one) * deviationOf(other) * one.length
  return spread === 0 ? 0 : product / spread
}

function deviationOf(values: Float64Array): number {
  return Math.sqrt(centred(values).reduce((sum, value) => sum + value * value, 0) / values.length)
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => value - mean)
}
