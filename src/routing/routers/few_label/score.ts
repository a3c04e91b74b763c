import { dot } from '../../../base/math/linear/vectors.ts'
import { forestPart } from './forest.ts'
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
