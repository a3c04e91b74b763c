import { describe, expect, it } from 'vitest'
import {
  createLetterEmbedder,
  createRemoteLetterEmbedder,
} from '../../../../test/support/encoders/letter-embedder.ts'
import { normalizeRows } from '../../../base/math/similarity/rows.ts'
import { fitNearestNeighbours } from '../../../learning/training/knn/fit.ts'
import { routerContract } from '../../../testing/router/router-contract.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import type { NearestNeighboursParameters } from './parameters.ts'
import { createNearestNeighboursRouter, type NearestNeighboursRouterOptions } from './router.ts'

const pair = { strong: 'large', weak: 'small' }

/** Points on a circle at the given angles, and who won there. */
function parametersOf(
  points: readonly { angle: number; strongWin: number; weight?: number }[],
): NearestNeighboursParameters {
  const values = Float32Array.from(points.flatMap(({ angle }) => [Math.cos(angle), Math.sin(angle)]))
  return fitNearestNeighbours(
    {
      prompts: Int32Array.from(points, (_, row) => row),
      strongWins: Float32Array.from(points, ({ strongWin }) => strongWin),
      weights: Float32Array.from(points, ({ weight }) => weight ?? 1),
    },
    {
      rows: { precision: 'float32', dimensions: 2, values },
      excerpts: points.map((_, row) => `prompt ${row}`),
    },
  )
}

const angles = { id: 'angles@1', dimensions: 2, embedNow: () => new Float32Array(2), embed: async () => [] }
type Options = Partial<NearestNeighboursRouterOptions>
const routerOf = (parameters: NearestNeighboursParameters, options: Options = {}) =>
  createNearestNeighboursRouter({ parameters, pair, embedder: angles, precision: 'float32', ...options })

const right = Math.PI / 2
const points = [
  { angle: 0, strongWin: 1 },
  { angle: right, strongWin: 0 },
  { angle: 2 * right, strongWin: 0 },
  { angle: Math.PI / 3, strongWin: 0.5, weight: 2 },
]

describe('the win rate of nearest neighbours', () => {
  it('is (β · base + Σ w y) / (β + Σ w) over the k nearest', () => {
    // Base: (1 + 0 + 0 + 2 · 0.5) / 5 = 0.4. Nearest to angle 0: itself (w = 1) and the one at 60° (w = 0.5 · 2).
    const winRate = routerOf(parametersOf(points), { k: 2, beta: 3 }).strongWinRateOfEmbedding([2, 0])
    expect(winRate).toBeCloseTo((3 * 0.4 + 1 * 1 + 1 * 0.5) / (3 + 1 + 1), 6)
  })

  it('is the score of the strong model, and 1 minus it that of the weak one', () => {
    const router = routerOf(parametersOf(points), { k: 2, beta: 3 })
    const winRate = router.strongWinRateOfEmbedding([2, 0])
    expect(router.models).toEqual(['large', 'small'])
    expect(router.modelScoresOfEmbedding([2, 0])).toEqual(Float64Array.of(winRate, 1 - winRate))
  })

  it('is the base rate where nothing is similar', () => {
    for (const beta of [0, 5]) {
      const router = routerOf(
        parametersOf([
          { angle: 0, strongWin: 1 },
          { angle: 0.1, strongWin: 0 },
        ]),
        { beta },
      )
      expect(router.strongWinRateOfEmbedding([-1, 0])).toBe(0.5)
      expect(router.strongWinRateOfEmbedding([0, 0])).toBe(0.5)
    }
  })

  it('comes nearer to the base rate with a larger β', () => {
    const rates = [0, 1, 10, 1e6].map((beta) =>
      routerOf(parametersOf(points), { k: 1, beta }).strongWinRateOfEmbedding([1, 0]),
    )
    expect(rates[0]).toBe(1)
    expect(rates.every((rate, i) => i === 0 || rate < rates[i - 1]!)).toBe(true)
    expect(rates[3]).toBeCloseTo(0.4, 4)
  })

  it('takes the earlier of equally similar prompts', () => {
    const twins = [0, 1, 1].map((strongWin) => ({ angle: 1, strongWin }))
    const embedding = [Math.cos(1), Math.sin(1)]
    expect(routerOf(parametersOf(twins), { k: 1, beta: 0 }).strongWinRateOfEmbedding(embedding)).toBe(0)
    expect(
      routerOf(parametersOf([...twins].reverse()), { k: 1, beta: 0 }).strongWinRateOfEmbedding(embedding),
    ).toBe(1)
  })

  it('counts several comparisons on a prompt as their share', () => {
    const prompts = {
      rows: { precision: 'float32', dimensions: 2, values: Float32Array.of(1, 0) } as const,
      excerpts: ['p'],
    }
    const comparisons = {
      prompts: Int32Array.of(0, 0, 0),
      strongWins: Float32Array.of(1, 0, 0.5),
      weights: Float32Array.of(2, 1, 1),
    }
    const parameters = fitNearestNeighbours(comparisons, prompts)
    expect(parameters.strongWins[0]).toBeCloseTo(2.5 / 4, 6)
    expect(parameters.weights[0]).toBe(4)
  })

  it('is in [0, 1] where all agree, whatever the weights', () => {
    const all = Array.from({ length: 50 }, (_, i) => ({ angle: i / 37, strongWin: 1, weight: 0.1 + i / 7 }))
    const rate = routerOf(parametersOf(all)).strongWinRateOfEmbedding([0.3, 0.7])
    expect(rate).toBeLessThanOrEqual(1)
    expect(rate).toBeCloseTo(1, 9)
  })

  it('shows its neighbours, nearest first', () => {
    const embedder = { ...angles, embedNow: () => Float32Array.of(1, 0.2) }
    const explanation = routerOf(parametersOf(points), { embedder, k: 3 }).explain(promptFromText('x'))
    expect(explanation).toMatchObject({
      nearest: [
        { prompt: 'prompt 0', modelA: 'large', modelB: 'small', winA: 1 },
        { prompt: 'prompt 3', winA: 0.5 },
        { prompt: 'prompt 1', winA: 0 },
      ],
    })
  })

  it('refuses a k or β out of range', () => {
    expect(() => routerOf(parametersOf(points), { k: 0 })).toThrow(/k is 0/)
    expect(() => routerOf(parametersOf(points), { beta: -1 })).toThrow(/beta is -1/)
  })
})

describe('nearest neighbours keep the contract of a router', () => {
  const { embedNow, dimensions } = createLetterEmbedder()
  const texts = ['prove the theorem', 'hello there', 'write a haiku', 'sort this list', 'what is 2 + 2']
  const values = normalizeRows(Float32Array.from(texts.flatMap((text) => [...embedNow(text)])), dimensions)
  const parameters = fitNearestNeighbours(
    {
      prompts: Int32Array.of(0, 1, 2, 3, 4),
      strongWins: Float32Array.of(1, 0, 0.5, 1, 0),
      weights: new Float32Array(5).fill(1),
    },
    { rows: { precision: 'float32', dimensions, values }, excerpts: texts },
  )
  for (const embedderOf of [createLetterEmbedder, createRemoteLetterEmbedder])
    describe(embedderOf.name, async () => {
      const create = () =>
        createNearestNeighboursRouter({
          parameters,
          pair,
          embedder: embedderOf(),
          k: 3,
          winRateQuantiles: [0.1, 0.9],
        })
      for (const { name, run } of await routerContract(create)) it(name, run)
    })
})
