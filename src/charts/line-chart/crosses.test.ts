import { expect, it } from 'vitest'
import { crosses, meets } from './crosses.ts'

const box = { left: 10, right: 20, top: 10, bottom: 20 }

it('finds a line that goes through a box, ends in it or touches it', () => {
  const through = [0, 30].map((x) => ({ x, y: 15 }))
  expect(crosses(through, box)).toBe(true)
  expect(crosses([{ x: 12, y: 12 }, ...through], box)).toBe(true)
  expect(
    crosses(
      [0, 30].map((x) => ({ x, y: 20 })),
      box,
    ),
  ).toBe(true)
})

it('finds no line that passes a corner, and no place alone', () => {
  const past = [
    { x: 0, y: 25 },
    { x: 25, y: 50 },
  ]
  const corner = [
    { x: 0, y: 19 },
    { x: 19, y: 0 },
  ]
  expect(crosses(past, box)).toBe(false)
  expect(crosses(corner, box)).toBe(false)
  expect(crosses([{ x: 15, y: 15 }], box)).toBe(false)
})

it('finds where a line and a segment meet', () => {
  const line = [0, 10, 20].map((x) => ({ x, y: x }))
  const segment = (y: number) =>
    [
      { x: 14, y },
      { x: 16, y },
    ] as const
  expect(meets(line, segment(15))).toBe(true)
  expect(meets(line, segment(17))).toBe(false)
})
