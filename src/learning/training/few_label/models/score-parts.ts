import type { ModelLabels } from './model-labels.ts'

/** The scores as level of the model + common part of the prompt + deviation: scoreᵢₘ = levelₘ + commonᵢ + deviationᵢₘ. */
export type ScoreParts = {
  /** [models] */
  readonly levels: Float64Array
  /** [prompts] how much better than usual all models do on the prompt; its weighted mean is 0. */
  readonly common: Float64Array
  /** [prompts, models] NaN if the model has no score. */
  readonly deviations: Float64Array
}

/** With complete scores one is exact. */
const passes = 30

/**
 * Least squares by alternating means. A model without a score on a prompt does not change what is common to the others, so that a
 * model which was tried on the hard prompts only is not taken for a weak one.
 */
export function separateScores({ models, prompts, scores, weights }: ModelLabels): ScoreParts {
  const count = models.length
  const levels = new Float64Array(count)
  const common = new Float64Array(prompts.length)
  const scoreAt = (row: number, model: number) => scores[row * count + model]!
  for (let pass = 0; pass < passes; pass++) {
    for (let model = 0; model < count; model++)
      levels[model] = weightedMean(prompts.length, (row) => scoreAt(row, model) - common[row]!, weights)
    for (let row = 0; row < common.length; row++)
      common[row] = weightedMean(count, (model) => scoreAt(row, model) - levels[model]!)
    const centre = weightedMean(common.length, (row) => common[row]!, weights)
    for (let row = 0; row < common.length; row++) common[row]! -= centre
  }
  const deviations = scores.map((score, cell) => {
    const row = Math.floor(cell / count)
    return score - levels[cell - row * count]! - common[row]!
  })
  return { levels, common, deviations }
}

/** Of the values that are numbers. */
function weightedMean(
  count: number,
  valueAt: (place: number) => number,
  weights?: ArrayLike<number>,
): number {
  let sum = 0
  let total = 0
  for (let place = 0; place < count; place++) {
    const value = valueAt(place)
    if (Number.isNaN(value)) continue
    const weight = weights?.[place] ?? 1
    sum += weight * value
    total += weight
  }
  return total === 0 ? 0 : sum / total
}
