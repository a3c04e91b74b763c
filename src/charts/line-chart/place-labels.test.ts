import fc from 'fast-check'
import { expect, it } from 'vitest'
import { textWidth } from '../text-width.ts'
import { placeLabels } from './place-labels.ts'

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
  expect(placeLabels([point], frame, everywhere)[0]).toMatchObject({ x: 208 })
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
        const width = textWidth(points[index]!.text)
        const left = place.x - { start: 0, middle: width / 2, end: width }[place.anchor]
        return [{ left, right: left + width, bottom: place.y, top: place.y - 9 }]
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
    { seed: 16, numRuns: 200 },
  )
})
