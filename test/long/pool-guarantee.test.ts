import { expect, it } from 'vitest'
import { clopperPearsonLower } from '../../src/base/math/statistics/proportion.ts'
import { countBrokenPromises, readPoolOutcomes } from '../promises/pool-outcomes.ts'
import { describeWith, requirement } from '../support/requirement.ts'

describeWith(await requirement('pool outcomes'), 'the guarantee of a pool on real outcomes', (file) => {
  it.each([
    [0.05, 0.9, 0.3],
    [0.08, 0.9, 0.3],
    [0.13, 0.8, 0.2],
    [0.2, 0.95, 0.1],
  ])(
    'a loss of at most %d, promised with the confidence %d at the margin %d, is exceeded in no more than the rest of 1,000 splits',
    (maxLoss, confidence, lossMargin) => {
      const splits = 1_000
      const counts = countBrokenPromises(
        readPoolOutcomes(file),
        { maxLoss, confidence, lossMargin },
        { splits, labels: 300, seed: 13 },
      )
      for (const broken of [counts.rest, counts.longRun])
        expect(clopperPearsonLower(broken, splits, 0.99)).toBeLessThanOrEqual(1 - confidence)
      expect(counts.possible).toBeGreaterThan(splits * 0.9)
    },
  )
})
