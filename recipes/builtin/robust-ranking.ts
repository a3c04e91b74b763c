import { createAdam } from '../../src/base/math/linear/adam.ts'

/** What a linear score's order is worth on one unit, as far as means and covariances tell. */
export type UnitMoments = {
  /** [features] covariance of the gains with the features. */
  readonly gain: Float64Array
  /** [features, features] */
  readonly covariance: Float64Array
}

export type RobustRankingOptions = {
  /** [features] where the search begins and what it is drawn back to. */
  readonly prior: Float64Array
  /** [features] the score that every unit is to be better than. */
  readonly baseline: Float64Array
  /** λ: how strongly it is drawn back. */
  readonly shrinkage: number
  /**
   * `mean`: every unit counts alike. `worst first`: the worse a unit fares against the baseline, the more it counts
   * (distributionally robust optimisation with a Kullback-Leibler ball).
   */
  readonly objective: 'mean' | 'worst first'
  /** No feature may speak for the weak model. */
  readonly onlyTowardsStrong: boolean
}

/** In APGR: units that differ by this much differ by a factor e in weight. */
const temperature = 0.03
/** Adam's rates one after the other; the objective is smooth and the steps small, so the end is well defined. */
const stages = [
  { learningRate: 0.02, steps: 300 },
  { learningRate: 0.004, steps: 100 },
  { learningRate: 0.0008, steps: 100 },
]

/** @param features one row per prompt. @param gains of mean 1, one per prompt. */
export function unitMoments(features: readonly Float64Array[], gains: Float64Array): UnitMoments {
  const rows = features.length
  const size = features[0]!.length
  const means = new Float64Array(size)
  for (const row of features) for (let i = 0; i < size; i++) means[i]! += row[i]! / rows
  const gain = new Float64Array(size)
  const covariance = new Float64Array(size * size)
  const centred = new Float64Array(size)
  features.forEach((row, index) => {
    for (let i = 0; i < size; i++) {
      centred[i] = row[i]! - means[i]!
      gain[i]! += (centred[i]! * gains[index]!) / rows
      for (let j = 0; j <= i; j++) covariance[i * size + j]! += (centred[i]! * centred[j]!) / rows
    }
  })
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) covariance[j * size + i] = covariance[i * size + j]!
  return { gain, covariance }
}

/**
 * A score's APGR above chance on a unit: skill(w) = c·w / √(12 · wᵀΣw), c the covariance of gains and features, Σ that
 * of the features. APGR − ½ is the covariance of the gain (of mean 1) with the rank (from 0 to 1, so with a standard
 * deviation of 1/√12); here the standardised score stands for the rank, which makes it smooth.
 *
 * @param gradient receives ∂skill/∂w. @returns 0, with no gradient, where the score is constant on the unit.
 */
export function skillOf(
  { gain, covariance }: UnitMoments,
  weights: Float64Array,
  gradient: Float64Array,
): number {
  const size = weights.length
  let along = 0
  let variance = 0
  for (let i = 0; i < size; i++) {
    let sum = 0
    for (let j = 0; j < size; j++) sum += covariance[i * size + j]! * weights[j]!
    gradient[i] = sum
    along += gain[i]! * weights[i]!
    variance += weights[i]! * sum
  }
  if (variance < 1e-12) {
    gradient.fill(0)
    return 0
  }
  const scale = 1 / Math.sqrt(12 * variance)
  for (let i = 0; i < size; i++) gradient[i] = scale * (gain[i]! - (along / variance) * gradient[i]!)
  return along * scale
}

/**
 * The weights that maximise the units' skill over the baseline's, minus λ·|w − prior|². Over units it is the mean, or
 * −τ·ln of the mean of exp(−advantage/τ), which tends to the worst as τ does to 0.
 *
 * @returns [features]; the same moments give the same bits.
 */
export function fitRobustRanking(units: readonly UnitMoments[], options: RobustRankingOptions): Float64Array {
  const { prior, baseline, shrinkage, objective, onlyTowardsStrong } = options
  const weights = Float64Array.from(prior)
  const gradients = units.map(() => new Float64Array(prior.length))
  const baselines = units.map((unit, index) => skillOf(unit, baseline, gradients[index]!))
  const descent = new Float64Array(prior.length)
  for (const { learningRate, steps } of stages) {
    const adam = createAdam(weights, { learningRate, weightDecay: 0 })
    for (let step = 0; step < steps; step++) {
      const advantages = units.map(
        (unit, index) => skillOf(unit, weights, gradients[index]!) - baselines[index]!,
      )
      const shares = objective === 'mean' ? advantages.map(() => 1 / units.length) : worstFirst(advantages)
      for (let i = 0; i < weights.length; i++) {
        descent[i] = 2 * shrinkage * (weights[i]! - prior[i]!)
        for (let unit = 0; unit < units.length; unit++) descent[i]! -= shares[unit]! * gradients[unit]![i]!
      }
      adam.step(descent)
      if (onlyTowardsStrong) for (let i = 0; i < weights.length; i++) weights[i] = Math.max(0, weights[i]!)
    }
  }
  return weights
}

function worstFirst(advantages: readonly number[]): readonly number[] {
  const worst = Math.min(...advantages)
  const shares = advantages.map((advantage) => Math.exp((worst - advantage) / temperature))
  const total = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / total)
}
