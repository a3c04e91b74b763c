/** In pixels. */
export type Box = {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** In pixels. */
export type Place = { readonly x: number; readonly y: number }

/** Whether a line of several places has a part within a box. */
export function crosses(line: readonly Place[], box: Box): boolean {
  return line.some((end, index) => {
    const start = line[index - 1]
    return start !== undefined && isSegmentIn(start, end, box)
  })
}

/** Whether a line of several places and a segment have a place in common. */
export function meets(line: readonly Place[], [from, to]: readonly [Place, Place]): boolean {
  return line.some((end, index) => {
    const start = line[index - 1]
    if (start === undefined || Math.max(start.x, end.x) < Math.min(from.x, to.x)) return false
    if (Math.min(start.x, end.x) > Math.max(from.x, to.x)) return false
    return areApart(start, end, from, to) && areApart(from, to, start, end)
  })
}

/** Whether two places are on different sides of the straight line through two others. */
function areApart(start: Place, end: Place, one: Place, other: Place): boolean {
  const side = ({ x, y }: Place) => (end.x - start.x) * (y - start.y) - (end.y - start.y) * (x - start.x)
  return side(one) * side(other) <= 0
}

/** Whether a part of a segment is within a box (Liang and Barsky, 1984). */
function isSegmentIn(start: Place, end: Place, box: Box): boolean {
  // Most segments are on one side of the box.
  if (Math.max(start.x, end.x) < box.left || Math.min(start.x, end.x) > box.right) return false
  if (Math.max(start.y, end.y) < box.top || Math.min(start.y, end.y) > box.bottom) return false
  const [dx, dy] = [end.x - start.x, end.y - start.y]
  let [from, to] = [0, 1]
  for (const [delta, distance] of [
    [-dx, start.x - box.left],
    [dx, box.right - start.x],
    [-dy, start.y - box.top],
    [dy, box.bottom - start.y],
  ] as const) {
    if (delta === 0 && distance < 0) return false
    if (delta < 0) from = Math.max(from, distance / delta)
    if (delta > 0) to = Math.min(to, distance / delta)
  }
  return from <= to
}
