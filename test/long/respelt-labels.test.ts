import { expect, it } from 'vitest'
import { binomialTail } from '../../src/base/math/statistics/proportion.ts'
import { confidence, createRespeltTrials } from '../promises/respelt-trials.ts'
import { respellByNumber } from '../promises/spellings.ts'

it('the guarantee on the labels that a router was trained on is broken in no more than 5 % of 1,000 splits, however the labels are spelt', async () => {
  const splits = 1_000
  const trials = await createRespeltTrials()
  try {
    const { violations, bases } = await trials.countViolations(splits, respellByNumber, true)
    expect(bases).toEqual(['cross-fitted'])
    // One-sided binomial test: so many or more violations have a chance below 1 % if each has one of 5 %.
    expect(1 - binomialTail(violations - 1, splits, 1 - confidence)).toBeGreaterThan(0.01)
  } finally {
    await trials.remove()
  }
})
