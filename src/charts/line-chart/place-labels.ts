import { textSize, textWidth } from '../text-width.ts'
import { type Box, crosses, meets, type Place } from './crosses.ts'

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
const farthest = 8
/** Between a text and a line beside it. */
const margin = 2

/** In pixels of distance: a name over a line is hard to read, a leader over a line less so. */
const costs = { nameOverLine: 10_000, leaderOverLine: 40 }

/**
 * A place for the name of each point, where it covers no other name and no point and is within the frame. Of these places the one
 * of the least cost is taken: lines that the name covers, lines that its leader crosses, and the distance. No leader crosses a
 * name or a point, and no name covers a leader. The first points are placed first. Null if no place is free.
 *
 * @param lines in pixels.
 */
export function placeLabels(
  points: readonly LabelAnchor[],
  frame: Box,
  lines: readonly (readonly Place[])[] = [],
): readonly (PlacedLabel | null)[] {
  const marks = points.map(({ x, y }) => grow({ left: x, right: x, top: y, bottom: y }, radius))
  const names: Box[] = []
  const leaders: Segment[] = []
  return points.map((point, own) => {
    const others = [...marks.filter((_, index) => index !== own), ...names]
    let best: Candidate | null = null
    let least = Number.POSITIVE_INFINITY
    for (const candidate of findCandidates(point, frame)) {
      const { box, leader, distance } = candidate
      if (distance >= least) continue
      const line = leaveMark(point, leader ?? point)
      const isFree =
        isWithin(box, frame) &&
        !names.some((other) => overlap(box, other)) &&
        !marks.some((mark) => overlap(box, mark)) &&
        !leaders.some((other) => crosses(other, box)) &&
        (leader === null || !others.some((other) => crosses(line, other)))
      if (!isFree) continue
      const cost =
        distance +
        costs.nameOverLine * countOver(lines, grow(box, margin)) +
        costs.leaderOverLine * (leader === null ? 0 : lines.filter((each) => meets(each, line)).length)
      if (cost >= least) continue
      least = cost
      best = candidate
    }
    if (best === null) return null
    const { box, anchor, leader } = best
    names.push(box)
    if (leader !== null) leaders.push(leaveMark(point, leader))
    const x = anchor === 'start' ? box.left : anchor === 'end' ? box.right : (box.left + box.right) / 2
    return { x, y: box.bottom - 2, anchor, leader }
  })
}

type Segment = readonly [Place, Place]

type Candidate = Pick<PlacedLabel, 'anchor' | 'leader'> & {
  readonly box: Box
  /** From the point to the name, in pixels; 0 without a leader. */
  readonly distance: number
}

/** How far a name with a leader is to the side, for each pixel that it is up or down. */
const slopes = [0.5, 0.9, 1.4, 2, 3, 5]

/** Right, left, above, below and at the corners of the point, then in growing distance. */
function* findCandidates({ x, y, text }: LabelAnchor, frame: Box): Generator<Candidate> {
  const width = textWidth(text)
  const height = textSize + 2
  const at = (left: number, top: number): Box => ({
    ...{ left, right: left + width, top, bottom: top + height },
  })
  // A name in the middle moves to the side rather than beyond the frame.
  const middle = Math.max(frame.left, Math.min(frame.right - width, x - width / 2))
  const beside = radius + gap
  const [above, below] = [y - beside - height, y + beside]
  const near = { leader: null, distance: 0 }
  yield { ...near, box: at(x + beside, y - height / 2), anchor: 'start' }
  yield { ...near, box: at(x - beside - width, y - height / 2), anchor: 'end' }
  for (const top of [above, below]) yield { ...near, box: at(middle, top), anchor: 'middle' }
  for (const top of [above, below]) {
    yield { ...near, box: at(x + gap, top), anchor: 'start' }
    yield { ...near, box: at(x - gap - width, top), anchor: 'end' }
  }
  for (let ring = 1; ring <= farthest; ring++) {
    const far = beside + ring * height
    const toSide = function* (across: number, down: number): Generator<Candidate> {
      const distance = Math.hypot(across, down)
      const top = y + down - height / 2
      yield {
        ...{ box: at(x + across, top), anchor: 'start', distance },
        leader: { x: x + across - 2, y: y + down },
      }
      yield {
        ...{ box: at(x - across - width, top), anchor: 'end', distance },
        leader: { x: x - across + 2, y: y + down },
      }
    }
    yield* toSide(far, 0)
    for (const down of [-far, far]) {
      for (const slope of slopes) yield* toSide(far * slope + gap, down)
      const top = y + down - height / 2
      yield {
        ...{ box: at(middle, top), anchor: 'middle', distance: far },
        leader: { x, y: down < 0 ? top + height : top },
      }
    }
  }
}

/** The part of a leader beyond the mark of its point: the mark is on a line itself. */
function leaveMark({ x, y }: Place, end: Place): Segment {
  const length = Math.hypot(end.x - x, end.y - y)
  const share = length === 0 ? 0 : Math.min(1, (radius + 1) / length)
  return [{ x: x + share * (end.x - x), y: y + share * (end.y - y) }, end]
}

function countOver(lines: readonly (readonly Place[])[], box: Box): number {
  return lines.filter((line) => crosses(line, box)).length
}

function grow({ left, right, top, bottom }: Box, by: number): Box {
  return { left: left - by, right: right + by, top: top - by, bottom: bottom + by }
}

function isWithin(box: Box, frame: Box): boolean {
  return (
    box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom
  )
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}
