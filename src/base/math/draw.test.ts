import { expect, it } from 'vitest'
import { drawAscending, shuffle } from './draw.ts'
import { createRandom } from './random.ts'

it('draws distinct numbers in order, the same for the same seed', () => {
  const drawn = drawAscending(100, 10, createRandom(1))
  expect(drawn).toHaveLength(10)
  expect([...new Set(drawn)].toSorted((a, b) => a - b)).toEqual([...drawn])
  expect(drawAscending(100, 10, createRandom(1))).toEqual(drawn)
  expect(drawAscending(100, 10, createRandom(2))).not.toEqual(drawn)
})

it('draws each number equally often', () => {
  const random = createRandom(7)
  const counts = [0, 0, 0, 0, 0]
  for (let round = 0; round < 5_000; round++)
    for (const value of drawAscending(5, 2, random)) counts[value]!++
  // 2,000 expected, standard deviation 35.
  for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(140)
})

it('takes all where more are wanted than there are', () => {
  expect([...drawAscending(3, 9, createRandom(0))]).toEqual([0, 1, 2])
})

it('shuffles into each order equally often', () => {
  const random = createRandom(3)
  const counts = new Map<string, number>()
  for (let round = 0; round < 6_000; round++) {
    const items = [1, 2, 3]
    shuffle(items, random)
    counts.set(items.join(''), (counts.get(items.join('')) ?? 0) + 1)
  }
  expect(counts.size).toBe(6)
  // 1,000 expected, standard deviation 29.
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120)
})
