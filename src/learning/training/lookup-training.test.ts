import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRows } from '../../../test/support/artifacts/trained-artifact.ts'
import { createLetterEmbedder } from '../../../test/support/encoders/letter-embedder.ts'
import { loadRouterArtifact } from '../../base/artifact/load.ts'
import { encodeSafetensors } from '../../base/artifact/safetensors.ts'
import { saveRouterArtifact } from '../../base/artifact/save.ts'
import { createRandom } from '../../base/math/random.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import { nearestNeighboursRouterOfArtifact } from '../../routing/routers/knn/router.ts'
import { similarityWeightedRouterOfArtifact } from '../../routing/routers/sw_ranking/router.ts'
import { routerArtifactContract } from '../../testing/router/router-artifact-contract.ts'
import { trainNearestNeighbours } from './knn/train.ts'
import { trainSimilarityWeighted } from './sw_ranking/train.ts'

const embedder = createLetterEmbedder()
const trainers = { sw_ranking: trainSimilarityWeighted, knn: trainNearestNeighbours }
const loaders = { sw_ranking: similarityWeightedRouterOfArtifact, knn: nearestNeighboursRouterOfArtifact }
const kinds = ['sw_ranking', 'knn'] as const

let folder = ''
let outcomes = ''
let embedded = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookup-training-'))
  outcomes = join(folder, 'outcomes.jsonl')
  embedded = join(folder, 'embedded.jsonl')
  const random = createRandom(11)
  // Prompts full of z need the large model; all others any model answers as well.
  const rows = Array.from({ length: 150 }, (_, i) => {
    const hard = i % 2 === 0
    const prompt = `${(hard ? 'zz' : 'ee').repeat(1 + random.nextInt(5))} ${'abcdefgh'[random.nextInt(8)]} ${i}`
    const scores = { large: 1, middle: random.nextInt(2), small: hard ? 0 : 1 }
    return { prompt, scores }
  })
  const day = new Date('2024-06-26T00:00:00Z')
  await writeRows(outcomes, rows, day)
  const withEmbeddings = rows.map((row) => ({ ...row, embedding: [...embedder.embedNow(row.prompt)] }))
  await writeRows(embedded, withEmbeddings, day)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const train = (kind: (typeof kinds)[number], options: object = {}) =>
  trainers[kind]({
    name: 'mine',
    data: [outcomes],
    embedder,
    strongModel: 'large',
    weakModel: 'small',
    calibrationPrompts: 40,
    ...options,
  })

describe.each(kinds)('training %s', (kind) => {
  it('makes an artifact whose router knows hard prompts from easy ones', async () => {
    const { artifact, warnings } = await train(kind, { licences: { [outcomes]: 'MIT' } })
    expect(warnings).toEqual([])
    expect(artifact.manifest).toMatchObject({
      kind,
      embedder: { id: 'letters@1', dimensions: 27 },
      pair: { strong: 'large', weak: 'small' },
      data: [{ name: 'outcomes.jsonl', licence: 'MIT', rows: 150 }],
      created: '2024-06-26T00:00:00.000Z',
      calibration: { prompts: 40 },
    })
    expect(artifact.manifest.metrics.validationApgr).toBeGreaterThan(0.6)
    const router = loaders[kind](artifact, 'mine', { embedder })
    const hard = Number(router.strongWinRate(promptFromText('zzzz zz')))
    expect(hard).toBeGreaterThan(Number(router.strongWinRate(promptFromText('eeee ee'))))
    const { nearest } = await router.explain(promptFromText('zzzz zz'))
    expect(nearest?.[0]?.prompt).toMatch(/^z/)
  })

  it('gives the same bytes for the same data and seed', async () => {
    const [one, other] = [await train(kind), await train(kind)]
    expect(one.artifact.manifest).toEqual(other.artifact.manifest)
    expect(encodeSafetensors(one.artifact.tensors)).toEqual(encodeSafetensors(other.artifact.tensors))
  })

  it('survives a folder, and then scores alike', async () => {
    const { artifact } = await train(kind)
    const place = join(folder, kind)
    await saveRouterArtifact(place, artifact)
    const loaded = loaders[kind](await loadRouterArtifact(place), place, { embedder })
    const trained = loaders[kind](artifact, place, { embedder })
    for (const prompt of ['zz a', 'ee b', '', 'something else'].map(promptFromText))
      expect(loaded.strongWinRate(prompt)).toBe(trained.strongWinRate(prompt))
    expect(loaded.name).toBe(kind)
  })

  it('in bytes takes less space and scores nearly alike', async () => {
    const { artifact } = await train(kind, { precision: 'int8' })
    expect(artifact.tensors.get('embeddings')).toMatchObject({ dtype: 'I8', shape: [150, 27] })
    const router = loaders[kind](artifact, 'mine', { embedder })
    const exact = loaders[kind]((await train(kind)).artifact, 'mine', { embedder })
    for (const prompt of ['zz a', 'ee b', 'something else'].map(promptFromText))
      expect(Number(router.strongWinRate(prompt))).toBeCloseTo(Number(exact.strongWinRate(prompt)), 1)
  })

  it('takes embeddings from the rows, and keeps no text where none is wanted', async () => {
    const given = await train(kind, { data: [embedded], embedder: undefined, excerptCharacters: 0 })
    expect(given.artifact.manifest.embedder).toEqual({ id: 'external', dimensions: 27 })
    expect(given.artifact.tensors.get('excerpts')?.bytes.length).toBe(0)
    const own = await train(kind)
    const score = (artifact: typeof own.artifact) =>
      loaders[kind](artifact, 'mine', { embedder }).strongWinRateOfEmbedding(embedder.embedNow('zz a'))
    expect(score(given.artifact)).toBe(score(own.artifact))
  })

  it('reports progress, and stops with the reason of the signal', async () => {
    const stages: string[] = []
    await train(kind, { onProgress: ({ stage }: { stage: string }) => stages.push(stage) })
    expect(new Set(stages)).toEqual(new Set(['embed', 'fit']))
    const stopped = train(kind, { signal: AbortSignal.abort(new Error('interrupted')) })
    await expect(stopped).rejects.toThrow('interrupted')
  })

  it('refuses options out of range and models that are not in the data', async () => {
    await expect(train(kind, { name: 'Not A Name' })).rejects.toThrow(/name is Not A Name/)
    await expect(train(kind, { calibrationPrompts: 1 })).rejects.toThrow(/calibrationPrompts is 1/)
    await expect(train(kind, { maxComparisonsPerRow: 0 })).rejects.toThrow(/maxComparisonsPerRow is 0/)
    await expect(train(kind, { excerptCharacters: -1 })).rejects.toThrow(/excerptCharacters is -1/)
    await expect(train(kind, { strongModel: 'larg' })).rejects.toThrow(/larg/)
    await expect(train(kind, { data: [] })).rejects.toThrow(/at least one file/)
  })

  for (const { name, run } of routerArtifactContract(async () => (await train(kind)).artifact))
    it(`as an artifact: ${name}`, run)
})

describe('the metrics', () => {
  it('come from prompts that do not know themselves', async () => {
    // Each prompt has a twin with the opposite label: who asks its twin is always wrong, who asks itself never.
    const rows = Array.from({ length: 60 }, (_, i) => {
      const angle = Math.floor(i / 2) * 0.05 + (i % 2) * 0.001
      const scores = { large: 1, small: i % 2 }
      return { prompt: `p${i}`, scores, embedding: [Math.cos(angle), Math.sin(angle)] }
    })
    const data = join(folder, 'twins.jsonl')
    await writeFile(data, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const options = { data: [data], embedder: undefined, calibrationPrompts: 60 }
    const knn = await train('knn', { ...options, k: 1, beta: 0 })
    // The worst order there is; the best has 0.75.
    expect(knn.artifact.manifest.metrics.validationApgr).toBeCloseTo(0.25, 9)
  })
})

describe('an artifact with impossible numbers', () => {
  it.each([
    ['battle_prompt', /battle_prompt of there has 1000/],
    ['tiers', /tiers of there has 1000/],
  ])('is refused where %s points nowhere', async (name, message) => {
    const { artifact } = await train('sw_ranking')
    const { bytes, ...tensor } = artifact.tensors.get(name)!
    const spoilt = bytes.slice()
    new DataView(spoilt.buffer).setInt32(0, 1000, true)
    const tensors = new Map(artifact.tensors).set(name, { ...tensor, bytes: spoilt })
    expect(() => similarityWeightedRouterOfArtifact({ ...artifact, tensors }, 'there', { embedder })).toThrow(
      message,
    )
  })

  it('is refused where a share is above 1', async () => {
    const { artifact } = await train('knn')
    const { bytes, ...tensor } = artifact.tensors.get('strong_wins')!
    const spoilt = bytes.slice()
    new DataView(spoilt.buffer).setFloat32(4, 1.5, true)
    const tensors = new Map(artifact.tensors).set('strong_wins', { ...tensor, bytes: spoilt })
    expect(() => nearestNeighboursRouterOfArtifact({ ...artifact, tensors }, 'there', { embedder })).toThrow(
      /Row 1 of there has strong_wins 1.5/,
    )
  })
})
