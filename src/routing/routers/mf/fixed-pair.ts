import { distance } from 'fastest-levenshtein'
import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { ConfigError } from '../../../errors.ts'
import type { MatrixFactorizationWeights } from './weights.ts'

/** Two models by their names in the router's own table, whatever the routed models are called. */
export type ScoringPair = RouterManifest['pair']

/** As torch's `F.normalize`: a vector of zeros stays one. */
const smallestNorm = 1e-12

/**
 * The factorization for two fixed models: one vector u over the prompt's embedding e. The log-odds of the strong
 * model winning are u·e.
 *
 * δ_s − δ_w = w₂ᵀ((v_s/|v_s| − v_w/|v_w|) ⊙ W₁e) = u·e with u = W₁ᵀ((v_s/|v_s| − v_w/|v_w|) ⊙ w₂)
 *
 * Source: the paper's matrix factorization without its bias, as in `MFModel.forward` and `pred_win_rate` of
 * routellm/routers/matrix_factorization/model.py. The reference computes in 32 bits, this function in 64.
 *
 * @returns [textDimensions]
 * @throws ConfigError `unknown-scoring-model` if a model has no row; names similar models and the option that maps it.
 */
export function fixedPairVector(weights: MatrixFactorizationWeights, pair: ScoringPair): Float64Array {
  const { dimensions, textDimensions, projection, classifier } = weights
  const strong = normalizedRow(weights, rowOf(weights.models, pair.strong, 'strong'))
  const weak = normalizedRow(weights, rowOf(weights.models, pair.weak, 'weak'))
  const vector = new Float64Array(textDimensions)
  for (let i = 0; i < dimensions; i++) {
    const factor = ((strong[i] ?? 0) - (weak[i] ?? 0)) * (classifier[i] ?? 0)
    for (let j = 0; j < textDimensions; j++)
      vector[j] = (vector[j] ?? 0) + factor * (projection[i * textDimensions + j] ?? 0)
  }
  return vector
}

/** v/|v| of one model: [dimensions] */
export function normalizedRow(
  { modelEmbeddings, dimensions }: MatrixFactorizationWeights,
  row: number,
): Float64Array {
  const vector = Float64Array.from(modelEmbeddings.subarray(row * dimensions, (row + 1) * dimensions))
  const norm = Math.max(Math.hypot(...vector), smallestNorm)
  return vector.map((value) => value / norm)
}

function rowOf(models: readonly string[], model: string, role: 'strong' | 'weak'): number {
  const row = models.indexOf(model)
  if (row >= 0) return row
  const option = `--scoring-${role}-model`
  throw new ConfigError(
    'unknown-scoring-model',
    `${model} is not one of the ${models.length} models that this router was trained on; nearest are ${nearest(models, model).join(', ')}. Name the one that stands in for it with ${option} (scoring${role === 'strong' ? 'Strong' : 'Weak'}Model).`,
    { param: option },
  )
}

/** Names that contain the wanted one (or are in it) first, then those with the same beginning, then by edit distance. */
function nearest(models: readonly string[], model: string): readonly string[] {
  const wanted = model.toLowerCase()
  const apart = (name: string) =>
    name.includes(wanted) || wanted.includes(name)
      ? Number.NEGATIVE_INFINITY
      : distance(name, wanted) - 2 * sharedStart(name, wanted)
  return models
    .map((name) => ({ name, apart: apart(name.toLowerCase()) }))
    .sort((a, b) => (a.apart === b.apart ? 0 : a.apart - b.apart))
    .slice(0, 3)
    .map(({ name }) => name)
}

function sharedStart(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
