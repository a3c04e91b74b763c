import { textSize, textWidth } from '../text-width.ts'

export type Box = {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export type LabelAnchor = { readonly x: number; readonly y: number; readonly text: string }

export type PlacedLabel = {
  /** The place of the text's beginning, middle or end, as `anchor` says, and of its baseline. */
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
  /** A line from the point to a text that is not beside it. */
  readonly leader: { readonly x: number; readonly y: number } | null
}

const radius = 5
const gap = 3
const farthest = 6

type Place = { readonly x: number; readonly y: number }

/**
 * A place for the name of each point, where it covers no other name and no point and is within the frame: beside the point if
 * there is room, else farther away with a line to it. It covers a line only if every such place does. The first points are
 * placed first. Null if no place is free.
 *
 * @param lines in pixels.
 */
export function placeLabels(
  points: readonly LabelAnchor[],
  frame: Box,
  lines: readonly (readonly Place[])[] = [],
): readonly (PlacedLabel | null)[] {
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - radius,
    right: x + radius,
    top: y - radius,
    bottom: y + radius,
  }))
  return points.map((point) => {
    const free = [...findCandidates(point)].filter(
      ({ box }) => isWithin(box, frame) && !taken.some((other) => overlap(box, other)),
    )
    const best = free.find(({ box }) => !lines.some((line) => crosses(line, box))) ?? free[0]
    if (best === undefined) return null
    taken.push(best.box)
    const { box, anchor, leader } = best
    const x = anchor === 'start' ? box.left : anchor === 'end' ? box.right : (box.left + box.right) / 2
    return { x, y: box.bottom - 2, anchor, leader }
  })
}

type Candidate = Pick<PlacedLabel, 'anchor' | 'leader'> & { readonly box: Box }

/** Right, left, above and below, then in growing distance in eight directions. */
function* findCandidates({ x, y, text }: LabelAnchor): Generator<Candidate> {
  const width = textWidth(text)
  const height = textSize + 2
  const boxAt = (left: number, top: number) => ({ left, right: left + width, top, bottom: top + height })
  const beside = radius + gap
  yield { box: boxAt(x + beside, y - height / 2), anchor: 'start', leader: null }
  yield { box: boxAt(x - beside - width, y - height / 2), anchor: 'end', leader: null }
  yield { box: boxAt(x - width / 2, y - beside - height), anchor: 'middle', leader: null }
  yield { box: boxAt(x - width / 2, y + beside), anchor: 'middle', leader: null }
  for (let ring = 1; ring <= farthest; ring++) {
    const distance = beside + ring * height
    for (const [across, down] of [
      [1, -1],
      [1, 1],
      [-1, -1],
      [-1, 1],
      [0, -1],
      [0, 1],
    ] as const) {
      const middle = y + down * distance
      const left =
        across === 0 ? x - width / 2 : across > 0 ? x + distance / 2 + gap : x - distance / 2 - gap - width
      const nearest = across === 0 ? x : across > 0 ? left - 2 : left + width + 2
      const box = boxAt(left, middle - height / 2)
      const anchor = across === 0 ? 'middle' : across > 0 ? 'start' : 'end'
      yield {
        box,
        anchor,
        leader: { x: nearest, y: across === 0 ? (down < 0 ? box.bottom : box.top) : middle },
      }
    }
  }
}

function isWithin(box: Box, frame: Box): boolean {
  return (
    box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom
  )
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}

function crosses(line: readonly Place[], box: Box): boolean {
  return line.some((end, index) => {
    const start = line[index - 1]
    return start !== undefined && isSegmentIn(start, end, box)
  })
}

/** Whether a part of a segment is within a box (Liang and Barsky, 1984). */
function isSegmentIn(start: Place, end: Place, box: Box): boolean {
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
