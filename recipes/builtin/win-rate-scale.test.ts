import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/base/math/random.ts'
import { sigmoid } from '../../src/base/math/sigmoid.ts'
import { fitMedianScale, type HeldOutPrediction, heldOutCalibrationError } from './win-rate-scale.ts'

function group(name: string, rows: number, slope: number, offset: number): HeldOutPrediction[] {
  const random = createRandom(rows)
  return Array.from({ length: rows }, () => {
    const score = 3 * random.nextGaussian()
    return { group: name, score, won: random.next() < sigmoid(slope * score + offset) ? 1 : 0 }
  })
}

describe('the scale of the win rate', () => {
  it('takes the slope that data sets agree on, against one that is the wrong way round', () => {
    const agreeing = ['a', 'b', 'c', 'd'].flatMap((name, index) =>
      group(name, 3000 + index, 0.4, -1 + index / 2),
    )
    const { slope } = fitMedianScale([...agreeing, ...group('hard', 3500, -2, -2)])
    expect(slope).toBeGreaterThan(0.3)
    expect(slope).toBeLessThan(0.5)
  })

  it('is calibrated on data sets left out where they are alike', () => {
    const alike = ['a', 'b', 'c', 'd'].flatMap((name, index) => group(name, 3000 + index, 0.4, -0.5))
    expect(heldOutCalibrationError(alike)).toBeLessThan(0.03)
  })

  it('refuses a score that goes the wrong way', () => {
    const wrong = [...group('a', 500, -1, 0), ...group('b', 501, -1, 0)]
    expect(() => fitMedianScale(wrong)).toThrowError(expect.objectContaining({ code: 'x-no-win-rate-scale' }))
  })
})
