import { factorCholesky, solveCholesky } from '../../src/base/math/linear/cholesky.ts'
import { dot } from '../../src/base/math/linear/vectors.ts'

/** [rows][columns] */
export type Rows = readonly Float64Array[]

/** A multinomial logistic regression: P(class) = softmax(weights·x + bias), the bias in the last column. */
export type Multinomial = {
  readonly classes: number
  /** [classes][columns + 1] */
  readonly weights: Rows
}

export type MultinomialOptions = {
  /** Times half the squared weights without the biases, beside the mean negative log-likelihood. */
  readonly penalty: number
  /** Stops if no weight moved by more. */
  readonly tolerance: number
  readonly mostSteps: number
}

/**
 * The weights with the lowest penalised loss. Each step divides the gradient by Böhning's bound of the Hessian,
 * ½(XᵀX/n) + penalty (Böhning 1992, "Multinomial logistic regression algorithm"), with Nesterov's momentum, which
 * starts again if it points uphill. The loss is convex, so the start does not matter; nothing is random.
 */
export function fitMultinomial(
  rows: Rows,
  labels: ArrayLike<number>,
  classes: number,
  options: MultinomialOptions,
): Multinomial {
  const inputs = rows.map(withOne)
  const columns = inputs[0]!.length
  const bound = factorBound(inputs, options.penalty)
  let weights = zeros(classes, columns)
  let ahead = weights
  let momentum = 1
  for (let step = 0; step < options.mostSteps; step++) {
    const gradient = gradientAt(ahead, inputs, labels, options.penalty)
    const next = ahead.map((row, each) => {
      const change = solveCholesky(bound, gradient[each]!)
      return row.map((weight, column) => weight - change[column]!)
    })
    const uphill = sumOver(
      gradient,
      (value, each, column) => value * (next[each]![column]! - weights[each]![column]!),
    )
    const moved = Math.max(...next.map((row, each) => largestDifference(row, weights[each]!)))
    const momentumAfter = uphill > 0 ? 1 : (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2
    const factor = uphill > 0 ? 0 : (momentum - 1) / momentumAfter
    const before = weights
    ahead = next.map((row, each) =>
      row.map((weight, column) => weight + factor * (weight - before[each]![column]!)),
    )
    weights = next
    momentum = momentumAfter
    if (moved <= options.tolerance) break
  }
  return { classes, weights }
}

/** P(class) of one row. */
export function probabilitiesOf({ weights }: Multinomial, row: Float64Array): Float64Array {
  return softmax(
    weights.map((weight) =>
      row.reduce((sum, value, column) => sum + value * weight[column]!, weight.at(-1)!),
    ),
  )
}

function gradientAt(weights: Rows, inputs: Rows, labels: ArrayLike<number>, penalty: number): Rows {
  const columns = inputs[0]!.length
  const classes = weights.length
  const share = 1 / inputs.length
  const gradient = weights.map((row) =>
    row.map((weight, column) => (column === columns - 1 ? 0 : penalty * weight)),
  )
  const logits = new Float64Array(classes)
  for (let index = 0; index < inputs.length; index++) {
    const input = inputs[index]!
    for (let each = 0; each < classes; each++) logits[each] = dot(weights[each]!, input)
    const probabilities = softmax(logits)
    probabilities[labels[index]!]! -= 1
    for (let each = 0; each < classes; each++) addScaled(gradient[each]!, input, probabilities[each]! * share)
  }
  return gradient
}

function addScaled(target: Float64Array, input: Float64Array, factor: number): void {
  for (let column = 0; column < target.length; column++) target[column]! += factor * input[column]!
}

function factorBound(inputs: Rows, penalty: number) {
  const columns = inputs[0]!.length
  const bound = new Float64Array(columns * columns)
  for (const input of inputs)
    for (let row = 0; row < columns; row++) {
      const factor = input[row]! / (2 * inputs.length)
      for (let column = 0; column <= row; column++) bound[row * columns + column]! += factor * input[column]!
    }
  for (let column = 0; column < columns; column++) bound[column * (columns + 1)]! += penalty
  const steps = factorCholesky(bound, columns)
  for (;;) {
    const { done, value } = steps.next()
    if (done !== true) continue
    if (value === undefined) throw new RangeError('The penalty is too small for these rows.')
    return value
  }
}

function softmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits)
  const largest = Math.max(...values)
  let sum = 0
  for (let each = 0; each < values.length; each++) sum += values[each] = Math.exp(values[each]! - largest)
  return values.map((value) => value / sum)
}

function withOne(row: Float64Array): Float64Array {
  const longer = new Float64Array(row.length + 1).fill(1)
  longer.set(row)
  return longer
}

function zeros(rows: number, columns: number): Rows {
  return Array.from({ length: rows }, () => new Float64Array(columns))
}

function largestDifference(one: Float64Array, other: Float64Array): number {
  return one.reduce((largest, value, index) => Math.max(largest, Math.abs(value - other[index]!)), 0)
}

function sumOver(rows: Rows, of: (value: number, row: number, column: number) => number): number {
  return rows.reduce(
    (sum, row, each) => row.reduce((within, value, column) => within + of(value, each, column), sum),
    0,
  )
}
