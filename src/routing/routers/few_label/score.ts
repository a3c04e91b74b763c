import { dot } from '../../../base/math/linear/vectors.ts'
import type { FewLabelWeights, Supports } from './parameters.ts'
import type { ScoredPlace } from './prompt-space.ts'

/** How much a prompt needs the strong model; see `FewLabelWeights`. @param other required if the weights use it. */
export function scoreOf(
  weights: FewLabelWeights,
  place: ScoredPlace,
  other: Float32Array | undefined,
): number {
  const { constant, prior, named, dense } = weights
  return (
    constant +
    prior * place.prior +
    dot(named, place.named) +
    dot(dense, place.dense) +
    termsPart(weights, place) +
    otherPart(weights, other) +
    similarityPart(weights.build, place.named) +
    similarityPart(weights.topic, place.dense)
  )
}

export function termsPart({ terms }: FewLabelWeights, { terms: known }: ScoredPlace): number {
  let sum = 0
  for (let entry = 0; entry < known.count; entry++) sum += terms[known.terms[entry]!]! * known.values[entry]!
  return sum
}

export function otherPart({ other }: FewLabelWeights, vector: Float32Array | undefined): number {
  return vector === undefined ? 0 : dot(other, vector)
}

/** Contribution of labelled prompts near this one: Σ factor · exp(−½ distance²). */
export function similarityPart({ rows, factors }: Supports, vector: Float64Array): number {
  const size = vector.length
  let sum = 0
  for (let support = 0; support < factors.length; support++) {
    const from = support * size
    let squared = 0
    for (let k = 0; k < size; k++) {
      const difference = vector[k]! - rows[from + k]!
      squared += difference * difference
    }
    sum += factors[support]! * Math.exp(-0.5 * squared)
  }
  return sum
}
