import assert from 'node:assert/strict'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import {
  isModelScoringEmbeddingRouter,
  isReplyPredictingRouter,
  type ModelScoringRouter,
} from '../../routing/routers/model-scoring-router.ts'
import type { ContractCase } from '../contract-case.ts'
import { firstText, sampleTexts, secondText } from '../sample-texts.ts'

/** Sums are taken in another order for scores than for win rates. */
const rounding = 1e-6

/** The rules of `ModelScoringRouter`; part of `routerContract`. */
export function modelScoringRouterCases(
  createRouter: () => Promise<ModelScoringRouter>,
  tolerance: number,
): ContractCase[] {
  return [
    {
      name: 'it scores at least two models, each once, and its pair is among them',
      run: async () => {
        const { models, pair } = await createRouter()
        assert.ok(models.length >= 2, `${models.length} models are too few`)
        assert.equal(new Set(models).size, models.length, 'a model is there twice')
        assert.ok(models.includes(pair.strong) && models.includes(pair.weak) && pair.strong !== pair.weak)
      },
    },
    ...sampleTexts.map(({ kind, text }) => ({
      name: `a prompt of ${kind} has one finite score per model`,
      run: async () => {
        const router = await createRouter()
        checkScores(await router.modelScores(promptFromText(text)), router)
      },
    })),
    {
      name: 'equal prompts have equal model scores, whatever was scored between them',
      run: async () => {
        const router = await createRouter()
        const first = await router.modelScores(promptFromText(firstText))
        await router.modelScores(promptFromText(secondText))
        const again = await router.modelScores(promptFromText(firstText))
        for (const [model, score] of first.entries())
          assert.ok(
            Math.abs(score - (again[model] ?? Number.NaN)) <= tolerance,
            `${score}, then ${again[model]}`,
          )
      },
    },
    {
      name: "the win rate never falls as the difference of the pair's scores rises",
      run: async () => {
        const router = await createRouter()
        const points: Point[] = []
        for (const { text } of sampleTexts) {
          const prompt = promptFromText(text)
          points.push(toPoint(router, await router.modelScores(prompt), await router.strongWinRate(prompt)))
        }
        checkMonotone(points, tolerance)
      },
    },
    {
      name: 'replies, if it predicts any, have tokens above 0 for each model, beside its scores',
      run: async () => {
        const router = await createRouter()
        if (!isReplyPredictingRouter(router)) return
        for (const { text } of sampleTexts) {
          const { scores, outputTokens } = await router.predictReplies(promptFromText(text))
          const alone = await router.modelScores(promptFromText(text))
          for (const [model, score] of alone.entries())
            assert.ok(
              Math.abs(score - (scores[model] ?? Number.NaN)) <= tolerance,
              `${scores[model]} beside the lengths, and ${score} alone`,
            )
          checkScores(outputTokens, router)
          assert.ok(
            outputTokens.every((tokens) => tokens > 0),
            `a reply has ${outputTokens} tokens`,
          )
        }
      },
    },
    {
      name: 'an embedding, if it takes any, has model scores by the same rules',
      run: async () => {
        const router = await createRouter()
        if (!isModelScoringEmbeddingRouter(router)) return
        const points = [-2, -0.5, 0, 0.5, 2].map((scale) => {
          const embedding = Array.from(
            { length: router.dimensions },
            (_, index) => Math.sin(index + 1) * scale,
          )
          const scores = router.modelScoresOfEmbedding(embedding)
          checkScores(scores, router)
          return toPoint(router, scores, router.strongWinRateOfEmbedding(embedding))
        })
        checkMonotone(points, tolerance)
        assert.throws(() => router.modelScoresOfEmbedding([]), { name: 'EmbeddingError' })
      },
    },
  ]
}

type Point = { readonly difference: number; readonly winRate: number }

function toPoint({ models, pair }: ModelScoringRouter, scores: Float64Array, winRate: number): Point {
  const scoreOf = (model: string) => scores[models.indexOf(model)] ?? Number.NaN
  return { difference: scoreOf(pair.strong) - scoreOf(pair.weak), winRate }
}

function checkMonotone(points: readonly Point[], tolerance: number): void {
  const ordered = points.toSorted((a, b) => a.difference - b.difference)
  for (const [index, { difference, winRate }] of ordered.entries()) {
    const before = ordered[index - 1]
    if (before === undefined || difference - before.difference <= rounding) continue
    assert.ok(
      winRate >= before.winRate - tolerance,
      `the win rate falls from ${before.winRate} to ${winRate}, and the difference rises from ${before.difference} to ${difference}`,
    )
  }
}

function checkScores(scores: Float64Array, { models }: ModelScoringRouter): void {
  assert.ok(scores instanceof Float64Array, 'modelScores gives a Float64Array')
  assert.equal(scores.length, models.length, 'one score per model')
  for (const [model, score] of scores.entries())
    assert.ok(Number.isFinite(score), `the score of ${models[model]} is ${score}`)
}
