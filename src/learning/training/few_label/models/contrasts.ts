import { principalAxes } from '../../../../base/math/linear/principal-axes.ts'
import { fewestLabels } from '../labels.ts'
import { addAgreements, agreementOf, keptShare, weightedMean } from './shrinkage.ts'

/** What is kept of the predicted deviations. */
export type KeptDeviations = {
  /** [models, models] the kept deviation of model j is Σᵢ matrix[j, i] · predicted deviation of model i. */
  readonly matrix: Float64Array
  /** The share that is kept if all deviations are treated alike; no contrast keeps more. */
  readonly pooled: number
}

/**
 * Shrinks predicted deviations along their contrasts: the principal axes of what happened, such as "the small model against the
 * three large ones" and then "one large model against another". Each contrast is kept as far as left-out labels support it
 * (`keptShare`), at most as far as they support all together. With A the axes as columns and K the shares: matrix = A·diag(K)·Aᵀ.
 *
 * Models shrunk one by one would differ by their shrinkage where their predictions agree; shrunk along contrasts, two models of
 * which the labels say nothing stay alike while a third is told apart from both.
 *
 * With fewer than `fewestLabels` prompts that have all models' scores every contrast keeps the pooled share.
 *
 * @param deviations [models][prompts] NaN if unknown. @param predictions [models][prompts] of fits without the prompt.
 * @yields after each axis.
 */
export function* keepDeviations(
  deviations: readonly Float64Array[],
  predictions: readonly Float64Array[],
  weights: Float64Array,
): Generator<void, KeptDeviations> {
  const models = deviations.length
  const pooled = keptShare(
    addAgreements(deviations.map((target, model) => agreementOf(target, predictions[model]!, weights))),
  )
  const rows = [...weights.keys()].filter((row) => deviations.every((target) => !Number.isNaN(target[row]!)))
  const matrix = new Float64Array(models * models)
  if (rows.length < Math.max(fewestLabels, models)) {
    for (let model = 0; model < models; model++) matrix[model * models + model] = pooled
    return { matrix, pooled }
  }
  const means = deviations.map((target) => weightedMean(target, rows, weights))
  const centred = Float64Array.from(
    rows.flatMap((row) =>
      deviations.map((target, model) => Math.sqrt(weights[row]!) * (target[row]! - means[model]!)),
    ),
  )
  const axes = yield* principalAxes(centred, models, models - 1)
  const known = Float64Array.from(rows, (row) => weights[row]!)
  for (let from = 0; from < axes.length; from += models) {
    const axis = axes.subarray(from, from + models)
    const along = (columns: readonly Float64Array[]) =>
      Float64Array.from(rows, (row) =>
        columns.reduce((sum, column, model) => sum + axis[model]! * column[row]!, 0),
      )
    const share = Math.min(pooled, keptShare(agreementOf(along(deviations), along(predictions), known)))
    for (let one = 0; one < models; one++)
      for (let other = 0; other < models; other++)
        matrix[one * models + other]! += share * axis[one]! * axis[other]!
  }
  return { matrix, pooled }
}
