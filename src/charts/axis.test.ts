import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countTickDecimals, createScale, findTicks, roundRange } from './axis.ts'

const format = String

it('finds round numbers, also below zero', () => {
  expect(findTicks(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100])
  expect(findTicks(-30, 50, 4)).toEqual([-20, 0, 20, 40])
  expect(findTicks(0.1, 0.35, 5)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3, 0.35])
  expect(findTicks(-0.7, 0.2, 3)).toEqual([-0.5, 0])
})

it.each([
  [20, 0],
  [2.5, 1],
  [0.25, 2],
  [0.1 + 0.2, 1],
  [0.001, 3],
])('writes ticks that are %d apart with %i decimals', (step, decimals) => {
  expect(countTickDecimals(step)).toBe(decimals)
})

it('begins and ends an axis at round numbers around the data', () => {
  expect(roundRange([-3, 17], 4)).toEqual([-5, 20])
  expect(createScale({ label: '', format }, [3, 17, Number.NaN], 4).domain).toEqual([0, 20])
})

it('has an axis for one value and for none', () => {
  const one = createScale({ label: '', format }, [7], 4)
  expect(one.domain[0]).toBeLessThan(7)
  expect(one.domain[1]).toBeGreaterThan(7)
  expect(createScale({ label: '', format }, [], 4).domain).toEqual([0, 1])
  expect(createScale({ label: '', format, scale: 'log' }, [], 4).domain[0]).toBeGreaterThan(0)
})

it('begins at 0 if it is asked to, whatever the data', () => {
  const amounts = { label: '', format, hasZero: true }
  expect(createScale({ label: '', format }, [0.31, 0.44], 4).domain).toEqual([0.3, 0.45])
  expect(createScale(amounts, [0.31, 0.44], 4).domain[0]).toBe(0)
  expect(createScale(amounts, [7], 4).domain).toEqual([0, 8])
  expect(createScale(amounts, [], 4).domain[0]).toBeLessThanOrEqual(0)
})

it('keeps to the ticks and the domain that are given', () => {
  const scale = createScale({ label: '', format, domain: [0, 10], ticks: [1, 5, 20] }, [3], 4)
  expect(scale).toMatchObject({ domain: [0, 10], ticks: [1, 5] })
  expect(scale.toShare(5)).toBe(0.5)
  expect(scale.toValue(0.25)).toBe(2.5)
})

it('has 1, 2 and 5 on a logarithmic axis, or powers of ten if those are too many', () => {
  const axis = { label: '', format, scale: 'log', domain: [0.01, 1] } as const
  expect(createScale(axis, [], 8).ticks).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1])
  expect(createScale(axis, [], 4).ticks).toEqual([0.01, 0.1, 1])
  expect(createScale(axis, [], 4).toShare(0.1)).toBeCloseTo(0.5)
})

it('has ticks within the range, in order, at most one more than asked for', () => {
  const number = fc.double({ min: -1e9, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(
      number,
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      fc.integer({ min: 2, max: 12 }),
      (low, range, most) => {
        fc.pre(range > 1e-9 * Math.abs(low))
        const ticks = findTicks(low, low + range, most)
        expect(ticks.length).toBeLessThanOrEqual(most + 1)
        for (const [index, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThanOrEqual(low - range * 1e-3 - Math.abs(low) * 1e-9)
          expect(tick).toBeLessThanOrEqual(low + range * 1.001 + Math.abs(low) * 1e-9)
          if (index > 0) expect(tick).toBeGreaterThan(ticks[index - 1]!)
        }
      },
    ),
    { seed: 16, numRuns: 300 },
  )
})
