import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddingServer, startEmbeddingServer } from '../../../test/support/servers/embedding-server.ts'
import { startHubServer } from '../../../test/support/servers/hub-server.ts'
import type { RouterManifest } from '../../base/artifact/router-artifact.ts'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../base/artifact/safetensors.ts'
import { saveRouterArtifact } from '../../base/artifact/save.ts'
import { trainNearestNeighbours } from '../../learning/training/knn/train.ts'
import { trainSimilarityWeighted } from '../../learning/training/sw_ranking/train.ts'
import { loadEmbedder } from '../embedding/registry.ts'
import { promptFromText } from '../prompts/routed-prompt.ts'
import { tensorsOfWeights } from './mf/weights.ts'
import { loadRouter, type RouterSpec, routerSpec } from './registry.ts'
import { isCalibratedRouter, isClosableRouter, isEmbeddingRouter, isExplainingRouter } from './router.ts'
import type { RouterDependencies } from './router-kind.ts'

const golden = new URL('../../../test/golden/', import.meta.url)
const none: RouterDependencies = { embedderOptions: {}, hub: {} }
const remoteEmbedder = 'openai-compatible:tiny'

let place: string
let server: EmbeddingServer

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'registry-'))
  server = await startEmbeddingServer()
})
afterEach(async () => {
  await server.close()
  await rm(place, { recursive: true, force: true })
})

const withServer = (): RouterDependencies => ({
  embedderOptions: { baseUrl: server.baseUrl, retries: 0 },
  hub: {},
})

/** The golden checkpoint in upstream's layout. */
async function checkpoint(changes: object = {}): Promise<string> {
  const folder = join(place, 'checkpoint')
  await mkdir(folder, { recursive: true })
  await cp(new URL('mf_model.safetensors', golden), join(folder, 'model.safetensors'))
  const config = JSON.parse(await readFile(new URL('mf_config.json', golden), 'utf8'))
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, ...changes }))
  return folder
}

/** A small mf artifact whose embeddings have 3 numbers, like those of the embedding server. */
async function artifact(
  name: string,
  changes: Partial<RouterManifest> = {},
  tensors: ReadonlyMap<string, Tensor> = smallTensors(),
): Promise<string> {
  const manifest: RouterManifest = {
    formatVersion: 1,
    kind: 'mf',
    name: 'as-trained',
    embedder: { id: remoteEmbedder, dimensions: 3 },
    pair: { strong: 'big', weak: 'small' },
    models: ['small', 'big', 'other'],
    data: [],
    seed: 1,
    options: {},
    metrics: {},
    calibration: { prompts: 9, winRateQuantiles: [0.2, 0.8] },
    created: '2024-01-01',
    ...changes,
  }
  await saveRouterArtifact(join(place, name), { manifest, tensors })
  return join(place, name)
}

function smallTensors(): ReadonlyMap<string, Tensor> {
  return tensorsOfWeights({
    models: ['small', 'big', 'other'],
    modelEmbeddings: Float32Array.of(1, 0, 0, 1, -1, 0),
    projection: Float32Array.of(0.1, 0, 0, 0, 0.01, 0),
    classifier: Float32Array.of(1, 1),
    dimensions: 2,
    textDimensions: 3,
  })
}

describe('routerSpec', () => {
  it('takes a kind for itself and anything else for a folder, by whose basename it is called', () => {
    expect(routerSpec('random')).toEqual({ name: 'random', kind: 'random' })
    expect(routerSpec('./routers/my-router_2/')).toEqual({
      name: 'my-router_2',
      artifact: './routers/my-router_2/',
    })
    expect(routerSpec('./mf')).toEqual({ name: 'mf', artifact: './mf' })
    expect(() => routerSpec('./My Router')).toThrow(/"My Router".*only a-z, 0-9, _ and -.*Rename the folder/)
  })
})

describe('loadRouter', () => {
  it('loads the routers that need nothing, by kind, under their own names', async () => {
    const router = await loadRouter({ name: 'chance', kind: 'random', seed: 3 }, none)
    expect(router.name).toBe('chance')
    expect(await loadRouter(routerSpec('length'), none)).toMatchObject({ name: 'length' })
    const prompt = promptFromText('x')
    const other = await loadRouter({ name: 'chance', kind: 'random', seed: 4 }, none)
    expect(router.strongWinRate(prompt)).not.toBe(other.strongWinRate(prompt))
    const rules = [{ maxCharacters: 1, strongWinRate: 0.125 }]
    const ruled = await loadRouter({ name: 'mine', kind: 'rules', rules, otherwise: 0.75 }, none)
    expect(ruled).toMatchObject({ name: 'mine' })
    expect([ruled.strongWinRate(prompt), ruled.strongWinRate(promptFromText('xx'))]).toEqual([0.125, 0.75])
    expect((await loadRouter(routerSpec('rules'), none)).name).toBe('rules')
  })

  it('loads an artifact with the embedder that it was trained on, named by its folder', async () => {
    const router = await loadRouter(routerSpec(await artifact('my-router')), withServer())
    expect(router).toMatchObject({
      name: 'my-router',
      embedderId: remoteEmbedder,
      winRateQuantiles: [0.2, 0.8],
    })
    // u = (−0.1, 0.01, 0); the text 'ab' is (2, 97, 98): u·e = 0.77
    expect(await router.strongWinRate(promptFromText('ab'))).toBeCloseTo(1 / (1 + Math.exp(-0.77)), 6)
    expect(server.requests).toHaveLength(1)
    await router.strongWinRate(promptFromText('ab'))
    expect(server.requests).toHaveLength(1)
  })

  it('scores another pair of an artifact, and then knows nothing of its win rates', async () => {
    const spec: RouterSpec = { name: 'mine', artifact: await artifact('x'), scoringWeakModel: 'other' }
    const router = await loadRouter(spec, withServer())
    expect(isEmbeddingRouter(router) && router.strongWinRateOfEmbedding([1, 0, 0])).toBeCloseTo(
      1 / (1 + Math.exp(-0.1)),
      6,
    )
    expect(isCalibratedRouter(router)).toBe(false)
  })

  it('loads an upstream checkpoint for rows with embeddings; a text needs an embedder', async () => {
    const router = await loadRouter({ name: 'mf', checkpoint: await checkpoint() }, none)
    const { rows } = JSON.parse(await readFile(new URL('mf_cases.json', golden), 'utf8'))
    expect(router).toMatchObject({ name: 'mf', embedderId: 'external', dimensions: 24 })
    expect(isEmbeddingRouter(router) && router.strongWinRateOfEmbedding(rows[0].embedding)).toBeCloseTo(
      rows[0].win_rate,
      6,
    )
    expect(isEmbeddingRouter(router) && router.strongWinRateOfEmbedding(rows[2].embedding)).toBeCloseTo(
      rows[2].win_rate,
      6,
    )
    await expect(router.strongWinRate(promptFromText('x'))).rejects.toThrow(
      /embeddings of 24 numbers.*--embedder/,
    )
  })

  it('loads an upstream checkpoint from a hub, for other rows of its table', async () => {
    const folder = await checkpoint()
    const files = {
      'config.json': await readFile(join(folder, 'config.json')),
      'model.safetensors': await readFile(join(folder, 'model.safetensors')),
    }
    const commit = 'c'.repeat(40)
    const hub = await startHubServer({
      'acme/mf': { revisions: { v2: commit }, commits: { [commit]: files } },
    })
    const spec: RouterSpec = {
      name: 'mf',
      checkpoint: 'acme/mf',
      revision: 'v2',
      scoringStrongModel: 'claude-2.1',
      scoringWeakModel: 'vicuna-7b',
    }
    const router = await loadRouter(spec, {
      ...none,
      hub: { endpoint: hub.url, cacheFolder: join(place, 'cache') },
    })
    await hub.close()
    const { rows } = JSON.parse(await readFile(new URL('mf_cases.json', golden), 'utf8'))
    expect(isEmbeddingRouter(router) && router.strongWinRateOfEmbedding(rows[1].embedding)).toBeCloseTo(
      rows[1].win_rate,
      6,
    )
  })

  it('takes a folder with router.json for an artifact, as a checkpoint too', async () => {
    const spec: RouterSpec = { name: 'mine', checkpoint: await artifact('trained') }
    expect(await loadRouter(spec, withServer())).toMatchObject({ embedderId: remoteEmbedder })
  })

  it('takes mf without anything for the built-in artifact', async () => {
    const builtinArtifact = await artifact('built-in')
    const router = await loadRouter(routerSpec('mf'), { ...withServer(), builtinArtifact })
    expect(router).toMatchObject({ name: 'mf', embedderId: remoteEmbedder })
  })

  it('lets an artifact of given embeddings score texts with an embedder that is named', async () => {
    const folder = await artifact('given', { embedder: { id: 'external', dimensions: 3 } })
    const router = await loadRouter(
      { name: 'given', artifact: folder, embedder: remoteEmbedder },
      withServer(),
    )
    expect(await router.strongWinRate(promptFromText('ab'))).toBeCloseTo(0.6835, 3)
  })

  describe('of labelled prompts', () => {
    const data = async () => {
      const file = join(place, 'outcomes.jsonl')
      const rows = Array.from({ length: 12 }, (_, row) => ({
        prompt: `${'abc'[row % 3]}`.repeat(row + 1),
        scores: { big: row % 3 === 0 ? 1 : 0.5, small: 0.5, other: row % 2 },
      }))
      await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'))
      return file
    }
    const trained = async (train: typeof trainNearestNeighbours | typeof trainSimilarityWeighted) => {
      const { artifact } = await train({
        name: 'as-trained',
        data: [await data()],
        strongModel: 'big',
        weakModel: 'small',
        embedder: await loadEmbedder('builtin', {}),
      })
      await saveRouterArtifact(join(place, 'looked-up'), artifact)
      return join(place, 'looked-up')
    }

    it('loads knn, named by its folder; it shows its neighbours and can be closed', async () => {
      const folder = await trained(trainNearestNeighbours)
      const router = await loadRouter(routerSpec(folder), none)
      expect(router).toMatchObject({ name: 'looked-up', embedderId: 'builtin@1' })
      expect(isClosableRouter(router) && isExplainingRouter(router) && isCalibratedRouter(router)).toBe(true)
      if (!isClosableRouter(router) || !isExplainingRouter(router)) return
      const { nearest } = await router.explain(promptFromText('aaaa'))
      expect(nearest?.[0]).toMatchObject({ prompt: 'aaaa', modelA: 'big', modelB: 'small', winA: 1 })
      await router.close()
      await expect(
        loadRouter({ ...routerSpec(folder), scoringWeakModel: 'other' }, none),
      ).rejects.toMatchObject({ code: 'no-scoring-models' })
    })

    it('loads sw_ranking, for another pair without the calibration of its own', async () => {
      const folder = await trained(trainSimilarityWeighted)
      const router = await loadRouter(routerSpec(folder), none)
      expect(isCalibratedRouter(router)).toBe(true)
      const other = await loadRouter({ ...routerSpec(folder), scoringWeakModel: 'other' }, none)
      expect(isCalibratedRouter(other)).toBe(false)
      const prompt = promptFromText('aaaa')
      expect(await other.strongWinRate(prompt)).not.toBe(await router.strongWinRate(prompt))
      for (const loaded of [router, other]) if (isClosableRouter(loaded)) await loaded.close()
    })
  })

  it('tells that an artifact has expired, and loads it', async () => {
    const folder = await artifact('old', { expires: '2025-01-01' })
    const warnings: string[] = []
    const onWarning = (message: string): void => void warnings.push(message)
    const at = (date: string) => ({ ...withServer(), onWarning, now: () => new Date(date) })
    await loadRouter(routerSpec(folder), at('2024-06-01'))
    expect(warnings).toEqual([])
    await loadRouter(routerSpec(folder), at('2026-01-01'))
    expect(warnings).toEqual([expect.stringMatching(/old expired on 2025-01-01/)])
  })
})

describe('loadRouter refuses', () => {
  const tensor = (values: number, shape: number[]) => float32Tensor(new Float32Array(values).fill(1), shape)
  const tensorsWith = (name: string, replacement?: Tensor) => {
    const tensors = new Map(smallTensors())
    tensors.delete(name)
    return replacement === undefined ? tensors : tensors.set(name, replacement)
  }
  const saved = async (
    changes: Partial<RouterManifest>,
    tensors?: ReadonlyMap<string, Tensor>,
  ): Promise<RouterSpec> => routerSpec(await artifact('broken', changes, tensors))
  const upstream = async (changes: object): Promise<RouterSpec> => ({
    name: 'mf',
    checkpoint: await checkpoint(changes),
  })

  it.each<[string, () => Promise<RouterSpec>, string, RegExp]>([
    [
      'an unknown kind',
      async () => ({ name: 'x', kind: 'crystal-ball' }),
      'unknown-router-kind',
      /kind "crystal-ball", and there are mf, random, length/,
    ],
    ['an unknown name', async () => ({ name: 'toString' }), 'unknown-router-kind', /"toString"/],
    [
      'a causal_llm without a model',
      async () => ({ name: 'causal_llm' }),
      'causal-llm-without-model',
      /causal_llm: \{ kind: causal_llm, model: /,
    ],
    [
      'a causal_llm whose key is not there',
      async () => ({ name: 'ask', kind: 'causal_llm', model: 'm', apiKeyEnv: 'ASK_KEY' }),
      'missing-api-key',
      /ASK_KEY is not set/,
    ],
    ['an artifact of an unknown kind', () => saved({ kind: 'oracle' }), 'unknown-router-kind', /"oracle"/],
    [
      'an artifact of another kind',
      async () => ({ ...(await saved({ kind: 'knn' })), kind: 'mf' }),
      'artifact-wrong-kind',
      /of the kind knn/,
    ],
    [
      'sw_ranking without an artifact',
      async () => routerSpec('sw_ranking'),
      'router-without-artifact',
      /Train one with: routellm train sw_ranking --data .* --output \.\/my-sw_ranking.*--router \.\/my-sw_ranking/,
    ],
    [
      'knn without an artifact',
      async () => ({ name: 'near', kind: 'knn' }),
      'router-without-artifact',
      /Router near .* routellm train knn --data/,
    ],
    [
      'a broken rule',
      async () => ({ name: 'x', kind: 'rules', rules: [{ patterns: ['('], strongWinRate: 1 }] }),
      'invalid-rule',
      /rules\[0\]\.patterns\[0\]/,
    ],
    [
      'a missing artifact',
      async () => routerSpec('./nowhere'),
      'artifact-not-found',
      /no router artifact at .\/nowhere/,
    ],
    [
      'artifact and checkpoint',
      async () => ({ name: 'x', artifact: 'a', checkpoint: 'b', kind: 'mf' }),
      'two-sources',
      /Name one of them/,
    ],
    [
      'no such tensor',
      () => saved({}, tensorsWith('P.weight')),
      'weights-missing',
      /no tensor P.weight \(it has: text_proj/,
    ],
    ['no tensor at all', () => saved({}, new Map()), 'weights-missing', /it has: none/],
    [
      'a row too few',
      () => saved({}, tensorsWith('P.weight', tensor(4, [2, 2]))),
      'weights-shape',
      /P.weight .* shape \[2, 2\], and \[3, 2\] \(models × dimensions\)/,
    ],
    [
      'other dimensions',
      () => saved({ embedder: { id: 'e', dimensions: 4 } }),
      'weights-shape',
      /text_proj.0.weight .* \[2, 3\], and \[2, 4\]/,
    ],
    [
      'two classes',
      () => saved({}, tensorsWith('classifier.0.weight', tensor(4, [2, 2]))),
      'weights-shape',
      /classifier.0.weight .* \[2, 2\], and \[1, 2\]/,
    ],
    [
      'a flat classifier',
      () => saved({}, tensorsWith('classifier.0.weight', tensor(2, [2]))),
      'weights-shape',
      /\[2\], and \[1, /,
    ],
    [
      'an unknown embedder',
      () => saved({ embedder: { id: 'word2vec', dimensions: 3 } }),
      'unknown-embedder',
      /no embedder "word2vec"/,
    ],
    [
      'another embedder',
      async () => ({ ...(await saved({})), embedder: 'openai-compatible:large' }),
      'embedder-mismatch',
      /trained on the embedder openai-compatible:tiny, and openai-compatible:large/,
    ],
    [
      'a model without a row',
      async () => ({ ...(await saved({})), scoringStrongModel: 'bigger' }),
      'unknown-scoring-model',
      /bigger is not one of the 3 models.*nearest are big/,
    ],
    [
      'a checkpoint without projection',
      () => upstream({ use_proj: false }),
      'checkpoint-invalid',
      /use_proj must be true.*\n.*It says: \{"dim":16/,
    ],
    [
      'a checkpoint of classes',
      () => upstream({ num_classes: 3 }),
      'checkpoint-invalid',
      /num_classes must be 1/,
    ],
    [
      'a checkpoint of other models',
      () => upstream({ num_models: 65 }),
      'checkpoint-invalid',
      /num_models must be 64/,
    ],
    [
      'a checkpoint of other sizes',
      () => upstream({ dim: 32 }),
      'weights-shape',
      /classifier.0.weight .* \[1, 16\], and \[1, 32\]/,
    ],
    [
      'a checkpoint of other embeddings',
      () => upstream({ text_dim: 1536 }),
      'weights-shape',
      /\[16, 24\], and \[16, 1536\]/,
    ],
    [
      'a checkpoint of another network',
      () => upstream({ text_dim: undefined, model_type: 'bert' }),
      'checkpoint-invalid',
      /text_dim must be the length/,
    ],
    [
      'a folder that is no checkpoint',
      async () => ({ name: 'mf', checkpoint: place }),
      'checkpoint-file-missing',
      /config.json cannot be read.*folder with config.json and model.safetensors/,
    ],
    [
      'no checkpoint at all',
      async () => ({ name: 'mf', checkpoint: './nowhere' }),
      'checkpoint-not-found',
      /no folder .\/nowhere, and it is not a hub id/,
    ],
  ])('%s', async (_, spec, code, message) => {
    const failure = loadRouter(await spec(), withServer())
    await expect(failure).rejects.toMatchObject({ code })
    await expect(failure).rejects.toThrow(message)
  })

  it('an embedder whose vectors are of another length', async () => {
    const spec: RouterSpec = {
      name: 'mf',
      checkpoint: await checkpoint(),
      embedder: 'openai-compatible:text-embedding-3-small',
    }
    const dependencies = { ...withServer(), embedderOptions: { baseUrl: server.baseUrl, dimensions: 3 } }
    await expect(loadRouter(spec, dependencies)).rejects.toThrow(/needs embeddings of 24 numbers.*gives 3/)
  })

  it('a checkpoint of 1,536 dimensions without an embedder, naming the one it needs', async () => {
    const folder = await checkpoint({ text_dim: 1536 })
    const tensors = new Map([
      ['P.weight', tensor(64 * 16, [64, 16])],
      ['text_proj.0.weight', tensor(16 * 1536, [16, 1536])],
      ['classifier.0.weight', tensor(16, [1, 16])],
    ])
    await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensors))
    const spec: RouterSpec = { name: 'mf', checkpoint: folder }
    const message = /--embedder openai-compatible:text-embedding-3-small, or give rows with an embedding/
    const router = await loadRouter(spec, none)
    await expect(router.strongWinRate(promptFromText('x'))).rejects.toThrow(message)
    await expect(loadRouter(spec, { ...none, mustScoreText: true })).rejects.toThrow(message)
  })

  it('texts for an artifact of given embeddings', async () => {
    const spec = routerSpec(await artifact('given', { embedder: { id: 'external', dimensions: 3 } }))
    const router = await loadRouter(spec, none)
    const message =
      /trained on embeddings that came with its data.*cannot score a text.*embedding of 3 numbers/
    await expect(router.strongWinRate(promptFromText('x'))).rejects.toThrow(message)
    expect(isEmbeddingRouter(router) && router.strongWinRateOfEmbedding([0, 0, 0])).toBe(0.5)
    await expect(loadRouter(spec, { ...none, mustScoreText: true })).rejects.toThrow(message)
  })
})
