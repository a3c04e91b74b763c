import { factorCholesky, inverseDiagonal, solveCholesky } from '../../../base/math/linear/cholesky.ts'
import { multiplyTransposed } from '../../../base/math/linear/vectors.ts'
import { normalQuantile95 } from '../../../base/math/statistics/proportion.ts'
import { DataError } from '../../../errors.ts'
import { emptyForest } from '../../../routing/routers/few_label/forest.ts'
import type { FewLabelWeights, Supports } from '../../../routing/routers/few_label/parameters.ts'

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

/** Rows of (column, value) pairs, one after another. */
export type SparseRows = {
  readonly columns: number
  /** [rows + 1] the position at which each row's entries begin. */
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
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
 * @yields often: thousands of labels take half a minute.
 *
 * Throws `DataError` `few-label-fit-failed` if the computation is numerically impossible.
 */
export function* fitFewLabel(
  examples: FewLabelExamples,
  targets: readonly Float64Array[],
  variances: FewLabelVariances,
): Generator<void, readonly FewLabelFit[]> {
  const { count, weights } = examples
  const matrix = yield* gramMatrix(examples, variances)
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
    fits.push({ weights: collapse(examples, variances, alphas, slope, constant), leftOutScores })
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

/** Even, so that the products are the same as of all rows together. */
const rowsPerStep = 64

/** K: [count, count]; the entries above the diagonal are not used. */
function* gramMatrix(
  examples: FewLabelExamples,
  variances: FewLabelVariances,
): Generator<void, Float64Array> {
  const { count, priors, named, meanings } = examples
  const matrix = new Float64Array(count * count)
  const product = new Float64Array(count * count)
  function* products(values: Float64Array): Generator<void, Float64Array> {
    const inner = values.length / count
    for (let from = 0; from < count; from += rowsPerStep) {
      const rows = Math.min(rowsPerStep, count - from)
      const part = values.subarray(from * inner, (from + rows) * inner)
      multiplyTransposed(part, values, product.subarray(from * count), rows, count, inner)
      yield
    }
    return product
  }
  function* addLinear(values: Float64Array, variance: number): Generator<void, void> {
    if (variance === 0 || values.length === 0) return
    const inner = yield* products(values)
    for (let from = 0; from < inner.length; from += count) {
      for (let i = from; i < from + count; i++) matrix[i]! += variance * inner[i]!
      yield
    }
  }
  function* addSimilarity(values: Float64Array, variance: number): Generator<void, void> {
    if (variance === 0) return
    const inner = yield* products(values)
    const half = Float64Array.from({ length: count }, (_, i) => inner[i * count + i]! / 2)
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++)
        matrix[i * count + j]! += variance * Math.exp(inner[i * count + j]! - half[i]! - half[j]!)
      yield
    }
  }
  yield* addLinear(priors, variances.prior)
  yield* addLinear(named, variances.named)
  yield* addSimilarity(named, variances.build)
  yield* addSimilarity(meanings, variances.meaning)
  yield* addTerms(matrix, examples, variances.terms)
  return matrix
}

/** Term by term: terms that occur in one prompt only add to the diagonal, and most do. */
function* addTerms(
  matrix: Float64Array,
  { count, terms }: FewLabelExamples,
  variance: number,
): Generator<void, void> {
  if (variance === 0) return
  const { starts, indices, values, columns } = terms
  const ends = new Int32Array(columns + 1)
  for (const term of indices) ends[term + 1]!++
  for (let term = 0; term < columns; term++) ends[term + 1]! += ends[term]!
  const next = ends.slice()
  const rows = new Int32Array(indices.length)
  const rowValues = new Float64Array(indices.length)
  for (let row = 0; row < count; row++) {
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      const place = next[indices[entry]!]!++
      rows[place] = row
      rowValues[place] = values[entry]!
    }
  }
  for (let term = 0; term < columns; term++) {
    for (let one = ends[term]!; one < ends[term + 1]!; one++) {
      const from = rows[one]! * count
      const value = variance * rowValues[one]!
      for (let other = ends[term]!; other <= one; other++)
        matrix[from + rows[other]!]! += value * rowValues[other]!
    }
    yield
  }
}

/** From one factor per example to one weight per feature. */
function collapse(
  examples: FewLabelExamples,
  variances: FewLabelVariances,
  alphas: Float64Array,
  slope: number,
  constant: number,
): FewLabelWeights {
  const { count, priors, named, meanings, terms } = examples
  const weighted = (values: Float64Array, variance: number) => {
    const size = values.length / count
    const sums = new Float64Array(size)
    for (let i = 0; i < count; i++) {
      const factor = variance * alphas[i]!
      for (let k = 0; k < size; k++) sums[k]! += factor * values[i * size + k]!
    }
    return sums
  }
  const termWeights = new Float64Array(terms.columns)
  for (let i = 0; i < count; i++) {
    for (let entry = terms.starts[i]!; entry < terms.starts[i + 1]!; entry++)
      termWeights[terms.indices[entry]!]! += variances.terms * alphas[i]! * terms.values[entry]!
  }
  const supports = (values: Float64Array, variance: number): Supports =>
    variance === 0
      ? { rows: new Float32Array(0), factors: new Float32Array(0) }
      : { rows: Float32Array.from(values), factors: Float32Array.from(alphas, (alpha) => variance * alpha) }
  return {
    constant,
    prior: slope + weighted(priors, variances.prior)[0]!,
    named: Float32Array.from(weighted(named, variances.named)),
    terms: Float32Array.from(termWeights),
    build: supports(named, variances.build),
    meaning: supports(meanings, variances.meaning),
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
