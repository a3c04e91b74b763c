import { describe, expect, it } from 'vitest'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import type { ModelScoringRouter } from '../../routers/model-scoring-router.ts'
import type { Router } from '../../routers/router.ts'
import type { RoutedQuality } from './quality-estimate.ts'
import { createRouterEstimate } from './router-estimate.ts'

const prompt = promptFromText('x')
const model = (name: string, upstream = name) => ({ name, provider: 'p', upstream })

function scoring(
  scores: Readonly<Record<string, number>>,
  modelScoreUnit: ModelScoringRouter['modelScoreUnit'] = 'labels',
): ModelScoringRouter {
  const models = Object.keys(scores)
  return {
    name: 'r',
    models,
    pair: { strong: models[0]!, weak: models[1]! },
    modelScoreUnit,
    strongWinRate: () => 0.9,
    modelScores: () => Float64Array.from(Object.values(scores)),
  }
}

function qualitiesOf(estimate: RoutedQuality) {
  const found = estimate.predict(prompt)
  if (found instanceof Promise) throw new Error('it does not answer at once')
  return found.qualities
}

describe('the qualities that a router predicts', () => {
  it('are its scores of the candidates, in their order, if they have the unit of the labels', () => {
    const estimate = createRouterEstimate(scoring({ a: 7.5, b: 6, c: 9 }), [model('c'), model('a')])
    expect(qualitiesOf(estimate)).toEqual(Float64Array.of(9, 7.5))
  })

  it('are twice the probability of beating the best, if its scores are log-odds', () => {
    const router = scoring({ a: 1, b: 0, c: 3 }, 'log-odds')
    const qualities = qualitiesOf(createRouterEstimate(router, [model('a'), model('b'), model('c')]))
    // σ(−2) = 0.1192, σ(−3) = 0.0474
    expect(Array.from(qualities as Float64Array)).toEqual([
      expect.closeTo(0.2384, 4),
      expect.closeTo(0.0949, 4),
      1,
    ])
  })

  it('differ by 2w − 1 for log-odds as for a pair of the win rate w', () => {
    const logOdds = createRouterEstimate(scoring({ a: Math.log(4), b: 0 }, 'log-odds'), [
      model('a'),
      model('b'),
    ])
    const pair: Router = { name: 'pair', strongWinRate: () => 0.8 }
    for (const estimate of [logOdds, createRouterEstimate(pair, [model('a'), model('b')])]) {
      const [first, second] = Array.from(qualitiesOf(estimate))
      expect(first! - second!).toBeCloseTo(0.6, 12)
    }
  })

  it('of two candidates of which a router for one pair knows neither are the win rates of its pair, the first as the strong model', () => {
    const estimate = createRouterEstimate(scoring({ a: 1, b: 0 }, 'log-odds'), [model('x'), model('y')])
    expect(qualitiesOf(estimate)).toEqual([0.9, expect.closeTo(0.1, 12)])
  })

  it.each([
    ['predicts scores', scoring({ large: 1, small: 0 })],
    ['knows more than two models', scoring({ large: 1, small: 0, local: 0 }, 'log-odds')],
  ])(
    'are an error if it knows neither of two candidates and %s: their names may be misspelt',
    (_, router) => {
      expect(() => createRouterEstimate(router, [model('lagre'), model('smal')])).toThrow(
        'it does not know lagre, smal. Name the models as the router does',
      )
    },
  )

  it('come later if its scores do', async () => {
    const now = scoring({ a: 1, b: 2 })
    const later = { ...now, modelScores: async () => Float64Array.of(1, 2) }
    const estimate = createRouterEstimate(later, [model('b'), model('a')])
    expect(await estimate.predict(prompt)).toEqual({ qualities: Float64Array.of(2, 1), outputTokens: null })
  })
})

describe('the lengths that a router predicts', () => {
  const predicting = (later: boolean) => {
    const router = scoring({ a: 1, b: 2, c: 3 })
    const found = { scores: Float64Array.of(1, 2, 3), outputTokens: Float64Array.of(10, 20, 30) }
    return { ...router, predictReplies: () => (later ? Promise.resolve(found) : found) }
  }

  it.each([false, true])('are those of the candidates, in their order (later: %s)', async (later) => {
    const estimate = createRouterEstimate(predicting(later), [model('c'), model('a')])
    expect(estimate.predictsLengths).toBe(true)
    expect(await estimate.predict(prompt)).toEqual({
      qualities: Float64Array.of(3, 1),
      outputTokens: Float64Array.of(30, 10),
    })
  })
})

describe('the model of a router that a candidate is', () => {
  it.each([
    ['that of its name', model('b', 'a'), 2],
    ['that of its upstream name', model('mine', 'b'), 2],
    ['the same but for the release date', model('mine', 'gpt-4o-2024-08-06'), 3],
    ['the same but for the provider', model('mine', 'openai/gpt-4o'), 3],
  ])('is %s', (_what, candidate, score) => {
    const estimate = createRouterEstimate(scoring({ a: 1, b: 2, 'gpt-4o': 3 }), [candidate, model('a')])
    expect(qualitiesOf(estimate)).toEqual(Float64Array.of(score, 1))
  })

  it('is an error if there is none, with the names of both sides', () => {
    const router = scoring({ a: 1, b: 2 })
    expect(() => createRouterEstimate(router, [model('a'), model('mine', 'llama3.1')])).toThrow(
      'The router "r" scores 2 models: a, b. The candidates are a, mine (llama3.1); it does not know mine.',
    )
    expect(() =>
      createRouterEstimate(
        router,
        ['x', 'y', 'z'].map((name) => model(name)),
      ),
    ).toThrow('it does not know x, y, z')
  })

  it('is an error if it could be several', () => {
    const router = scoring({ 'gpt-4o-2024-05-13': 1, 'gpt-4o-2024-08-06': 2, a: 3 })
    expect(() => createRouterEstimate(router, [model('a'), model('gpt-4o')])).toThrow('does not know gpt-4o')
  })

  it('is an error for three candidates of a router that compares two', () => {
    const pair: Router = { name: 'length', strongWinRate: () => 0.5 }
    expect(() => createRouterEstimate(pair, [model('a'), model('b'), model('c')])).toThrow(
      'The router "length" compares two models only. The candidates are a, b, c',
    )
  })

  it('is an error for two efforts that it does not tell apart', () => {
    const [low, high] = (['low', 'high'] as const).map((effort) => ({ ...model(effort, 'o3'), effort }))
    const candidates = [model('a'), low!, high!]
    expect(() => createRouterEstimate(scoring({ a: 1, o3: 2 }), candidates)).toThrow(
      'The candidates low and high are both o3 to the router "r"',
    )
    const trained = createRouterEstimate(scoring({ a: 1, low: 2, high: 3 }), candidates)
    expect(qualitiesOf(trained)).toEqual(Float64Array.of(1, 2, 3))
  })
})
