import { expect, it } from 'vitest'
import { clopperPearsonLower } from '../../src/base/math/statistics/proportion.ts'
import { describeWith, requirement } from '../support/requirement.ts'
import { countBrokenPromises, readPoolOutcomes } from './pool-outcomes.ts'

// test/long/pool-guarantee.test.ts has 1,000 splits for each of several promises.
describeWith(await requirement('pool outcomes'), 'the guarantee of a pool on real outcomes', (file) => {
  const population = readPoolOutcomes(file)
  const count = (confidence: number) =>
    countBrokenPromises(
      population,
      { maxLoss: 0.08, confidence, lossMargin: 0.3 },
      { splits, labels: 300, seed: 1 },
    )
  const splits = 200

  it('is broken in no more than the promised share of 200 splits', () => {
    const { possible, rest, longRun } = count(0.9)
    for (const broken of [rest, longRun])
      expect(clopperPearsonLower(broken, splits, 0.99)).toBeLessThanOrEqual(0.1)
    expect(possible).toBeGreaterThan(splits * 0.9)
  })

  it('is not kept by chance: a promise with little confidence is broken often', () => {
    const { rest, longRun } = count(0.1)
    expect(Math.min(rest, longRun)).toBeGreaterThan(splits * 0.3)
  })
})
