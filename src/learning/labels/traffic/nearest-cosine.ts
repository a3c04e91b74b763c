/** The largest cosine of a vector with others, all of length 1; −1 without others. @param except the place of one that is left out. */
export function nearestCosine(unit: Float32Array, units: readonly Float32Array[], except = -1): number {
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

/** The vector with the length 1; that of zeros stays. */
export function toUnit(vector: Float32Array): Float32Array {
  let squares = 0
  for (const each of vector) squares += each * each
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares)
  return vector.map((each) => each * scale)
}
