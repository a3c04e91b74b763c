import { dot } from '../../../base/math/linear/vectors.ts'
import { normalizedRow } from './fixed-pair.ts'
import type { MatrixFactorizationWeights } from './weights.ts'

/**
 * Scores every model of the table: δ(M, e) = (v_M/|v_M| ⊙ w₂)ᵀ W₁e. σ(δ_a − δ_b) is the win rate of a over b.
 *
 * Source: `MFModel.forward` of routellm/routers/matrix_factorization/model.py, for all models at once.
 *
 * @returns embedding [textDimensions] → scores [models]
 */
export function createModelScores(
  weights: MatrixFactorizationWeights,
): (embedding: ArrayLike<number>) => Float64Array {
  const { models, dimensions, textDimensions, projection, classifier } = weights
  // Made on the first call: a router that only compares its pair needs no table. [models][dimensions]
  let factors: readonly Float64Array[] | undefined

  return (embedding) => {
    factors ??= models.map((_, row) =>
      normalizedRow(weights, row).map((value, i) => value * (classifier[i] ?? 0)),
    )
    const projected = new Float64Array(dimensions)
    for (let i = 0; i < dimensions; i++) {
      let sum = 0
      for (let j = 0; j < textDimensions; j++)
        sum += (projection[i * textDimensions + j] ?? 0) * (embedding[j] ?? 0)
      projected[i] = sum
    }
    return Float64Array.from(factors, (factor) => dot(factor, projected))
  }
}
