import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseManifest } from '../../../base/artifact/manifest.ts'
import { encodeSafetensors } from '../../../base/artifact/safetensors.ts'
import { createRandom } from '../../../base/math/random.ts'
import type { Embedder } from '../../../routing/embedding/embedder.ts'
import { createMatrixFactorizationRouter } from '../../../routing/routers/mf/router.ts'
import { weightsOfArtifact } from '../../../routing/routers/mf/weights.ts'
import { fileData, type TrainingData } from '../training-data.ts'
import { type MatrixFactorizationTraining, trainMatrixFactorization } from './train.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-mf-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** [1, whether the text is hard]: all that there is to know about these prompts. */
const embedder: Embedder = {
  id: 'hardness@1',
  dimensions: 2,
  embed: async (texts) => texts.map((text) => Float32Array.of(1, text.startsWith('hard') ? 1 : -1)),
}

async function fileOf(name: string, rows: readonly unknown[]): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  await utimes(file, new Date('2025-01-02T03:04:05Z'), new Date('2025-01-02T03:04:05Z'))
  return file
}

/** The big model answers all; the small one the easy prompts; the middle one half of the hard ones. */
function outcomes(count: number) {
  const random = createRandom(1)
  return Array.from({ length: count }, (_, index) => {
    const hard = random.next() < 0.5
    const scores = { big: 1, middle: hard && index % 2 === 0 ? 0 : 1, small: hard ? 0 : 1 }
    return { prompt: `${hard ? 'hard' : 'easy'} ${'x'.repeat(random.nextInt(50))} ${index}`, scores }
  })
}

function battles(count: number) {
  return outcomes(count).map(({ prompt, scores }, index) => {
    const [modelA, modelB] = (
      [
        ['big', 'small'],
        ['small', 'middle'],
        ['middle', 'big'],
      ] as const
    )[index % 3]!
    const gain = scores[modelA] - scores[modelB]
    const winner = gain > 0 ? 'model_a' : gain < 0 ? 'model_b' : 'tie'
    return { prompt, model_a: modelA, model_b: modelB, winner }
  })
}

const quick = { name: 'mine', epochs: 8, learningRate: 0.02, dimensions: 8, embedder }
const pair = { strongModel: 'big', weakModel: 'small' }

async function train(
  options: Partial<MatrixFactorizationTraining> & Pick<MatrixFactorizationTraining, 'data'>,
) {
  return trainMatrixFactorization({ ...quick, ...options })
}

describe('trainMatrixFactorization', () => {
  it('trains an artifact on outcomes that loads, routes, and says how good it is', async () => {
    const data = [await fileOf('outcomes.jsonl', outcomes(600))]
    const { artifact, warnings } = await train({
      data,
      ...pair,
      seed: 3,
      licences: { [data[0]!]: 'CC0-1.0' },
    })

    expect(warnings).toEqual([])
    const manifest = parseManifest(JSON.parse(JSON.stringify(artifact.manifest)), 'router.json')
    expect(manifest).toMatchObject({
      kind: 'mf',
      name: 'mine',
      embedder: { id: 'hardness@1', dimensions: 2 },
      pair: { strong: 'big', weak: 'small' },
      models: ['big', 'middle', 'small'],
      data: [{ name: 'outcomes.jsonl', licence: 'CC0-1.0', rows: 600 }],
      seed: 3,
      options: { epochs: 8, ties: 'half', noise: 0.1, batchSize: 64 },
      metrics: { validationComparisons: 180, trainingComparisons: 1620, validationPairComparisons: 60 },
      created: '2025-01-02T03:04:05.000Z',
    })
    expect([...artifact.tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ['P.weight', [3, 8]],
      ['text_proj.0.weight', [8, 2]],
      ['classifier.0.weight', [1, 8]],
      ['trained_prompts', [2 * 600]],
      ['trained_prompt_sketches', [63 * 600]],
      ['left_out_win_rates', [600]],
    ])

    const { metrics } = manifest
    // Half of the prompts are hard: a perfect order has 0.75, give or take how many of the 60 are.
    expect(metrics.validationApgr).toBeGreaterThan(0.68)
    expect(metrics.validationApgrLow).toBeLessThan(metrics.validationApgr!)
    expect(metrics.validationApgrHigh).toBeGreaterThan(metrics.validationApgr!)
    expect(metrics.validationApgrOfRandom).toBe(0.5)
    expect(Math.abs(metrics.validationApgrOfLength! - 0.5)).toBeLessThan(0.2)
    expect(metrics.validationApgrOverLengthLow).toBeGreaterThan(0)
    expect(metrics['trainingLoss.001']).toBeGreaterThan(metrics['trainingLoss.008']!)
    expect(metrics.validationLoss).toBe(metrics[`validationLoss.00${metrics.bestEpoch}`])

    const weights = weightsOfArtifact(artifact, 'mine')
    const router = createMatrixFactorizationRouter({ name: 'mine', weights, pair: manifest.pair, embedder })
    const [hard, easy] = [router.strongWinRateOfEmbedding([1, 1]), router.strongWinRateOfEmbedding([1, -1])]
    expect(hard).toBeGreaterThan(0.8)
    expect(easy).toBeLessThan(0.6)
    expect(manifest.calibration).toMatchObject({ prompts: 600 })
    expect(manifest.calibration?.winRateQuantiles).toHaveLength(201)
    expect(manifest.calibration?.winRateQuantiles.at(0)).toBeCloseTo(easy, 12)
    expect(manifest.calibration?.winRateQuantiles.at(-1)).toBeCloseTo(hard, 12)
  })

  it('gives the same bytes for the same data and seed, and others for another seed', async () => {
    const data = [await fileOf('same.jsonl', battles(200))]
    const bytesOf = async (seed: number) => {
      const { artifact } = await train({ data, ...pair, seed })
      return [
        JSON.stringify(artifact.manifest),
        Buffer.from(encodeSafetensors(artifact.tensors)).toString('hex'),
      ]
    }
    const first = await bytesOf(1)
    expect(await bytesOf(1)).toEqual(first)
    expect(await bytesOf(2)).not.toEqual(first)
  })

  it('takes embeddings that the rows bring, and calls their space external', async () => {
    const rows = battles(100).map((row) => ({
      ...row,
      embedding: [1, row.prompt.startsWith('hard') ? 1 : -1, 0.5],
    }))
    const { artifact } = await train({ data: [await fileOf('given.jsonl', rows)], ...pair })
    expect(artifact.manifest.embedder).toEqual({ id: 'external', dimensions: 3 })
  })

  it('refuses rows of which only some bring embeddings, or of other lengths', async () => {
    const [first, second] = battles(2)
    for (const embedding of [undefined, [1]]) {
      const rows = [
        { ...first, embedding: [1, 2] },
        { ...second, embedding },
      ]
      await expect(train({ data: [await fileOf('some.jsonl', rows)], ...pair })).rejects.toMatchObject({
        code: 'mixed-embeddings',
        message: expect.stringMatching(
          /some\.jsonl line 2 has .* the rows before it have an embedding of 2 numbers/,
        ),
      })
    }
  })

  it('reads the pair off rows that all name it, and asks for it otherwise', async () => {
    const named = outcomes(60).map(({ prompt, scores }) => ({
      prompt,
      strong: 'big',
      weak: 'small',
      winner: scores.small === 1 ? 'tie' : 'strong',
    }))
    const { artifact } = await train({ data: [await fileOf('named.jsonl', named)] })
    expect(artifact.manifest.pair).toEqual({ strong: 'big', weak: 'small' })

    await expect(train({ data: [await fileOf('unnamed.jsonl', battles(30))] })).rejects.toMatchObject({
      code: 'pair-needed',
      message: expect.stringMatching(/--strong-model, --weak-model.*big \(20\), middle \(20\), small \(20\)/),
    })
  })

  it('does not guess which of two models that fought is the strong one', async () => {
    const ofTwo = battles(30).filter((row) => row.model_a === 'big')
    const data = [await fileOf('two.jsonl', [...ofTwo, ...battles(3).slice(0, 1)])]
    await expect(train({ data })).rejects.toMatchObject({ code: 'pair-needed' })
  })

  it('names what it knows where a model of the pair is unknown, missing or doubled', async () => {
    const data = [await fileOf('known.jsonl', battles(30))]
    await expect(train({ data, strongModel: 'bigg', weakModel: 'small' })).rejects.toMatchObject({
      code: 'unknown-model',
      param: 'strongModel',
      message: expect.stringMatching(
        /bigg, of which the data says nothing\. Did you mean big\?.*middle \(20\)/,
      ),
    })
    await expect(train({ data, strongModel: 'big' })).rejects.toMatchObject({
      code: 'incomplete-pair',
      param: 'weakModel',
    })
    await expect(train({ data, strongModel: 'big', weakModel: 'big' })).rejects.toMatchObject({
      code: 'same-model',
    })
  })

  it('can leave out ties, and other pairs', async () => {
    const data = [await fileOf('outcomes.jsonl', outcomes(100))]
    const hard = outcomes(100).filter(({ prompt }) => prompt.startsWith('hard')).length
    const { artifact } = await train({ data, ...pair, ties: 'drop', comparisons: 'pair' })
    const { metrics, models } = artifact.manifest
    expect(models).toEqual(['big', 'small'])
    expect(metrics.trainingComparisons! + metrics.validationComparisons!).toBe(hard)
    expect(artifact.manifest.data[0]?.rows).toBe(hard)
  })

  it('draws comparisons of rows with many models, and always keeps those of the pair', async () => {
    const rows = outcomes(50).map(({ prompt, scores }) => ({
      prompt,
      scores: { ...scores, d: 0, e: 0, f: 1 },
    }))
    const data = [await fileOf('many.jsonl', rows)]
    const { artifact } = await train({ data, ...pair, maxComparisonsPerRow: 4, validationFraction: 0.5 })
    expect(artifact.manifest.models).toHaveLength(6)
    expect(artifact.manifest.metrics).toMatchObject({
      trainingComparisons: 100,
      validationComparisons: 100,
      validationPairComparisons: 25,
    })
  })

  it('warns where APGR cannot be measured, and leaves it out', async () => {
    const data = [await fileOf('reverse.jsonl', battles(90))]
    const { artifact, warnings } = await train({ data, strongModel: 'small', weakModel: 'big' })
    expect(warnings).toEqual([
      expect.stringMatching(/APGR was not measured.*check which of the two is strong/),
    ])
    expect(artifact.manifest.metrics).not.toHaveProperty('validationApgr')
  })

  it('never holds out a prompt that it trains on', async () => {
    const rows = battles(40).flatMap((row) => [row, row, row])
    const { artifact } = await train({
      data: [await fileOf('repeated.jsonl', rows)],
      ...pair,
      validationFraction: 0.25,
    })
    expect(artifact.manifest.metrics).toMatchObject({ validationComparisons: 30, trainingComparisons: 90 })
  })

  it('reports both stages, and stops with the reason once aborted in either', async () => {
    const data = [await fileOf('progress.jsonl', battles(600))]
    const seen = new Set<string>()
    await train({
      data,
      ...pair,
      onProgress: ({ stage, done, total, loss }) => seen.add(`${stage} ${done === total} ${loss === null}`),
    })
    expect([...seen]).toEqual(['embed false true', 'embed true true', 'fit false false', 'fit true false'])
    for (const stopAt of ['embed', 'fit'] as const) {
      const controller = new AbortController()
      const reason = new Error(`interrupted in ${stopAt}`)
      const training = train({
        data,
        ...pair,
        signal: controller.signal,
        onProgress: ({ stage }) => {
          if (stage === stopAt) controller.abort(reason)
        },
      })
      await expect(training).rejects.toBe(reason)
    }
  })

  it('gives the same bytes from a file and from the same rows in memory', async () => {
    const rows = battles(60)
    const file = await fileOf('once.jsonl', rows)
    const inMemory: TrainingData = {
      name: 'a snapshot',
      async *rows() {
        for (const [index, value] of rows.entries())
          yield { line: index + 1, place: `a snapshot row ${index + 1}`, value }
      },
      provenance: () => fileData(file).provenance(),
    }
    const fromFile = await train({ data: [file], ...pair })
    const fromRows = await train({ data: [inMemory], ...pair })
    expect(fromRows.artifact.manifest).toEqual(fromFile.artifact.manifest)
    expect(encodeSafetensors(fromRows.artifact.tensors)).toEqual(encodeSafetensors(fromFile.artifact.tensors))
  })

  it.each<[string, Partial<MatrixFactorizationTraining>, string]>([
    ['an odd name', { name: 'My Router' }, 'invalid-training-option'],
    ['no files', { data: [] }, 'invalid-training-option'],
    ['half an epoch', { epochs: 0.5 }, 'invalid-training-option'],
    ['a percentage held out', { validationFraction: 10 }, 'invalid-training-option'],
    ['a negative noise', { noise: -0.1 }, 'invalid-training-option'],
    ['a rate of nothing', { learningRate: Number.NaN }, 'invalid-training-option'],
    ['a seed that is no whole number', { seed: 0.5 }, 'invalid-seed'],
    ['an embedder of broken vectors', { embedder: { ...embedder, dimensions: 3 } }, 'broken-embedder'],
  ])('refuses %s', async (_, options, code) => {
    const data = [await fileOf('fine.jsonl', battles(10))]
    await expect(train({ data, ...pair, ...options })).rejects.toMatchObject({ code })
  })

  it('needs an embedder where the rows bring no embeddings', async () => {
    const data = [await fileOf('fine.jsonl', battles(10))]
    await expect(trainMatrixFactorization({ name: 'mine', data, ...pair })).rejects.toMatchObject({
      code: 'embedder-needed',
    })
  })

  it('refuses files without a comparison', async () => {
    await expect(train({ data: [await fileOf('none.jsonl', [])], ...pair })).rejects.toMatchObject({
      code: 'no-comparisons',
    })
  })
})
