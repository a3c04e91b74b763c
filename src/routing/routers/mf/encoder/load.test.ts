import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TinyModel, writeCheckpoint } from '../../../../../test/support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../../../../../test/support/encoders/tiny-tokenizer.ts'
import { encoderArtifactFolder } from '../../../../base/artifact/builtin-folder.ts'
import { loadRouterArtifact } from '../../../../base/artifact/load.ts'
import { saveRouterArtifact } from '../../../../base/artifact/save.ts'
import { dot } from '../../../../base/math/linear/vectors.ts'
import { MissingPackageError } from '../../../../errors.ts'
import { loadOnnxEmbedder } from '../../../embedding/onnx/embedder.ts'
import { onnxEmbedderId, parseOnnxSpec } from '../../../embedding/onnx/spec.ts'
import { compareProbes, tensorsOfProbes } from '../../../embedding/probes.ts'
import { promptFromText } from '../../../prompts/routed-prompt.ts'
import { loadRouter, type RouterSpec } from '../../registry.ts'
import { type ClosableRouter, isCalibratedRouter } from '../../router.ts'
import type { RouterDependencies } from '../../router-kind.ts'
import { tensorsOfWeights, weightsOfArtifact } from '../weights.ts'
import { encoderCost } from './costs.ts'

const runtime = vi.hoisted(() => ({ isMissing: false }))
vi.mock('../../../onnx/inference/runtime-packages.ts', async (original) => {
  const module = await original<typeof import('../../../onnx/inference/runtime-packages.ts')>()
  return {
    ...module,
    findInferencePackages: () => {
      if (runtime.isMissing) throw new MissingPackageError('missing-package', 'npm install the-runtime')
      return module.findInferencePackages()
    },
  }
})

const words = 'one two three four five six query :'.split(' ')
const model: TinyModel = { modelType: 'bert', vocabulary: 4 + words.length, layers: 2 }
const options = 'layers=2,pool=ends,tokens=12+8,prompt=query'
const probes = ['one two three', 'four five', 'six one four two', 'three', 'five six five six one']
const opened: Partial<ClosableRouter>[] = []
let place = ''
let dependencies: RouterDependencies

const write = (name: string, changes: Partial<TinyModel> = {}) =>
  writeCheckpoint(join(place, name), { ...model, ...changes }, wordPieceTokenizer(words))

async function load(
  spec: Partial<RouterSpec> & { encoder?: string },
  more: Partial<RouterDependencies> = {},
) {
  const warnings: string[] = []
  const router = await loadRouter({ name: 'auto-encoder', kind: 'mf', ...spec } as RouterSpec, {
    ...dependencies,
    ...more,
    onWarning: (warning) => warnings.push(warning),
  })
  opened.push(router as Partial<ClosableRouter>)
  return { router, warnings }
}

let direction = new Float32Array()

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'encoder-tier-'))
  const folder = await write('trained')
  const inference = { cacheFolder: join(place, 'cache'), computeThreads: 1 }
  const embedder = await loadOnnxEmbedder(`${folder}#${options}`, { inference })
  direction = Float32Array.from({ length: embedder.dimensions }, (_, column) => Math.sin(column))
  const weights = {
    models: ['strong', 'weak'],
    modelEmbeddings: Float32Array.of(1, -1),
    projection: direction.map((number) => number / 2),
    classifier: Float32Array.of(1),
    dimensions: 1,
    textDimensions: embedder.dimensions,
  }
  const encoderArtifact = join(place, 'encoder')
  await saveRouterArtifact(encoderArtifact, {
    tensors: new Map([...tensorsOfWeights(weights), ...tensorsOfProbes(await embedder.embed(probes))]),
    manifest: {
      formatVersion: 1,
      kind: 'mf',
      name: 'encoder',
      embedder: { id: `onnx:some/model@1#${options}`, dimensions: embedder.dimensions, probes },
      pair: { strong: 'strong', weak: 'weak' },
      models: weights.models,
      data: [],
      seed: 1,
      options: {},
      metrics: {},
      calibration: { prompts: 3, winRateQuantiles: [0.25, 0.5, 0.75] },
      created: '2026-11-29',
    },
  })
  await embedder.close()
  dependencies = {
    embedderOptions: {},
    hub: { cacheFolder: join(place, 'hub'), offline: true },
    inference,
    encoderArtifact,
  }
})

afterAll(async () => {
  for (const router of opened) await router.close?.()
  await rm(place, { recursive: true })
})

describe('an mf router with an encoder', () => {
  it('scores the vectors that its own artifact asks for, with its shares', async () => {
    const { router, warnings } = await load({ encoder: join(place, 'trained') })
    expect(warnings).toEqual([])
    expect(isCalibratedRouter(router) && router.winRateQuantiles).toEqual([0.25, 0.5, 0.75])
    const embedder = await loadOnnxEmbedder(`${join(place, 'trained')}#${options}`)
    for (const text of ['two four', '', 'one two three four '.repeat(9)]) {
      const [vector] = await embedder.embed([text])
      const expected = 1 / (1 + Math.exp(-dot(direction, vector!)))
      expect(await router.strongWinRate(promptFromText(text))).toBeCloseTo(expected, 6)
    }
    await embedder.close()
  })

  it('takes another copy of the encoder, and no other encoder', async () => {
    // Weights that differ by what rounding to few bits does, and one more layer that is not used.
    const copy = await write('copy', { layers: 3 })
    expect((await load({ encoder: copy })).warnings).toEqual([])
    const mismatch = { code: 'embedder-mismatch', param: 'encoder' }
    await expect(load({ encoder: await write('other', { seed: 2 }) })).rejects.toMatchObject({
      ...mismatch,
      message: expect.stringMatching(
        /needs the vectors of some\/model, .*on 5 texts they agree to -?0\.\d\d/,
      ),
    })
    await expect(load({ encoder: await write('short', { layers: 1 }) })).rejects.toMatchObject({
      ...mismatch,
      message: expect.stringMatching(
        /short gives others: .* of 1 layers, and 2 are asked for\. Ask .*\. Name that/,
      ),
    })
    await expect(load({ encoder: await write('wide', { size: 32 }) })).rejects.toMatchObject({
      ...mismatch,
      message: expect.stringContaining('128 numbers in place of 64'),
    })
  })

  it('brings the mean of the vectors to where the training had it', async () => {
    const artifact = await loadRouterArtifact(dependencies.encoderArtifact!)
    const folder = join(place, 'trained')
    const embedder = await loadOnnxEmbedder(`${folder}#${options}`)
    const moved = (vector: Float32Array) => vector.map((number, column) => number + 0.02 * (column % 3))
    const trainedOn = (await embedder.embed(probes)).map(moved)
    const encoderArtifact = join(place, 'moved')
    await saveRouterArtifact(encoderArtifact, {
      manifest: artifact.manifest,
      tensors: new Map([...artifact.tensors, ...tensorsOfProbes(trainedOn)]),
    })
    const { router } = await load({ encoder: folder }, { encoderArtifact })
    const [vector] = await embedder.embed(['three four'])
    const expected = 1 / (1 + Math.exp(-dot(direction, moved(vector!))))
    expect(await router.strongWinRate(promptFromText('three four'))).toBeCloseTo(expected, 5)
    await embedder.close()
  })

  it.each(['intfloat/multilingual-e5-small', './no-such-folder'])(
    'that is not there (%s) is the built-in one, and says so',
    async (encoder) => {
      const { router, warnings } = await load({ encoder })
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toContain(
        `Router auto-encoder scores with the built-in embedder, because its encoder ${encoder} cannot be loaded: `,
      )
      const { router: builtin } = await load({})
      const prompt = promptFromText('Prove that there are infinitely many primes.')
      expect(await router.strongWinRate(prompt)).toBe(await builtin.strongWinRate(prompt))
      expect(router.name).toBe('auto-encoder')
    },
  )

  it('without its runtime is the built-in one, and says what to install', async () => {
    runtime.isMissing = true
    try {
      const { warnings } = await load({ encoder: join(place, 'trained') })
      expect(warnings).toEqual([expect.stringMatching(/built-in embedder, .*: npm install the-runtime$/)])
    } finally {
      runtime.isMissing = false
    }
  })

  it.each(['artifact', 'checkpoint', 'embedder', 'scoringStrongModel'])(
    'names no %s beside it',
    async (key) => {
      await expect(load({ encoder: join(place, 'trained'), [key]: 'builtin' })).rejects.toMatchObject({
        code: 'two-sources',
        message: expect.stringContaining(`remove ${key}, or remove encoder`),
      })
    },
  )
})

it('the artifact that ships is for an encoder that can be asked for, and as large as its vectors', async () => {
  const folder = encoderArtifactFolder()
  const { manifest, tensors } = await loadRouterArtifact(folder)
  const spec = parseOnnxSpec(manifest.embedder.id.replace(/^onnx:/, ''))
  expect(spec).toMatchObject({ precision: 'int8', pooling: 'ends', prompt: 'query' })
  expect(onnxEmbedderId(spec)).toBe(manifest.embedder.id)
  expect(spec.place.split('@')[0]).toBe(encoderCost.model)
  expect(weightsOfArtifact({ manifest, tensors }, folder).textDimensions).toBe(4 * 384)
  const shipped = manifest.embedder.probes ?? []
  const given = {
    id: 'x',
    dimensions: 4 * 384,
    embed: async () => shipped.map(() => new Float32Array(4 * 384)),
  }
  expect(shipped).toHaveLength(48)
  expect((await compareProbes(given, shipped, tensors, folder)).shift).toHaveLength(4 * 384)
  expect(manifest.metrics.leftOutAuc).toBeGreaterThan(0.96)
  expect(manifest.calibration?.winRateQuantiles).toHaveLength(201)
})
