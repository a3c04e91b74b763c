import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { binomialTail } from '../../src/base/math/statistics/proportion.ts'
import { confidence, createRespeltTrials, type RespeltTrials } from './respelt-trials.ts'
import { respellByNumber, spellings } from './spellings.ts'

// test/long/respelt-labels.test.ts has more splits.
const splits = 60
let trials: RespeltTrials
beforeAll(async () => {
  trials = await createRespeltTrials()
})
afterAll(() => trials.remove())

describe('the guarantee on the labels that a router was trained on', () => {
  it(`is broken in no more than 5 % of ${splits} splits, however the labels are spelt`, async () => {
    const { violations, bases } = await trials.countViolations(splits, respellByNumber, true)
    expect(bases).toEqual(['cross-fitted'])
    // One-sided binomial test: so many or more violations have a chance below 1 % if each has one of 5 %.
    expect(1 - binomialTail(violations - 1, splits, 1 - confidence)).toBeGreaterThan(0.01)
  })

  it('is broken in most of them by a router that does not recognise them, so that this test can fail', async () => {
    const { violations, bases } = await trials.countViolations(10, (text) => text, false)
    expect(bases).toEqual(['independent'])
    expect(violations).toBeGreaterThan(5)
  })
})

describe.each(Object.entries(spellings))('a file of labels with %s', (_, respell) => {
  it('is recognised as the one that the router was trained on', async () => {
    const labels = trials.population.slice(0, 60)
    const trained = trials.train(labels)
    const respelt = labels.map((row) => ({ ...row, prompt: respell(row.prompt) }))
    // The comparison with prompt length depends on the spelling.
    const asTrained = await trials.calibrate(trained, labels, true)
    expect(await trials.calibrate(trained, respelt, true)).toEqual({
      ...asTrained,
      separation: expect.anything(),
    })
    expect(asTrained.crossFittedLabels).toBe(60)
  })
})
