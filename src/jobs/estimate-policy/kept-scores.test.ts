import { expect, it } from 'vitest'
import { builtinEmbedderId } from '../../routing/embedding/builtin/parameters.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import { findScoreSource, type KeptInput, withKeptScores } from './kept-scores.ts'

const vectorRouter = {
  name: 'mf',
  strongWinRate: () => 0.1,
  embedderId: builtinEmbedderId,
  dimensions: 2,
  strongWinRateOfEmbedding: () => 0.2,
}
const scoringRouter = {
  ...vectorRouter,
  models: ['a', 'b'],
  pair: { strong: 'a', weak: 'b' },
  modelScoreUnit: 'labels' as const,
  modelScores: () => Float64Array.of(0.1, 0),
}
const embeddingScores = { ...scoringRouter, modelScoresOfEmbedding: () => Float64Array.of(0.2, 0) }
const nothing: KeptInput = { hasText: false, vector: null, router: null, strongWinRate: null }
const vector = Float32Array.of(1, 2)
const winRate = { router: 'mf', strongWinRate: 0.3 }

it('takes the text, else the vector, else the win rate of the same router', () => {
  const sourceOf = (kept: Partial<KeptInput>) => findScoreSource(vectorRouter, true, { ...nothing, ...kept })
  expect(sourceOf({ hasText: true, vector, ...winRate })).toBe('text')
  expect(sourceOf({ vector, ...winRate })).toBe('vector')
  expect(sourceOf(winRate)).toBe('win-rate')
  expect(sourceOf({ ...winRate, router: 'other' })).toBeNull()
  // A vector of another length, or of another space, is none of this router's.
  expect(sourceOf({ vector: Float32Array.of(1) })).toBeNull()
  const foreign = { ...vectorRouter, embedderId: 'openai-compatible:tiny' }
  expect(findScoreSource(foreign, true, { ...nothing, vector })).toBeNull()
})

it('does not take a win rate for the scores of models, nor a vector for the lengths of replies', () => {
  expect(findScoreSource(scoringRouter, false, { ...nothing, vector, ...winRate })).toBeNull()
  expect(findScoreSource(embeddingScores, false, { ...nothing, vector })).toBe('vector')
  const predictReplies = () => ({ scores: Float64Array.of(0, 0), outputTokens: Float64Array.of(1, 1) })
  const predicting = { ...embeddingScores, predictReplies }
  expect(findScoreSource(predicting, false, { ...nothing, vector })).toBeNull()
  expect(findScoreSource(predicting, false, { ...nothing, hasText: true })).toBe('text')
})

it('scores by what is kept', () => {
  let current = nothing
  const router = withKeptScores(embeddingScores, true, () => current)
  const scores = [{ hasText: true }, { vector }, winRate].map((kept) => {
    current = { ...nothing, ...kept }
    return router.strongWinRate(promptFromText('hi'))
  })
  expect(scores).toEqual([0.1, 0.2, 0.3])
  const models = withKeptScores(embeddingScores, false, () => ({ ...nothing, vector }))
  expect((models as typeof embeddingScores).modelScores()).toEqual(Float64Array.of(0.2, 0))
})
