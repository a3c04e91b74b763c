import { expect, it } from 'vitest'
import { drawFor, findDrawn } from './draw.ts'

it('is the same for a unit, and independent of other units, seeds and scopes', () => {
  expect(drawFor('session-1', 0, 'a')).toBe(drawFor('session-1', 0, 'a'))
  const sets = [
    Array.from({ length: 4000 }, (_, at) => drawFor(`session-${at}`, 0, 'a')),
    Array.from({ length: 4000 }, (_, at) => drawFor('session-1', at, 'a')),
    Array.from({ length: 4000 }, (_, at) => drawFor(`session-${at}`, 0, 'b')),
    Array.from({ length: 4000 }, (_, at) => drawFor('x'.repeat(at), 7, 'a')),
  ]
  for (const drawn of sets) {
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...drawn)).toBeLessThan(1)
    expect(drawn.reduce((sum, each) => sum + each, 0) / drawn.length).toBeCloseTo(0.5, 1)
    // Kolmogorov's distance of 4,000 uniform numbers is above .031 in one of a thousand.
    const sorted = drawn.toSorted((a, b) => a - b)
    expect(Math.max(...sorted.map((each, at) => Math.abs(each - at / 4000)))).toBeLessThan(0.031)
  }
  const together = sets[0]!.reduce((sum, each, at) => sum + (each - 0.5) * (sets[2]![at]! - 0.5), 0)
  expect(Math.abs((12 * together) / 4000)).toBeLessThan(0.06)
})

it('reads the beginning and the end of a long unit', () => {
  const long = 'x'.repeat(100_000)
  expect(new Set([drawFor(`${long}a`, 0, ''), drawFor(`b${long}`, 0, ''), drawFor(long, 0, '')]).size).toBe(3)
})

it('finds the part that a number is in', () => {
  const parts = [0, 0.25, 0, 0.5, 0.25, 0]
  expect([0, 0.24, 0.25, 0.74, 0.75, 0.999_999_9].map((drawn) => findDrawn(parts, drawn))).toEqual([
    1, 1, 3, 3, 4, 4,
  ])
  expect(findDrawn([0.5, 0.5 - 1e-9], 1 - 1e-12)).toBe(1)
})
