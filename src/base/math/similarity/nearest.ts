/**
 * The rows of the `wanted` greatest similarities, greatest first. Of equal ones the earlier row comes first;
 * the result does not depend on the order of the search. `allowed` excludes rows.
 */
export function nearestRows(
  similarities: Float32Array,
  wanted: number,
  allowed: (row: number) => boolean = () => true,
): number[] {
  const rows: number[] = []
  let least = Number.NEGATIVE_INFINITY
  for (let row = 0; row < similarities.length; row++) {
    const similarity = similarities[row]!
    if (rows.length === wanted && !(similarity > least)) continue
    if (!allowed(row)) continue
    let place = rows.length
    while (place > 0 && similarities[rows[place - 1]!]! < similarity) place--
    rows.splice(place, 0, row)
    if (rows.length > wanted) rows.pop()
    if (rows.length === wanted) least = wanted === 0 ? Number.POSITIVE_INFINITY : similarities[rows.at(-1)!]!
  }
  return rows
}
