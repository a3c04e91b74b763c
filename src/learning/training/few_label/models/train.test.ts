import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRows } from '../../../../../test/support/artifacts/trained-artifact.ts'
import { createLetterEmbedder } from '../../../../../test/support/encoders/letter-embedder.ts'
import { encodeSafetensors } from '../../../../base/artifact/safetensors.ts'
import { saveRouterArtifact } from '../../../../base/artifact/save.ts'
import type { Embedder } from '../../../../routing/embedding/embedder.ts'
import { loadEmbedder } from '../../../../routing/embedding/registry.ts'
import { promptFromText } from '../../../../routing/prompts/routed-prompt.ts'
import {
  isCrossFittedModelScoringRouter,
  isReplyPredictingRouter,
} from '../../../../routing/routers/model-scoring-router.ts'
import { loadRouter } from '../../../../routing/routers/registry.ts'
import { isCrossFittedRouter, isExplainingRouter } from '../../../../routing/routers/router.ts'
import { loadPriorRouter, type PriorRouter } from '../prior.ts'
import { type FewLabelModelTraining, trainFewLabelModels } from './train.ts'

let folder: string
let embedder: Embedder
let prior: PriorRouter

const models = ['coder', 'writer', 'large']
const code = (row: number) => `Write a function in Python that sorts list number ${row} by its key.`
const verse = (row: number) => `Write a poem about autumn leaf ${row} and the quiet of the evening.`
const promptOf = (row: number) => (row % 2 === 0 ? code(row) : verse(row))
/** The coder fails at verse and the writer at code; the large model fails now and then, whatever is asked. */
const scoresOf = (row: number) => ({
  coder: row % 2 === 0 ? 1 : 0,
  writer: row % 2 === 0 ? 0 : 1,
  large: row % 7 === 0 ? 0 : 1,
  other: 0.5,
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-scores-'))
  prior = await loadPriorRouter()
  embedder = await loadEmbedder(prior.embedderId, {})
  const rows = Array.from({ length: 80 }, (_, row) => ({ prompt: promptOf(row), scores: scoresOf(row) }))
  await write('labels.jsonl', rows)
  await write(
    'gaps.jsonl',
    rows.map(({ prompt, scores: { coder, writer, large } }, row) => ({
      prompt,
      scores: row < 30 ? { coder, writer } : { coder, writer, large },
    })),
  )
  await write(
    'alike.jsonl',
    rows.map(({ prompt }, row) => ({ prompt, scores: { coder: row % 3, writer: row % 3, large: row % 3 } })),
  )
  await write('battles.jsonl', [{ prompt: 'x', model_a: 'coder', model_b: 'writer', winner: 'model_a' }])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const write = (name: string, rows: readonly object[]) => writeRows(join(folder, name), rows, new Date(1e12))

const train = (labels: string, options: Partial<FewLabelModelTraining> = {}) =>
  trainFewLabelModels({ name: 'pool', labels: [join(folder, labels)], models, embedder, prior, ...options })

async function trainedRouter(labels = 'labels.jsonl', options: Partial<FewLabelModelTraining> = {}) {
  const { artifact } = await train(labels, options)
  const place = join(folder, 'artifacts', 'pool')
  await saveRouterArtifact(place, artifact)
  const router = await loadRouter({ name: 'pool', artifact: place }, { embedderOptions: {}, hub: {} })
  if (!isCrossFittedModelScoringRouter(router)) throw new Error('it scores no models')
  return router
}

describe('trainFewLabelModels', () => {
  it('predicts the score of each model, on the scale of the labels', async () => {
    const router = await trainedRouter()
    expect(router.models).toEqual(models)
    expect(router.modelScoreUnit).toBe('labels')
    const [coder, writer, large] = await router.modelScores(promptFromText(code(901)))
    expect(coder).toBeGreaterThan(0.85)
    expect(writer).toBeLessThan(0.15)
    expect(large).toBeGreaterThan(0.6)
    const ofVerse = await router.modelScores(promptFromText(verse(902)))
    expect(ofVerse[1]).toBeGreaterThan(0.85)
    expect(ofVerse[0]).toBeLessThan(0.15)
  })

  it('says what a choice by the predictions is worth, beside the best model and the best choice', async () => {
    const { artifact, findings } = await train('labels.jsonl')
    expect(artifact.manifest.pair).toEqual({ strong: 'large', weak: 'writer' })
    expect(artifact.manifest.metrics).toMatchObject({ labels: 80, completeLabels: 80, bestChoiceScore: 1 })
    expect(artifact.manifest.metrics.bestModelScore).toBeCloseTo(1 - 12 / 80, 9)
    expect(artifact.manifest.metrics.leftOutChoiceScore).toBeGreaterThan(0.97)
    expect(artifact.manifest.metrics.leftOutChoiceOverBestLow).toBeGreaterThan(0)
    expect(artifact.manifest.metrics.keptDifferences).toBeGreaterThan(0.8)
    expect(findings?.[0]).toMatch(
      /^The model with the highest predicted score, each of 80 labels scored without itself: .* large alone 0\.850 \(difference \+0\.\d+ to \+0\.\d+\), the best possible choice 1\.000\.$/,
    )
  })

  it('keeps the scores of fits without the label, and the win rate of the pair agrees with them', async () => {
    const router = await trainedRouter('labels.jsonl', { strongModel: 'writer', weakModel: 'coder' })
    const label = promptFromText(verse(1))
    const leftOut = router.crossFittedModelScores(label)
    expect(leftOut).toHaveLength(3)
    expect(leftOut).not.toEqual(await router.modelScores(label))
    expect(leftOut?.[1]).toBeGreaterThan(0.7)
    expect(router.crossFittedModelScores(promptFromText('unknown'))).toBeUndefined()
    if (!isCrossFittedRouter(router) || !isExplainingRouter(router))
      throw new Error('capabilities are missing')
    expect(router.crossFittedWinRate(label)).toBeGreaterThan(0.7)
    expect(await router.strongWinRate(promptFromText(code(801)))).toBeLessThan(0.2)
    const { contributions } = await router.explain(promptFromText(code(801)))
    expect(contributions.length).toBeGreaterThan(3)
  })

  describe('of labels that say how many tokens replies have', () => {
    /** Verse is long; how long varies by a factor of up to 2. The large model writes four times as much. */
    const tokensOf = (row: number) => {
      const usual = (row % 2 === 0 ? 40 : 400) * (1 + (row % 5) / 4)
      return { coder: usual, writer: usual, large: 4 * usual }
    }
    const rowsWith = (outputTokens: (row: number) => Readonly<Record<string, number>>) =>
      Array.from({ length: 80 }, (_, row) => ({
        prompt: promptOf(row),
        scores: scoresOf(row),
        tokens: Object.fromEntries(
          Object.entries(outputTokens(row)).map(([model, output]) => [model, { input: 9, output }]),
        ),
      }))
    const predicting = async (rows: readonly object[]) => {
      await write('lengths.jsonl', rows)
      const router = await trainedRouter('lengths.jsonl')
      if (!isReplyPredictingRouter(router)) throw new Error('it predicts no lengths')
      return router
    }

    it('predicts the mean tokens of each model, within those of the labels', async () => {
      const router = await predicting(rowsWith(tokensOf))
      const ofCode = await router.predictReplies(promptFromText(code(901)))
      const ofVerse = await router.predictReplies(promptFromText(verse(902)))
      expect(ofCode.scores).toEqual(await router.modelScores(promptFromText(code(901))))
      // The means are 60 and 600.
      for (const [found, mean] of [
        [ofCode.outputTokens, 60],
        [ofVerse.outputTokens, 600],
      ] as const) {
        expect(found[0]).toBeGreaterThan(0.7 * mean)
        expect(found[0]).toBeLessThan(1.4 * mean)
        expect(found[2]! / found[0]!).toBeCloseTo(4, 3)
      }
      const odd = await router.predictReplies(promptFromText('0 '.repeat(3000)))
      expect(odd.outputTokens[0]).toBeGreaterThanOrEqual(40)
      expect(odd.outputTokens[0]).toBeLessThanOrEqual(800)
    })

    it('keeps those of fits without the label, whose mean is about that of the labels', async () => {
      const turned = rowsWith(tokensOf)
      turned[3] = rowsWith(() => ({ coder: 40, writer: 40, large: 40 }))[3]!
      const label = promptFromText(promptOf(3))
      const router = await predicting(rowsWith(tokensOf))
      const before = router.crossFittedOutputTokens(label)!
      const after = (await predicting(turned)).crossFittedOutputTokens(label)!
      expect(before[0]).toBeGreaterThan(400)
      expect(after[0]! / before[0]!).toBeGreaterThan(0.8)
      expect(router.crossFittedOutputTokens(promptFromText('unknown'))).toBeUndefined()
      const all = Array.from(
        { length: 80 },
        (_, row) => router.crossFittedOutputTokens(promptFromText(promptOf(row)))![0]!,
      )
      const mean = all.reduce((sum, each) => sum + each, 0) / 80
      expect(mean).toBeCloseTo(330, -1)
    })

    it('says how much of their variance is predicted', async () => {
      await write('lengths.jsonl', rowsWith(tokensOf))
      const { artifact, findings } = await train('lengths.jsonl')
      expect(artifact.manifest.metrics.replyLengthExplained).toBeGreaterThan(0.9)
      expect(findings?.at(-1)).toMatch(/tokens of a reply .* explains 9\d % of the variance/)
    })

    it('predicts none unless ten labels say it of each model', async () => {
      const few = (row: number) => ({ coder: 10, writer: 10, ...(row < 9 ? { large: 10 } : {}) })
      await write('lengths.jsonl', rowsWith(few))
      expect(isReplyPredictingRouter(await trainedRouter('lengths.jsonl'))).toBe(false)
      const enough = (row: number) => ({ coder: 10, writer: 10, ...(row < 10 ? { large: 30 } : {}) })
      const router = await predicting(rowsWith(enough))
      const { outputTokens } = await router.predictReplies(promptFromText(code(901)))
      expect([...outputTokens]).toEqual([10, 10, 30].map((tokens) => expect.closeTo(tokens, 3)))
    })

    it('refuses counts that are none', async () => {
      await write(
        'lengths.jsonl',
        rowsWith(() => ({ coder: -1 })),
      )
      await expect(train('lengths.jsonl')).rejects.toThrow(
        'needs {"input", "output"} in "tokens" of coder, numbers of 0 or more, got {"input":9,"output":-1}',
      )
    })
  })

  it('a left-out score does not depend on the label: turned round, it moves against it if at all', async () => {
    const rows = Array.from({ length: 80 }, (_, row) => ({ prompt: promptOf(row), scores: scoresOf(row) }))
    rows[3] = { prompt: promptOf(3), scores: { ...scoresOf(3), writer: 0 } }
    await write('turned.jsonl', rows)
    const label = promptFromText(promptOf(3))
    const before = (await trainedRouter()).crossFittedModelScores(label)!
    const after = (await trainedRouter('turned.jsonl')).crossFittedModelScores(label)!
    // Only the level, the shrinkage and what is common move a little; the label itself fell by 1.
    expect(Math.abs(after[1]! - before[1]!)).toBeLessThan(0.1)
  })

  it('takes prompts that some models were not tried on', async () => {
    const router = await trainedRouter('gaps.jsonl')
    const [coder, writer, large] = await router.modelScores(promptFromText(code(901)))
    expect(coder! - writer!).toBeGreaterThan(0.7)
    expect(large).toBeGreaterThan(0.6)
    // A prompt that the large model was not tried on has its score too.
    expect(router.crossFittedModelScores(promptFromText(promptOf(2)))?.every(Number.isFinite)).toBe(true)
    const { artifact } = await train('gaps.jsonl')
    expect(artifact.manifest.metrics.completeLabels).toBe(50)
  })

  it('gives the same bytes for the same labels', async () => {
    const bytes = async () => encodeSafetensors((await train('gaps.jsonl')).artifact.tensors)
    expect(await bytes()).toEqual(await bytes())
  })

  it('learns from the vectors of a further embedder', async () => {
    const { artifact } = await train('labels.jsonl', { other: createLetterEmbedder() })
    expect(artifact.manifest.embedder.id).toBe(createLetterEmbedder().id)
  })

  it.each([
    [{ models: ['coder'] }, 'labels.jsonl', 'too-few-models', /names coder only/],
    [{ models: ['coder', 'coder'] }, 'labels.jsonl', 'repeated-model', /names coder twice/],
    [{ models: ['coder', 'writr'] }, 'labels.jsonl', 'unknown-model', /has writr, .* Did you mean writer\?/],
    [{ strongModel: 'coder', weakModel: 'other' }, 'labels.jsonl', 'unknown-model', /other/],
    [{}, 'alike.jsonl', 'labels-all-alike', /all models have one score/],
    [{}, 'battles.jsonl', 'invalid-row', /is a battle/],
  ])('refuses %j on %s: %s', async (options, labels, code, message) => {
    await expect(train(labels, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  it('refuses a model with few scores', async () => {
    await write(
      'few.jsonl',
      Array.from({ length: 30 }, (_, row) => ({
        prompt: promptOf(row),
        scores: row < 9 ? scoresOf(row) : { coder: row % 2, writer: 1 },
      })),
    )
    await expect(train('few.jsonl')).rejects.toMatchObject({
      code: 'too-few-labels',
      message: expect.stringMatching(/scores of large on 9 distinct prompts/),
    })
  })
})
