import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRows } from '../../../../test/support/artifacts/trained-artifact.ts'
import { encodeSafetensors } from '../../../base/artifact/safetensors.ts'
import { saveRouterArtifact } from '../../../base/artifact/save.ts'
import type { Embedder } from '../../../routing/embedding/embedder.ts'
import { loadEmbedder } from '../../../routing/embedding/registry.ts'
import { loadRouter } from '../../../routing/routers/registry.ts'
import { loadVerifier } from '../../../routing/verifiers/load.ts'
import type { Verifier } from '../../../routing/verifiers/verifier.ts'
import { verifierContract } from '../../../testing/index.ts'
import { loadPriorRouter, type PriorRouter } from '../few_label/prior.ts'
import { type CascadeTraining, trainCascade } from './train.ts'

let folder: string
let embedder: Embedder
let prior: PriorRouter

const promptOf = (row: number) =>
  `Ann has ${row + 2} boxes of ${(row % 7) + 3} pens. How many pens are there?`
/** Every third answer has an equation that does not hold, which nothing but reading it shows. */
const isWrong = (row: number) => row % 3 === 0
function answerOf(row: number): string {
  const pens = (row + 2) * ((row % 7) + 3) + (isWrong(row) ? 1 : 0)
  return `There are ${row + 2} * ${(row % 7) + 3} = ${pens} pens. The answer is ${pens}.`
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cascade-training-'))
  prior = await loadPriorRouter()
  embedder = await loadEmbedder(prior.embedderId, {})
  const rows = Array.from({ length: 90 }, (_, row) => ({
    prompt: promptOf(row),
    scores: { big: 1, small: isWrong(row) ? 0 : 1 },
    answer: answerOf(row),
  }))
  await write('labels.jsonl', rows)
  await write(
    'by-model.jsonl',
    rows.map(({ answer, ...row }) => ({ ...row, answers: { big: 'It is so.', small: answer } })),
  )
  await write(
    'unanswered.jsonl',
    rows.map(({ answer: _, ...row }) => row),
  )
  await write('few.jsonl', rows.slice(0, 5))
  await write(
    'alike.jsonl',
    rows.map((row) => ({ ...row, scores: { big: 1, small: 1 } })),
  )
  await write('partly.jsonl', [
    ...rows,
    { prompt: 'one more', scores: { big: 1, small: 0 } },
    { ...rows[0], answer: 'another' },
  ])
  await write(
    'traced.jsonl',
    rows.map((row, index) => ({
      ...row,
      answer: 'It is hard to say.',
      logprobs: isWrong(index) ? [-2, -0.1] : [-0.1, -0.1],
      samples: ['It is 4.', 'It is 4.'],
    })),
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const write = (name: string, rows: readonly object[]) => writeRows(join(folder, name), rows, new Date(1e12))

const train = (file: string, options: Partial<CascadeTraining> = {}) =>
  trainCascade({
    name: 'mine',
    labels: [join(folder, file)],
    strongModel: 'big',
    weakModel: 'small',
    embedder,
    prior,
    ...options,
  })

const verifiers = new Map<string, Verifier>()

async function trainedVerifier(file: string): Promise<Verifier> {
  const known = verifiers.get(file)
  if (known !== undefined) return known
  const { artifact } = await train(file)
  const place = join(folder, 'artifacts', 'mine')
  await saveRouterArtifact(place, artifact)
  const verifier = await loadVerifier({ name: 'mine', artifact: place }, { embedderOptions: {} })
  verifiers.set(file, verifier)
  return verifier
}

describe('trainCascade', () => {
  it('learns from the answer what the prompt does not show, and says so', async () => {
    const { artifact, findings, warnings } = await train('labels.jsonl')
    const { metrics, pair, kind } = artifact.manifest
    expect({ pair, kind }).toEqual({ pair: { strong: 'big', weak: 'small' }, kind: 'cascade' })
    expect(metrics.leftOutApgr).toBeGreaterThan(0.8)
    expect(metrics.leftOutApgrOfPromptOnly).toBeLessThan(0.7)
    expect(metrics.leftOutApgrOverPromptOnlyLow).toBeGreaterThan(0)
    expect(findings?.join(' ')).toMatch(/Reading the answer is better than reading the prompt only/)
    expect(warnings).toEqual([])
  })

  it('escalates new wrong answers before new right ones', async () => {
    const verifier = await trainedVerifier('labels.jsonl')
    const winRate = (row: number) => verifier.strongWinRate({ prompt: promptOf(row), answer: answerOf(row) })
    const rows = Array.from({ length: 30 }, (_, index) => 200 + index)
    const lowestWrong = Math.min(...rows.filter(isWrong).map(winRate))
    const highestRight = Math.max(...rows.filter((row) => !isWrong(row)).map(winRate))
    expect(lowestWrong).toBeGreaterThan(highestRight)
  })

  it('knows the win rate of a labelled prompt from a fit without it', async () => {
    const verifier = await trainedVerifier('labels.jsonl')
    const answer = { prompt: promptOf(3), answer: answerOf(3) }
    expect(verifier.crossFittedWinRate(answer)).toBeLessThan(verifier.strongWinRate(answer))
  })

  it('reads the answers by model too', async () => {
    const [own, byModel] = [await train('labels.jsonl'), await train('by-model.jsonl')]
    expect(encodeSafetensors(byModel.artifact.tensors)).toEqual(encodeSafetensors(own.artifact.tensors))
  })

  it('gives the same bytes for the same labels', async () => {
    const [one, other] = [await train('labels.jsonl'), await train('labels.jsonl')]
    expect(other.artifact.manifest).toEqual(one.artifact.manifest)
    expect(encodeSafetensors(other.artifact.tensors)).toEqual(encodeSafetensors(one.artifact.tensors))
  })

  it('learns from log probabilities if the labels have them', async () => {
    const verifier = await trainedVerifier('traced.jsonl')
    const answer = { prompt: promptOf(100), answer: 'It is hard to say.' }
    const [sure, unsure, unknown] = [[-0.1, -0.1], [-2, -0.1], undefined].map((tokenLogprobs) =>
      verifier.strongWinRate({ ...answer, ...(tokenLogprobs !== undefined && { tokenLogprobs }) }),
    )
    expect(unsure).toBeGreaterThan(sure!)
    expect(unknown).toBeGreaterThan(sure!)
    expect(unknown).toBeLessThan(unsure!)
  })

  it('counts what it leaves out', async () => {
    const { artifact, warnings } = await train('partly.jsonl')
    expect(artifact.manifest.data[0]!.rows).toBe(90)
    expect(warnings).toEqual([
      expect.stringMatching(/^1 labelled rows have no answer of small/),
      expect.stringMatching(/^1 rows have another answer to a prompt/),
    ])
  })

  it.each([
    [
      'unanswered.jsonl',
      { code: 'no-answers', message: expect.stringMatching(/90 labelled rows .*"answers": \{"small"/) },
    ],
    ['few.jsonl', { code: 'too-few-labels' }],
    ['alike.jsonl', { code: 'labels-all-alike' }],
  ])('refuses %s', async (file, error) => {
    await expect(train(file)).rejects.toMatchObject(error)
  })

  it('refuses a pair that the labels do not have', async () => {
    await expect(train('labels.jsonl', { weakModel: 'tiny' })).rejects.toMatchObject({
      code: 'unknown-model',
    })
    const { strongModel: _, ...asked } = { strongModel: '', labels: [join(folder, 'labels.jsonl')] }
    await expect(trainCascade({ name: 'mine', embedder, prior, ...asked })).rejects.toMatchObject({
      code: 'pair-needed',
    })
  })

  it('holds no text of any prompt or answer', async () => {
    const { artifact } = await train('labels.jsonl')
    const bytes = Buffer.from(encodeSafetensors(artifact.tensors)).toString('latin1')
    expect(`${bytes}${JSON.stringify(artifact.manifest)}`).not.toMatch(/pens|boxes/)
  })
})

describe('a trained verifier', () => {
  for (const { name, run } of verifierContract(() => trainedVerifier('labels.jsonl'))) it(name, run)

  it('is no router', async () => {
    await trainedVerifier('labels.jsonl')
    const spec = { name: 'mine', artifact: join(folder, 'artifacts', 'mine') }
    await expect(loadRouter(spec, { embedderOptions: {}, hub: {} })).rejects.toMatchObject({
      code: 'verifier-not-router',
    })
  })

  it('refuses an artifact of other features', async () => {
    const { artifact } = await train('labels.jsonl')
    const place = join(folder, 'artifacts', 'older')
    const options = { ...artifact.manifest.options, answerFeatures: 'older' }
    await saveRouterArtifact(place, { ...artifact, manifest: { ...artifact.manifest, options } })
    await expect(
      loadVerifier({ name: 'older', artifact: place }, { embedderOptions: {} }),
    ).rejects.toMatchObject({
      code: 'weights-shape',
      message: expect.stringContaining('Train the verifier again'),
    })
  })
})
