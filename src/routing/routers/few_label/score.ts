import { dot } from '../../../base/math/linear/vectors.ts'
import { forestPart } from './forest/forest.ts'
import type { FewLabelWeights, Supports } from './parameters.ts'
import type { ScoredPlace } from './prompt-space.ts'

/** How much a prompt needs the strong model; see `FewLabelWeights`. */
export function scoreOf(weights: FewLabelWeights, place: ScoredPlace): number {
  const { constant, prior, named } = weights
  return (
    constant +
    prior * place.prior +
    dot(named, place.named) +
    termsPart(weights, place) +
    similarityPart(weights.build, place.named) +
    similarityPart(weights.meaning, place.meaning) +
    forestPart(weights.forest, place.inputs)
  )
}

export function termsPart({ terms }: FewLabelWeights, { terms: known }: ScoredPlace): number {
  let sum = 0
  for (let entry = 0; entry < known.count; entry++) sum += terms[known.terms[entry]!]! * known.values[entry]!
  return sum
}

/** exp(−½ distance²) of a vector and each labelled prompt. @param similarities [supports] receives them. */
export function writeSimilarities(
  rows: Float32Array,
  vector: Float64Array,
  similarities: Float64Array,
): void {
  const size = vector.length
  for (let support = 0; support < similarities.length; support++)
    similarities[support] = Math.exp(-0.5 * squaredDistance(vector, rows, support * size))
}

/** Contribution of labelled prompts near this one: Σ factor · exp(−½ distance²). */
export function similarityPart({ rows, factors }: Supports, vector: Float64Array): number {
  const size = vector.length
  let sum = 0
  for (let support = 0; support < factors.length; support++)
    sum += factors[support]! * Math.exp(-0.5 * squaredDistance(vector, rows, support * size))
  return sum
}

/** To the row that begins at `from`. Four sums, because one would wait for each addition: most of the time of a score. */
function squaredDistance(vector: Float64Array, rows: Float32Array, from: number): number {
  const size = vector.length
  const blocked = size - (size % 4)
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  for (let k = 0; k < blocked; k += 4) {
    const difference0 = vector[k]! - rows[from + k]!
    const difference1 = vector[k + 1]! - rows[from + k + 1]!
    const difference2 = vector[k + 2]! - rows[from + k + 2]!
    const difference3 = vector[k + 3]! - rows[from + k + 3]!
    sum0 += difference0 * difference0
    sum1 += difference1 * difference1
    sum2 += difference2 * difference2
    sum3 += difference3 * difference3
  }
  for (let k = blocked; k < size; k++) sum0 += (vector[k]! - rows[from + k]!) ** 2
  return sum0 + sum1 + (sum2 + sum3)
}
