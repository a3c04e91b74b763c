import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRows } from '../../../../test/support/artifacts/trained-artifact.ts'
import { createLetterEmbedder } from '../../../../test/support/encoders/letter-embedder.ts'
import { encodeSafetensors } from '../../../base/artifact/safetensors.ts'
import { saveRouterArtifact } from '../../../base/artifact/save.ts'
import type { Embedder } from '../../../routing/embedding/embedder.ts'
import { loadEmbedder } from '../../../routing/embedding/registry.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import { loadRouter } from '../../../routing/routers/registry.ts'
import {
  isCalibratedRouter,
  isCrossFittedRouter,
  isExplainingRouter,
} from '../../../routing/routers/router.ts'
import type { FewLabelTraining } from './few-label-training.ts'
import { loadPriorRouter, type PriorRouter } from './prior.ts'
import { trainFewLabel } from './train.ts'

let folder: string
let embedder: Embedder
let prior: PriorRouter

// The ones that need the strong model ask less, so that the built-in router is of no help.
const hard = (row: number) => `Which colour is the ${'abcdefghij'[row % 10]} ball in box ${row}?`
const easy = (row: number) =>
  `Look at the 2 pictures first. Then derive the eigenvalues of operator ${'abcdefghij'[row % 10]}${row} of 90, and prove each step.`
const promptOf = (row: number) => (row % 2 === 0 ? hard(row) : easy(row))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-training-'))
  prior = await loadPriorRouter()
  embedder = await loadEmbedder(prior.embedderId, {})
  const rows = (count: number, weakFails: (row: number) => boolean) =>
    Array.from({ length: count }, (_, row) => ({
      prompt: promptOf(row),
      scores: { big: 1, small: weakFails(row) ? 0 : 1 },
    }))
  await write(
    'labels.jsonl',
    rows(120, (row) => row % 2 === 0),
  )
  // Which model wins has nothing to do with the prompt.
  await write(
    'noise.jsonl',
    rows(40, (row) => ((row * 7919) >> 2) % 2 === 0),
  )
  await write('worse.jsonl', [
    ...rows(20, (row) => row < 4),
    ...Array.from({ length: 20 }, (_, row) => ({ prompt: `worse ${row}`, scores: { big: 0, small: 1 } })),
  ])
  await write(
    'log.jsonl',
    Array.from({ length: 300 }, (_, row) => ({ prompt: promptOf(row + 1000) })),
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const write = (name: string, rows: readonly object[]) => writeRows(join(folder, name), rows, new Date(1e12))

const train = (options: Partial<FewLabelTraining> = {}) =>
  trainFewLabel({
    name: 'mine',
    labels: [join(folder, 'labels.jsonl')],
    strongModel: 'big',
    weakModel: 'small',
    embedder,
    prior,
    ...options,
  })

const letterEmbedder = createLetterEmbedder()
const none = { embedderOptions: {}, hub: {} }

async function trainedRouter(options: Partial<FewLabelTraining> = {}) {
  const { artifact } = await train(options)
  const place = join(folder, 'artifacts', 'mine')
  await saveRouterArtifact(place, artifact)
  return loadRouter({ name: 'mine', artifact: place }, none)
}

describe('trainFewLabel', () => {
  it('learns what the labels teach, and says so', async () => {
    const { artifact, findings, warnings } = await train({ prompts: [join(folder, 'log.jsonl')] })
    expect(warnings).toEqual([
      expect.stringMatching(
        /^The default orders your prompts the wrong way round: .* interval 0\.\d\d to 0\.[0-4]/,
      ),
    ])
    expect(findings).toEqual([expect.stringMatching(/^Kept all that the 120 labels teach/)])
    const { metrics, pair, data, created, calibration } = artifact.manifest
    expect(metrics).toMatchObject({ labels: 120, prompts: 420, trust: 1, strongWins: 0.5 })
    // Half of the prompts need the strong model, so that the best order has 0.75.
    expect(metrics.leftOutApgr).toBeCloseTo(0.75, 9)
    expect(metrics.leftOutApgrOverPriorLow).toBeGreaterThan(0)
    expect(pair).toEqual({ strong: 'big', weak: 'small' })
    expect(data.map(({ name, rows }) => [name, rows])).toEqual([
      ['labels.jsonl', 120],
      ['log.jsonl', 300],
    ])
    expect(created).toBe('2001-09-09T01:46:40.000Z')
    expect(calibration?.prompts).toBe(420)
  })

  it('makes a router that tells new prompts apart by calibrated win rates', async () => {
    const router = await trainedRouter()
    const hardRate = Number(await router.strongWinRate(promptFromText(hard(2001))))
    const easyRate = Number(await router.strongWinRate(promptFromText(easy(2001))))
    expect(hardRate).toBeGreaterThan(0.8)
    expect(easyRate).toBeLessThan(0.2)
    expect(isCalibratedRouter(router)).toBe(true)
  })

  it('knows what it would say of each label had it been left out', async () => {
    const router = await trainedRouter()
    if (!isCrossFittedRouter(router)) throw new Error('it is a cross-fitted router')
    expect(router.crossFittedWinRate(promptFromText(easy(2001)))).toBeUndefined()
    for (const row of [0, 1, 118, 119]) {
      const leftOut = router.crossFittedWinRate(promptFromText(promptOf(row)))!
      const learned = Number(await router.strongWinRate(promptFromText(promptOf(row))))
      // Seeing a label draws the win rate towards it.
      if (row % 2 === 0) expect(leftOut).toBeLessThan(learned)
      else expect(leftOut).toBeGreaterThan(learned)
      expect(Math.abs(leftOut - learned)).toBeLessThan(0.1)
    }
  })

  it('explains a score by its words, and its parts sum to the log-odds', async () => {
    const router = await trainedRouter()
    if (!isExplainingRouter(router)) throw new Error('it explains')
    const contributionsOf = async (text: string) => (await router.explain(promptFromText(text))).contributions
    const contributions = await contributionsOf(hard(2001))
    const word = contributions.find(({ feature }) => feature === '“colour”')
    expect(word).toMatchObject({ value: 1 })
    expect(word!.effect).toBeGreaterThan(0)
    const logOdds = (winRate: number) => Math.log(winRate / (1 - winRate))
    const rest = async (text: string) =>
      logOdds(Number(await router.strongWinRate(promptFromText(text)))) -
      (await contributionsOf(text)).reduce((sum, { effect }) => sum + effect, 0)
    expect(await rest(hard(2001))).toBeCloseTo(await rest(easy(3)), 9)
  })

  it('gives the same bytes for the same files and seed', async () => {
    const bytes = async (seed: number) => {
      const { artifact } = await train({ seed, prompts: [join(folder, 'log.jsonl')] })
      return [
        JSON.stringify(artifact.manifest),
        Buffer.from(encodeSafetensors(artifact.tensors)).toString('base64'),
      ]
    }
    expect(await bytes(3)).toEqual(await bytes(3))
    expect((await bytes(4))[0]).not.toEqual((await bytes(3))[0])
  })

  it('keeps the order of the built-in router where the labels are noise, and says so', async () => {
    const { artifact, findings } = await train({ labels: [join(folder, 'noise.jsonl')] })
    expect(artifact.manifest.metrics.trust).toBe(0)
    expect(findings).toEqual([
      expect.stringMatching(/^Kept the built-in router's order.*label about 200 prompts/),
    ])
    const router = await trainedRouter({ labels: [join(folder, 'noise.jsonl')] })
    const builtin = await loadRouter({ name: 'mf' }, none)
    const prompts = Array.from({ length: 30 }, (_, row) => promptFromText(promptOf(row)))
    const order = async ({ strongWinRate }: typeof router) => {
      const winRates = await Promise.all(prompts.map((prompt) => strongWinRate(prompt)))
      return prompts.map((_, row) => row).toSorted((a, b) => winRates[a]! - winRates[b]! || a - b)
    }
    expect(await order(router)).toEqual(await order(builtin))
  })

  it('learns too where the strong model is not better on average, and warns', async () => {
    const { artifact, warnings } = await train({ labels: [join(folder, 'worse.jsonl')] })
    expect(warnings).toEqual([
      expect.stringMatching(/big scores 0\.500 on average and small 0\.900, so there is no gap/),
    ])
    expect(artifact.manifest.metrics.leftOutApgr).toBeUndefined()
  })

  it('takes the vectors of a further embedder, and needs it to score', async () => {
    const { artifact } = await train({ other: letterEmbedder })
    expect(artifact.manifest.embedder).toEqual({
      id: letterEmbedder.id,
      dimensions: letterEmbedder.dimensions,
    })
    expect(artifact.tensors.get('meaning_centre')?.shape).toEqual([letterEmbedder.dimensions])
  })

  it('loads for its own pair and embedder only', async () => {
    const { artifact } = await train()
    const place = join(folder, 'loaded', 'mine')
    const load = async (spec: object, options: object = {}) => {
      const { manifest } = artifact
      const changed = { ...manifest, options: { ...manifest.options, ...options } }
      await saveRouterArtifact(place, { ...artifact, manifest: changed })
      return loadRouter({ name: 'mine', artifact: place, ...spec }, none)
    }
    expect((await load({ embedder: 'builtin' })).name).toBe('mine')
    await expect(load({ scoringStrongModel: 'big' })).rejects.toMatchObject({ code: 'no-scoring-models' })
    await expect(load({}, { baseEmbedder: 'builtin@0' })).rejects.toMatchObject({
      code: 'embedder-mismatch',
      message: expect.stringContaining('Train the router again on the same labels'),
    })
    const elsewhere = { embedderOptions: { baseUrl: 'http://127.0.0.1:9/v1', dimensions: 3 }, hub: {} }
    await expect(
      loadRouter({ name: 'mine', artifact: place, embedder: 'openai-compatible:other' }, elsewhere),
    ).rejects.toMatchObject({ code: 'embedder-mismatch' })
  })

  it('holds no text of any prompt', async () => {
    const { artifact } = await train({ prompts: [join(folder, 'log.jsonl')] })
    const bytes = Buffer.concat([
      Buffer.from(JSON.stringify(artifact.manifest)),
      encodeSafetensors(artifact.tensors),
    ])
    for (const word of ['eigenvalues', 'colour', 'operator']) expect(bytes.includes(word)).toBe(false)
  })

  it.each([
    [{ name: 'My Router' }, 'invalid-training-option'],
    [{ labels: [] }, 'invalid-training-option'],
    [{ strongModel: 'bigg' }, 'unknown-model'],
    [{ prior: { embedderId: 'builtin@0', direction: new Float32Array(151) } }, 'embedder-mismatch'],
    [
      { embedder: letterEmbedder, prior: { embedderId: 'letters@1', direction: new Float32Array(27) } },
      'unsuitable-embedder',
    ],
    [{ signal: AbortSignal.abort(Object.assign(new Error('stopped'), { code: 'stopped' })) }, 'stopped'],
  ] as const)('refuses %o with %s', async (options, code) => {
    await expect(train(options)).rejects.toMatchObject({ code })
  })
})
