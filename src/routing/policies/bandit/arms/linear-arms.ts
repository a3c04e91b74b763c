import { runAtOnce } from '../../../../base/concurrency/run-steps.ts'
import { factorCholesky, invertCholesky } from '../../../../base/math/linear/cholesky.ts'
import { dot } from '../../../../base/math/linear/vectors.ts'

/** What is expected of each arm for a context, in the unit of the values. */
export type ArmEstimates = {
  /** [arms] */
  readonly means: Float64Array
  /** [arms] standard deviations of the means. */
  readonly deviations: Float64Array
}

/** Learns what each arm gives for a context: one linear regression an arm, which forgets. */
export type LinearArms = {
  /** The next call overwrites what is returned. */
  estimate(context: Float64Array): ArmEstimates
  /** One context and the values that arms had for it: pairs of an arm's position and its value. */
  learn(context: Float64Array, values: readonly (readonly [arm: number, value: number])[]): void
}

export type LinearArmsOptions = {
  readonly arms: number
  /** [size] the deviations that coefficients are expected to have, in units of that of a value. */
  readonly priorDeviations: Float64Array
  /** The standard deviation of a value around its mean that is expected before values are seen. */
  readonly noise: number
  /** How many contexts learnt later make one count half. Infinity: none is forgotten. */
  readonly halfLife: number
}

/**
 * Bayesian linear regressions with exponential forgetting. With γ = 2^(−1/halfLife) and t the number of contexts learnt so far, an arm
 * has
 *
 * ```
 * V = Σ_s γ^(t − s) x_s x_sᵀ + R        θ = V⁻¹ Σ_s γ^(t − s) x_s y_s        mean x·θ        deviation σ √(xᵀ V⁻¹ x)
 * ```
 *
 * R is diagonal, 1/priorDeviations², and is not forgotten. σ² is the mean of the squared errors of earlier predictions, forgotten
 * alike, with 20 of `noise`² beforehand, and σ is at least a quarter of `noise`. Sources: Li, Chu, Langford and Schapire (WWW 2010), disjoint LinUCB, for V and θ; Russac, Vernade and Cappé
 * (NeurIPS 2019) for the weights, whose V for the deviation has squared weights; here it has one matrix, so the deviation is somewhat larger.
 *
 * V⁻¹ follows each new context by the formula of Sherman and Morrison. What is forgotten meanwhile enters, and rounding leaves, as V is inverted
 * again: after 64 contexts of an arm, or as soon as 2 % of its weight is forgotten.
 */
export function createLinearArms({ arms, priorDeviations, noise, halfLife }: LinearArmsOptions): LinearArms {
  const size = priorDeviations.length
  const decay = 2 ** (-1 / halfLife)
  const ridge = priorDeviations.map((deviation) => 1 / deviation ** 2)
  const states = Array.from({ length: arms }, () => createArm(size, ridge))
  const means = new Float64Array(arms)
  const deviations = new Float64Array(arms)
  const estimates = { means, deviations }
  const direction = new Float64Array(size)
  let now = 0
  let squaredErrors = priorErrors * noise ** 2
  let errors = priorErrors

  /** V⁻¹·x in `direction`. @returns xᵀ·V⁻¹·x */
  function widthOf(inverse: Float64Array, context: Float64Array): number {
    let width = 0
    for (let row = 0; row < size; row++) {
      const from = row * size
      let sum = 0
      for (let column = 0; column < size; column++) sum += inverse[from + column]! * context[column]!
      direction[row] = sum
      width += sum * context[row]!
    }
    return width
  }

  function add(arm: Arm, context: Float64Array, value: number): void {
    noteError(arm, context, value)
    forget(arm, decay ** (now - arm.updatedAt))
    arm.updatedAt = now
    for (let row = 0; row < size; row++) {
      arm.moments[row]! += context[row]! * value
      for (let column = 0; column <= row; column++)
        arm.gram[row * size + column]! += context[row]! * context[column]!
    }
    arm.updates++
    if (arm.updates >= mostUpdates || decay ** (now - arm.invertedAt) < leastWeight) refresh(arm)
    else {
      const divisor = 1 + widthOf(arm.inverse, context)
      for (let row = 0; row < size; row++) {
        const factor = direction[row]! / divisor
        const from = row * size
        for (let column = 0; column < size; column++)
          arm.inverse[from + column]! -= factor * direction[column]!
      }
      solve(arm)
    }
  }

  function noteError(arm: Arm, context: Float64Array, value: number): void {
    const width = widthOf(arm.inverse, context)
    // The error of a prediction has the coefficients' uncertainty in it, which is not noise.
    squaredErrors += (value - dot(arm.coefficients, context)) ** 2 / (1 + width)
    errors += 1
  }

  function refresh(arm: Arm): void {
    forget(arm, decay ** (now - arm.updatedAt))
    arm.updatedAt = now
    arm.invertedAt = now
    arm.updates = 0
    const matrix = Float64Array.from(arm.gram)
    for (let row = 0; row < size; row++) matrix[row * size + row]! += ridge[row]!
    arm.inverse = invertCholesky(runAtOnce(factorCholesky(matrix, size))!)
    solve(arm)
  }

  function solve({ inverse, moments, coefficients }: Arm): void {
    for (let row = 0; row < size; row++)
      coefficients[row] = dot(inverse.subarray(row * size, (row + 1) * size), moments)
  }

  return {
    estimate(context) {
      const deviation = Math.max(leastNoise * noise, Math.sqrt(squaredErrors / errors))
      for (let arm = 0; arm < arms; arm++) {
        const { inverse, coefficients } = states[arm]!
        means[arm] = dot(coefficients, context)
        deviations[arm] = deviation * Math.sqrt(Math.max(0, widthOf(inverse, context)))
      }
      return estimates
    },
    learn(context, values) {
      now++
      squaredErrors = decay * squaredErrors + (1 - decay) * priorErrors * noise ** 2
      errors = decay * errors + (1 - decay) * priorErrors
      for (const [arm, value] of values) add(states[arm]!, context, value)
      for (const arm of states) if (decay ** (now - arm.invertedAt) < leastWeight) refresh(arm)
    },
  }
}

/** Squared errors that the expected noise counts as. */
const priorErrors = 20
/** Of the expected noise: values that hardly vary do not make the coefficients sure. */
const leastNoise = 0.25
const mostUpdates = 64
const leastWeight = 0.98

type Arm = {
  /** [size, size] Σ γ^(updatedAt − s) x xᵀ, the lower triangle. */
  readonly gram: Float64Array
  /** [size] Σ γ^(updatedAt − s) x y */
  readonly moments: Float64Array
  /** [size, size] V⁻¹ */
  inverse: Float64Array
  /** [size] θ */
  readonly coefficients: Float64Array
  updatedAt: number
  invertedAt: number
  /** Since V was inverted. */
  updates: number
}

function createArm(size: number, ridge: Float64Array): Arm {
  const inverse = new Float64Array(size * size)
  for (let row = 0; row < size; row++) inverse[row * size + row] = 1 / ridge[row]!
  return {
    gram: new Float64Array(size * size),
    moments: new Float64Array(size),
    inverse,
    coefficients: new Float64Array(size),
    updatedAt: 0,
    invertedAt: 0,
    updates: 0,
  }
}

function forget({ gram, moments }: Arm, factor: number): void {
  if (factor === 1) return
  for (let at = 0; at < gram.length; at++) gram[at]! *= factor
  for (let at = 0; at < moments.length; at++) moments[at]! *= factor
}
