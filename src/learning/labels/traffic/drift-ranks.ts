import { nearestCosine, toUnit } from './nearest-cosine.ts'

/** Fewer labelled prompts say nothing about what is unlike them. */
const leastReference = 50

/**
 * How unlike the labelled prompts each prompt is: the share of them that are nearer to another labelled prompt than it is to its
 * nearest one, from 0 to 1. Nearness is the cosine of their vectors. A prompt like the labelled ones has any rank with the same
 * probability.
 *
 * @param reference vectors of labelled prompts. @param vectors null for a prompt without one.
 * @returns null for a prompt without a vector, and for all if there are fewer than 50 labelled ones.
 */
export function rankDrift(
  reference: readonly Float32Array[],
  vectors: readonly (Float32Array | null)[],
): (number | null)[] {
  if (reference.length < leastReference) return vectors.map(() => null)
  const units = reference.map(toUnit)
  const own = Float64Array.from(units, (unit, index) => nearestCosine(unit, units, index)).sort()
  return vectors.map((vector) => {
    if (vector === null || vector.length !== units[0]!.length) return null
    return shareAbove(own, nearestCosine(toUnit(vector), units))
  })
}

/** @param sorted ascending. */
function shareAbove(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! > value) high = middle
    else low = middle + 1
  }
  return (sorted.length - low) / sorted.length
}
