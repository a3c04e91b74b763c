import fc from 'fast-check'
import { expect, it } from 'vitest'
import { textWidth } from '../text-width.ts'
import { type Box, crosses, meets } from './crosses.ts'
import { type PlacedLabel, placeLabels } from './place-labels.ts'

const frame = { left: 40, right: 400, top: 10, bottom: 200 }

it('writes a name to the right of its point, and to the left at the right edge', () => {
  const [middle, edge] = placeLabels(
    [
      { x: 100, y: 100, text: 'small' },
      { x: 395, y: 150, text: 'large' },
    ],
    frame,
  )
  expect(middle).toMatchObject({ x: 108, leader: null })
  expect(edge).toMatchObject({ x: 387, anchor: 'end' })
})

it('gives every one of three equal points a place of its own', () => {
  const places = placeLabels(
    ['one', 'two', 'three'].map((text) => ({ x: 200, y: 100, text })),
    frame,
  )
  expect(places.every((place) => place !== null)).toBe(true)
})

it('writes no name over a line if there is room elsewhere', () => {
  const point = { x: 200, y: 100, text: 'small' }
  const level = [
    { x: 40, y: 100 },
    { x: 400, y: 100 },
  ]
  const [place] = placeLabels([point], frame, [level])
  expect(place!.y).toBeLessThan(100)
  const everywhere = Array.from({ length: 60 }, (_, index) => level.map(({ x }) => ({ x, y: 4 * index })))
  expect(placeLabels([point], frame, everywhere)[0]).toMatchObject({ leader: null })
})

it('covers no line if a leader can reach a free place, by a leader that crosses none', () => {
  // A curve through the point, a dashed line, and a line above and below the point.
  const lines = [
    [
      { x: 40, y: 190 },
      { x: 220, y: 60 },
      { x: 400, y: 40 },
    ],
    [
      { x: 40, y: 190 },
      { x: 400, y: 70 },
    ],
    ...[45, 75].map((y) => [120, 320].map((x) => ({ x, y }))),
  ]
  const [place] = placeLabels([{ x: 220, y: 60, text: 'in service' }], frame, lines)
  const box = boxOf(place!, 'in service')
  for (const line of lines) expect(crosses(line, box)).toBe(false)
  const { leader } = place!
  expect(leader).not.toBeNull()
  const outside = { x: 220 + 0.3 * (leader!.x - 220), y: 60 + 0.3 * (leader!.y - 60) }
  expect(lines.filter((line) => meets(line, [outside, leader!]))).toEqual([])
})

it('draws no leader through another name or point', () => {
  const points = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].map(
    (text, index) => ({ x: 200 + 4 * index, y: 100, text }),
  )
  const places = placeLabels(points, frame)
  for (const [index, place] of places.entries()) {
    const leader = place?.leader ?? null
    if (leader === null) continue
    for (const [other, { text }] of points.entries())
      if (other !== index && places[other] !== null)
        expect(crosses([points[index]!, leader], boxOf(places[other]!, text))).toBe(false)
  }
  expect(places.some((place) => place?.leader != null)).toBe(true)
})

it('covers no other name and leaves no frame', () => {
  const point = fc.record({
    x: fc.double({ min: 40, max: 400, noNaN: true }),
    y: fc.double({ min: 10, max: 200, noNaN: true }),
    text: fc.string({ maxLength: 30 }),
  })
  fc.assert(
    fc.property(fc.array(point, { maxLength: 12 }), (points) => {
      const boxes = placeLabels(points, frame).flatMap((place, index) => {
        if (place === null) return []
        return [boxOf(place, points[index]!.text)]
      })
      for (const [index, box] of boxes.entries()) {
        expect(box.left >= 39.99 && box.right <= 400.01 && box.top >= 10 && box.bottom <= 200).toBe(true)
        for (const other of boxes.slice(index + 1))
          expect(
            box.left < other.right &&
              other.left < box.right &&
              box.top < other.bottom &&
              other.top < box.bottom,
          ).toBe(false)
      }
    }),
    { seed: 16, numRuns: 100 },
  )
})

function boxOf({ x, y, anchor }: PlacedLabel, text: string): Box {
  const width = textWidth(text)
  const left = x - { start: 0, middle: width / 2, end: width }[anchor]
  return { left, right: left + width, bottom: y, top: y - 9 }
}
