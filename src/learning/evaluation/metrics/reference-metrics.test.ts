import { describe, expect, it } from 'vitest'
import { numpyInterp } from './reference-metrics.ts'

// Expected values from np.interp(x, xs, ys).
describe('numpyInterp', () => {
  const ys = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]

  it('interpolates where xs ascends, and holds the ends', () => {
    const xs = ys.map((y) => y / 10)
    expect(numpyInterp(2.5, xs, ys)).toBe(25)
    expect(numpyInterp(-1, xs, ys)).toBe(0)
    expect(numpyInterp(11, xs, ys)).toBe(100)
    expect(numpyInterp(10, xs, ys)).toBe(100)
    expect(numpyInterp(7, xs, ys)).toBe(70)
  })

  it('looks at the first intervals before it bisects the rest', () => {
    // 5 lies in several intervals of this falling and rising curve; numpy takes the second, the first it looks at.
    const xs = [0, 3, 6, 2, 7, 1, 8, 4, 9, 5, 10]
    expect(numpyInterp(5, xs, ys)).toBeCloseTo(10 + (10 * 2) / 3, 12)
  })

  it('bisects between the fourth and the tenth', () => {
    // From 3 to 9 the middle is 6: 8 > 5.5, so down to 4: 7 > 5.5, so 3: 5 < 5.5, hence between 3 and 4.
    const xs = [0, 1, 2, 5, 7, 3, 8, 4, 9, 6, 10]
    expect(numpyInterp(5.5, xs, ys)).toBeCloseTo(30 + (10 * 0.5) / 2, 12)
  })
})
