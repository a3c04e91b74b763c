import { textSize, textWidth } from '../text-width.ts'

export type Box = {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export type LabelAnchor = { readonly x: number; readonly y: number; readonly text: string }

export type PlacedLabel = {
  /** The beginning of the text and its baseline. */
  readonly x: number
  readonly y: number
  /** A line from the point to a text that is not beside it. */
  readonly leader: { readonly x: number; readonly y: number } | null
}

const radius = 5
const gap = 3
const farthest = 6

/**
 * A place for the name of each point, where it covers no other name and no point and is within the frame: beside the point if
 * there is room, else farther away with a line to it. The first points are placed first. Null if no place is free.
 */
export function placeLabels(points: readonly LabelAnchor[], frame: Box): readonly (PlacedLabel | null)[] {
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - radius,
    right: x + radius,
    top: y - radius,
    bottom: y + radius,
  }))
  return points.map((point) => {
    for (const candidate of findPlaces(point)) {
      const { box } = candidate
      if (!isWithin(box, frame) || taken.some((other) => overlap(box, other))) continue
      taken.push(box)
      return { x: box.left, y: box.bottom - 2, leader: candidate.leader }
    }
    return null
  })
}

type Place = { readonly box: Box; readonly leader: PlacedLabel['leader'] }

/** Right, left, above and below, then in growing distance in eight directions. */
function* findPlaces({ x, y, text }: LabelAnchor): Generator<Place> {
  const width = textWidth(text)
  const height = textSize + 2
  const boxAt = (left: number, top: number) => ({ left, right: left + width, top, bottom: top + height })
  const beside = radius + gap
  yield { box: boxAt(x + beside, y - height / 2), leader: null }
  yield { box: boxAt(x - beside - width, y - height / 2), leader: null }
  yield { box: boxAt(x - width / 2, y - beside - height), leader: null }
  yield { box: boxAt(x - width / 2, y + beside), leader: null }
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
      yield { box, leader: { x: nearest, y: across === 0 ? (down < 0 ? box.bottom : box.top) : middle } }
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
