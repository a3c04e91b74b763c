import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lengthChoices, oracleChoices, sweepTolerances, sweepUsdWeights } from './choices.ts'
import { poolPoints } from './curve.ts'
import type { PoolOutcomes } from './pool-outcomes.ts'

/** Models cheap, middle, dear. */
const expected = {
  models: 3,
  scores: Float64Array.of(0.5, 0.7, 0.8, 0.9, 0.7, 0.6),
  usd: Float64Array.of(1, 2, 4, 1, 2, 4),
}

describe('sweepTolerances', () => {
  it('takes the cheapest model whose predicted loss is within the tolerance', () => {
    const [none, some, much] = sweepTolerances(expected, [0, 0.1, 0.3])
    expect([...none!.chosen]).toEqual([2, 0])
    expect([...some!.chosen]).toEqual([1, 0])
    expect([...much!.chosen]).toEqual([0, 0])
  })

  it('goes, without tolerances, from the best model of each prompt to the cheapest', () => {
    const all = sweepTolerances(expected)
    expect(all.length).toBe(101)
    expect([...all[0]!.chosen]).toEqual([2, 0])
    expect([...all.at(-1)!.chosen]).toEqual([0, 0])
  })

  it('never costs more at a higher tolerance', () => {
    const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 })
    const usd = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 12, maxLength: 12 })
    const property = fc.property(scores, usd, (predicted, dollars) => {
      const given = { models: 3, scores: Float64Array.from(predicted), usd: Float64Array.from(dollars) }
      const costs = sweepTolerances(given).map(({ chosen }) =>
        chosen.reduce((sum, model, prompt) => sum + given.usd[prompt * 3 + model]!, 0),
      )
      expect(costs.every((cost, index) => index === 0 || cost <= costs[index - 1]!)).toBe(true)
    })
    fc.assert(property, { seed: 1 })
  })
})

describe('sweepUsdWeights', () => {
  it('trades the score against dollars', () => {
    const [free, some, dear] = sweepUsdWeights(expected, [0, 0.1, 1])
    expect([...free!.chosen]).toEqual([2, 0])
    // 0.5 − 0.1, 0.7 − 0.2, 0.8 − 0.4
    expect([...some!.chosen]).toEqual([1, 0])
    expect([...dear!.chosen]).toEqual([0, 0])
  })

  it('ends where only dollars count', () => {
    expect([...sweepUsdWeights(expected).at(-1)!.chosen]).toEqual([0, 0])
    expect(sweepUsdWeights({ ...expected, usd: new Float64Array(6) }).map(({ setting }) => setting)).toEqual([
      0,
    ])
  })
})

const outcomes: PoolOutcomes = {
  prompts: ['a', 'bb', 'ccc', 'dddd'],
  models: ['cheap', 'dear'],
  scores: Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0),
  usd: Float64Array.of(1, 9, 1, 9, 1, 9, 1, 9),
  weights: new Float64Array(4).fill(1),
}

describe('oracleChoices', () => {
  it('knows the outcomes: the dear model answers only what it alone can', () => {
    expect(poolPoints(outcomes, oracleChoices(outcomes)).at(0)).toEqual({ cost: 3, quality: 0.75 })
    expect(poolPoints(outcomes, oracleChoices(outcomes)).at(-1)).toEqual({ cost: 1, quality: 0.5 })
  })
})

describe('lengthChoices', () => {
  it('gives the longer prompts to the dearer neighbour, from vertex to vertex of the hull', () => {
    const models = [
      { cost: 1, quality: 0.2 },
      { cost: 3, quality: 0.1 },
      { cost: 2, quality: 0.6 },
      { cost: 4, quality: 0.8 },
    ]
    const choices = lengthChoices(outcomes.prompts, models, 5)
    expect(choices.map(({ setting }) => setting)).toEqual([0, 0.5, 1, 1.5, 2])
    expect(choices.map(({ chosen }) => [...chosen])).toEqual([
      [0, 0, 0, 0],
      [0, 0, 2, 2],
      [2, 2, 2, 2],
      [2, 2, 3, 3],
      [3, 3, 3, 3],
    ])
  })

  it('moves prompts of one length together, and knows a single useful model', () => {
    const models = [
      { cost: 1, quality: 0 },
      { cost: 2, quality: 1 },
    ]
    expect([...lengthChoices(['x', 'y'], models, 3)[1]!.chosen]).toEqual([0, 0])
    expect(
      lengthChoices(
        ['x'],
        [
          { cost: 1, quality: 1 },
          { cost: 2, quality: 0 },
        ],
      ).length,
    ).toBe(1)
  })
})
