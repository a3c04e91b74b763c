import { factorCholesky, inverseDiagonal, solveCholesky } from '../../../base/math/linear/cholesky.ts'
import { normalQuantile95 } from '../../../base/math/statistics/proportion.ts'
import { DataError } from '../../../errors.ts'
import { emptyForest } from '../../../routing/routers/few_label/forest/forest.ts'
import type { FewLabelWeights } from '../../../routing/routers/few_label/parameters.ts'
import { type KernelPart, kernelMatrix, type SparseRows } from './kernel/kernel-matrix.ts'
import { linearWeights, supportsOf, termWeights } from './kernel/kernel-weights.ts'

/** Labelled prompts as numbers, row by row. */
export type FewLabelExamples = {
  readonly count: number
  /** [count] */
  readonly priors: Float64Array
  /** [count, named] */
  readonly named: Float64Array
  /** [count, meaning] */
  readonly meanings: Float64Array
  /** [count, inputs] */
  readonly inputs: Float64Array
  readonly terms: SparseRows
  /** [count] how much each prompt's label counts; 1 for an ordinary one. */
  readonly weights: Float64Array
}

/**
 * The prior variance of each part of `FewLabelWeights` divided by the variance of a label's noise; for `build` and
 * `meaning` the height of the kernel. 0 omits a part.
 */
export type FewLabelVariances = {
  readonly prior: number
  readonly named: number
  readonly build: number
  readonly terms: number
  readonly meaning: number
}

export type FewLabelFit = {
  readonly weights: FewLabelWeights
  /** [count] α, by which further parts of the kernel become weights. */
  readonly alphas: Float64Array
  /** [count] each example's score from a fit without it, but with the constant of the whole fit. */
  readonly leftOutScores: Float64Array
}

/** Before a label is seen, one standard deviation of the prior router's opinion is worth this much of the labels' own. */
const priorSlope = 0.1

/**
 * The prior router's slope, in standard deviations of the target: `priorSlope`, or the upper end of the 95 % interval of what
 * the labels show if that is lower, so that a prior router that orders the prompts the wrong way round is turned round.
 */
export function believedSlope({ count, priors }: FewLabelExamples, target: Float64Array): number {
  const around = (values: Float64Array) => {
    const mean = sumOf(values) / values.length
    return values.map((value) => value - mean)
  }
  const [opinions, outcomes] = [around(priors), around(target)]
  const product = sumOf(opinions.map((opinion, row) => opinion * outcomes[row]!)) / count
  const spread = deviationOf(priors) * deviationOf(target)
  if (spread === 0) return priorSlope
  const highest = product / spread + normalQuantile95 / Math.sqrt(count)
  return Math.max(-priorSlope, Math.min(priorSlope, highest))
}

/**
 * Bayesian regression of the targets on all parts at once, solved in the dual and collapsed to one weight per
 * feature. With K = Σ variance · (inner products of a part), N = diag(1/weights) and m = `believedSlope` · sd · z:
 * α = Q(y − m), Q = A⁻¹ − A⁻¹11ᵀA⁻¹/(1ᵀA⁻¹1), A = K + N. The constant has no penalty.
 *
 * The score without example i is yᵢ − αᵢ/Qᵢᵢ (Rasmussen and Williams, Gaussian Processes for Machine Learning, equation
 * 5.12, for Q in place of A⁻¹). Its constant, which moves away from yᵢ, is replaced by that of the whole fit; otherwise
 * labels without information would seem to order prompts in reverse.
 *
 * @param further parts of the kernel that are not of the prompt; see `FewLabelFit.alphas`.
 * @yields often: thousands of labels take half a minute.
 *
 * Throws `DataError` `few-label-fit-failed` if the computation is numerically impossible.
 */
export function* fitFewLabel(
  examples: FewLabelExamples,
  targets: readonly Float64Array[],
  variances: FewLabelVariances,
  further: readonly KernelPart[] = [],
): Generator<void, readonly FewLabelFit[]> {
  const { count, weights } = examples
  const matrix = yield* kernelMatrix([...kernelParts(examples, variances), ...further], count)
  for (let i = 0; i < count; i++) matrix[i * count + i]! += 1 / weights[i]!
  const factor = yield* factorCholesky(matrix, count)
  if (factor === undefined) {
    throw new DataError(
      'few-label-fit-failed',
      `The ${count} labelled prompts cannot be fitted: their features are no ordinary numbers. Check the embedder.`,
    )
  }
  const ones = solveCholesky(factor, new Float64Array(count).fill(1))
  yield
  const onesSum = sumOf(ones)
  const diagonal = yield* inverseDiagonal(factor)

  const fits: FewLabelFit[] = []
  for (const target of targets) {
    const slope = believedSlope(examples, target) * deviationOf(target)
    const residuals = target.map((value, i) => value - slope * examples.priors[i]!)
    const solved = solveCholesky(factor, residuals)
    yield
    const solvedSum = sumOf(solved)
    const constant = solvedSum / onesSum
    const alphas = solved.map((value, i) => value - constant * ones[i]!)
    const leftOutScores = target.map((value, i) => {
      const inverse = diagonal[i]!
      const error = alphas[i]! / (inverse - ones[i]! ** 2 / onesSum)
      const constantWithout =
        (solvedSum - (ones[i]! * solved[i]!) / inverse) / (onesSum - ones[i]! ** 2 / inverse)
      return value - error - constantWithout + constant
    })
    fits.push({ weights: collapse(examples, variances, alphas, slope, constant), alphas, leftOutScores })
    yield
  }
  return fits
}

/** The score of the prior alone, on the scale of the fits. */
export function priorWeights(examples: FewLabelExamples, target: Float64Array): FewLabelWeights {
  const none: FewLabelVariances = { prior: 0, named: 0, build: 0, terms: 0, meaning: 0 }
  const slope = believedSlope(examples, target) * deviationOf(target)
  return collapse(examples, none, new Float64Array(examples.count), slope, sumOf(target) / target.length)
}

function kernelParts(
  { priors, named, meanings, terms }: FewLabelExamples,
  variances: FewLabelVariances,
): KernelPart[] {
  return [
    { kind: 'linear', values: priors, variance: variances.prior },
    { kind: 'linear', values: named, variance: variances.named },
    { kind: 'similarity', values: named, variance: variances.build },
    { kind: 'similarity', values: meanings, variance: variances.meaning },
    { kind: 'terms', rows: terms, variance: variances.terms },
  ]
}

/** From one factor per example to one weight per feature. */
function collapse(
  examples: FewLabelExamples,
  variances: FewLabelVariances,
  alphas: Float64Array,
  slope: number,
  constant: number,
): FewLabelWeights {
  const { priors, named, meanings, terms } = examples
  return {
    constant,
    prior: slope + linearWeights(priors, variances.prior, alphas)[0]!,
    named: Float32Array.from(linearWeights(named, variances.named, alphas)),
    terms: termWeights(terms, variances.terms, alphas),
    build: supportsOf(named, variances.build, alphas),
    meaning: supportsOf(meanings, variances.meaning, alphas),
    forest: emptyForest,
  }
}

function deviationOf(values: Float64Array): number {
  const mean = sumOf(values) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
