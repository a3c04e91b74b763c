import { describe, expect, it } from 'vitest'
import { compareRouters, createResampledAuc } from '../../benchmarks/everyday/comparison/compare.mjs'
import { rocArea } from '../../src/base/math/statistics/roc-area.ts'

const isHard = [false, true, false, true, true, false]
const ones = [1, 1, 1, 1, 1, 1]

describe('the AUC of resampled rows', () => {
  it('is the chance that a hard row is above an easy one, ties counting half', () => {
    expect(createResampledAuc([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], isHard)(ones)).toBeCloseTo(5 / 9, 12)
    expect(createResampledAuc([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], isHard)(ones)).toBe(0.5)
    expect(createResampledAuc([0, 1, 0, 1, 1, 0], isHard)(ones)).toBe(1)
  })

  it('counts a row as often as it was drawn, as if it stood there so often', () => {
    const winRates = [0.3, 0.2, 0.3, 0.9, 0.3, 0.1]
    const counts = [2, 0, 1, 3, 1, 0]
    const repeated = counts.flatMap((count, row) => Array.from({ length: count }, () => row))
    expect(createResampledAuc(winRates, isHard)(counts)).toBeCloseTo(
      rocArea(
        repeated.map((row) => winRates[row] ?? Number.NaN),
        repeated.map((row) => isHard[row] ?? false),
      )?.area ?? Number.NaN,
      12,
    )
  })

  it('is NaN if only one side was drawn', () => {
    expect(createResampledAuc([1, 2, 3, 4, 5, 6], isHard)([1, 0, 2, 0, 0, 1])).toBeNaN()
  })
})

describe('routers on the same rows', () => {
  const rows = 200
  const sides = Array.from({ length: rows }, (_, row) => row % 2 === 0)
  const good = sides.map((isHard, row) => (isHard ? 1 : 0) + 0.9 * Math.sin(row * row))
  const compared = compareRouters(
    {
      good: createResampledAuc(good, sides),
      same: createResampledAuc(
        good.map((winRate) => 2 * winRate),
        sides,
      ),
      chance: createResampledAuc(new Array(rows).fill(1), sides),
    },
    rows,
    ['same', 'chance', 'absent'],
  )

  it('have an interval around the figure, and none if nothing varies', () => {
    const { value, interval } = compared.good
    expect(interval[0]).toBeLessThan(value)
    expect(interval[1]).toBeGreaterThan(value)
    expect(compared.chance).toMatchObject({ value: 0.5, interval: [0.5, 0.5] })
  })

  it('are compared with the others that are there, pair by pair on the same resamples', () => {
    expect(Object.keys(compared.good.minus)).toEqual(['same', 'chance'])
    expect(compared.good.minus.same).toEqual({ difference: 0, interval: [0, 0] })
    expect(compared.good.minus.chance.difference).toBeCloseTo(compared.good.value - 0.5, 4)
    expect(compared.good.minus.chance.interval[0]).toBeGreaterThan(0)
  })

  it('refuses rows without a figure', () => {
    const none = createResampledAuc([1, 2], [true, true])
    expect(() => compareRouters({ none }, 2, [])).toThrow(/no figure/)
  })
})
