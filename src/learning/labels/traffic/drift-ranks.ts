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
  const own = Float64Array.from(units, (unit, index) => nearest(unit, units, index)).sort()
  return vectors.map((vector) => {
    if (vector === null || vector.length !== units[0]!.length) return null
    return shareAbove(own, nearest(toUnit(vector), units, -1))
  })
}

function nearest(unit: Float32Array, units: readonly Float32Array[], except: number): number {
  let most = -1
  for (let index = 0; index < units.length; index++) {
    if (index === except) continue
    const other = units[index]!
    let dot = 0
    for (let at = 0; at < unit.length; at++) dot += unit[at]! * other[at]!
    if (dot > most) most = dot
  }
  return most
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

function toUnit(vector: Float32Array): Float32Array {
  let squares = 0
  for (const each of vector) squares += each * each
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares)
  return vector.map((each) => each * scale)
}
