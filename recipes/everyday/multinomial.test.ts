import { expect, it } from 'vitest'
import { createRandom } from '../../src/base/math/random.ts'
import { fitMultinomial, probabilitiesOf } from './multinomial.ts'

const options = { penalty: 0.01, tolerance: 1e-10, mostSteps: 5000 }

it('has the shares of the classes for rows that say nothing', () => {
  const rows = Array.from({ length: 10 }, () => Float64Array.of(0))
  const fitted = fitMultinomial(rows, [0, 0, 0, 0, 0, 1, 1, 1, 2, 2], 3, options)
  for (const [each, share] of [0.5, 0.3, 0.2].entries())
    expect(probabilitiesOf(fitted, Float64Array.of(0))[each]).toBeCloseTo(share, 6)
})

it('ends where the penalised loss has no slope', () => {
  const random = createRandom(3)
  const rows = Array.from({ length: 60 }, () => Float64Array.from({ length: 3 }, () => random.nextGaussian()))
  const labels = rows.map(([x = 0, y = 0]) => (x > 0.5 ? 0 : y > 0 ? 1 : 2))
  const fitted = fitMultinomial(rows, labels, 3, options)
  fitted.weights.forEach((weights, each) => {
    for (let column = 0; column < 3; column++) {
      const slope = rows.reduce((sum, row, index) => {
        const miss = probabilitiesOf(fitted, row)[each]! - (labels[index] === each ? 1 : 0)
        return sum + (miss * row[column]!) / rows.length
      }, options.penalty * weights[column]!)
      expect(Math.abs(slope)).toBeLessThan(1e-6)
    }
  })
  expect(fitMultinomial(rows, labels, 3, options)).toEqual(fitted)
})
