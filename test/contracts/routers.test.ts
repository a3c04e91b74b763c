import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { trainCluster } from '../../src/learning/training/cluster/train.ts'
import { trainFewLabelModels } from '../../src/learning/training/few_label/models/train.ts'
import { loadPriorRouter } from '../../src/learning/training/few_label/prior.ts'
import { trainFewLabel } from '../../src/learning/training/few_label/train.ts'
import { trainNearestNeighbours } from '../../src/learning/training/knn/train.ts'
import { trainSimilarityWeighted } from '../../src/learning/training/sw_ranking/train.ts'
import { createOpenAICompatibleEmbedder } from '../../src/routing/embedding/openai-compatible/embedder.ts'
import { loadEmbedder } from '../../src/routing/embedding/registry.ts'
import { type CausalLlmRouter, createCausalLlmRouter } from '../../src/routing/routers/causal_llm/router.ts'
import { createLengthRouter } from '../../src/routing/routers/length/router.ts'
import { createMatrixFactorizationRouter } from '../../src/routing/routers/mf/router.ts'
import { weightsOfArtifact } from '../../src/routing/routers/mf/weights.ts'
import { createRandomRouter } from '../../src/routing/routers/random/router.ts'
import { loadRouter, routerSpec } from '../../src/routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../src/routing/routers/router.ts'
import { createRulesRouter } from '../../src/routing/routers/rules/router.ts'
import { routerContract } from '../../src/testing/index.ts'
import { firstText, secondText, thirdText } from '../../src/testing/sample-texts.ts'
import { createInTurn } from '../support/artifacts/create-in-turn.ts'
import { type TrainedArtifact, trainArtifact } from '../support/artifacts/trained-artifact.ts'
import { goldenArtifact, stubEmbedder } from '../support/encoders/golden-checkpoint.ts'
import { writeCheckpoint } from '../support/encoders/tiny-checkpoint.ts'
import { unigramTokenizer } from '../support/encoders/tiny-tokenizer.ts'
import { type LogprobStyle, startLogprobServer } from '../support/servers/logprob-server.ts'
import { embeddingDimensions, startUpstream } from '../support/servers/scripted-upstream.ts'

const pair = { strongModel: 'large', weakModel: 'small' }

describe('random', async () => {
  for (const { name, run } of await routerContract(() => createRandomRouter({ seed: 7 }))) it(name, run)
})

describe('length', async () => {
  for (const { name, run } of await routerContract(() => createLengthRouter())) it(name, run)
})

describe('rules', async () => {
  for (const { name, run } of await routerContract(() => createRulesRouter())) it(name, run)
})

describe('the built-in mf', async () => {
  const create = createInTurn(() => loadRouter(routerSpec('mf'), { embedderOptions: {}, hub: {} }))
  for (const { name, run } of await routerContract(create)) it(name, run)
})

describe('mf of the golden checkpoint', async () => {
  const create = async () => {
    const artifact = await goldenArtifact()
    return createMatrixFactorizationRouter({
      name: 'golden',
      weights: weightsOfArtifact(artifact, 'the golden checkpoint'),
      pair: { strong: 'model-0', weak: 'model-1' },
      embedder: stubEmbedder,
      winRateQuantiles: [0.1, 0.5, 0.9],
    })
  }
  for (const { name, run } of await routerContract(create)) it(name, run)
})

describe('mf whose embedder is elsewhere', async () => {
  const upstream = await startUpstream()
  afterAll(upstream.close)
  const create = () =>
    createMatrixFactorizationRouter({
      name: 'remote',
      weights: {
        models: ['strong', 'weak'],
        modelEmbeddings: Float32Array.of(1, 2, 2, -1),
        projection: Float32Array.from({ length: 2 * embeddingDimensions }, (_, index) => Math.sin(index)),
        classifier: Float32Array.of(0.5, -0.25),
        dimensions: 2,
        textDimensions: embeddingDimensions,
      },
      pair: { strong: 'strong', weak: 'weak' },
      embedder: createOpenAICompatibleEmbedder({
        baseUrl: upstream.baseUrl,
        model: 'contract-embedding',
        dimensions: embeddingDimensions,
      }),
    })
  for (const { name, run } of await routerContract(create)) it(name, run)
})

describe.each(['sw_ranking', 'knn'] as const)('%s', async (kind) => {
  const { folder, remove } = await trainedLookup(kind)
  const opened: Router[] = []
  afterAll(async () => {
    for (const router of opened) if (isClosableRouter(router)) await router.close()
    await remove()
  })
  const create = createInTurn(async () => {
    const router = await loadRouter(routerSpec(folder), { embedderOptions: {}, hub: {} })
    opened.push(router)
    return router
  })
  for (const { name, run } of await routerContract(create)) it(name, run)
})

describe.each<[LogprobStyle, 'chat' | 'completion']>([
  ['openai-chat', 'chat'],
  ['vllm-completions', 'completion'],
  ['llama.cpp', 'chat'],
  ['ollama', 'chat'],
  ['no-logprobs', 'chat'],
])('causal_llm over %s', async (style, mode) => {
  const server = await startLogprobServer(style)
  const opened: CausalLlmRouter[] = []
  afterAll(async () => {
    await Promise.all(opened.map((router) => router.close()))
    await server.close()
  })
  const create = () => {
    const router = createCausalLlmRouter({ baseUrl: server.baseUrl, model: 'contract-judge', mode })
    opened.push(router)
    return router
  }
  for (const { name, run } of await routerContract(create)) it(name, run)
})

describe('cluster', async () => {
  const { folder, remove } = await trainedCluster()
  afterAll(remove)
  const create = createInTurn(() => loadRouter(routerSpec(folder), { embedderOptions: {}, hub: {} }))
  for (const { name, run } of await routerContract(create)) it(name, run)
})

/** An artifact of three kinds of prompts. */
function trainedCluster(): Promise<TrainedArtifact> {
  const rows = [firstText, secondText, thirdText, ...'abcdefghi'].map((prompt, row) => ({
    prompt,
    scores: { large: 1, small: row % 2 },
  }))
  return trainArtifact('cluster', rows, async (file) =>
    trainCluster({
      ...pair,
      name: 'cluster',
      data: [file],
      embedder: await loadEmbedder('builtin', {}),
      clusters: 3,
    }),
  )
}

describe.each([
  ['few_label', trainedFewLabel],
  ['few_label of many models', trainedFewLabelModels],
])('%s', async (_, trained) => {
  const { folder, remove } = await trained()
  afterAll(remove)
  const create = createInTurn(() => loadRouter(routerSpec(folder), { embedderOptions: {}, hub: {} }))
  for (const { name, run } of await routerContract(create)) it(name, run)
})

/** An artifact trained on labels that can be learned. */
async function trainedFewLabel(): Promise<TrainedArtifact> {
  const rows = Array.from({ length: 40 }, (_, row) => ({
    prompt: row % 2 === 0 ? `Prove theorem number ${row} of algebra.` : `Say hello to guest ${row}.`,
    scores: { large: 1, small: row % 2 },
  }))
  const prior = await loadPriorRouter()
  const embedder = await loadEmbedder(prior.embedderId, {})
  return trainArtifact('few_label', rows, (file) =>
    trainFewLabel({ ...pair, name: 'few_label', labels: [file], embedder, prior }),
  )
}

async function trainedFewLabelModels(): Promise<TrainedArtifact> {
  const rows = Array.from({ length: 40 }, (_, row) => ({
    prompt: row % 2 === 0 ? `Prove theorem number ${row} of algebra.` : `Say hello to guest ${row}.`,
    scores: { large: 1, middle: row % 4 === 0 ? 0 : 1, small: row % 2 },
    tokens: Object.fromEntries(
      ['large', 'middle', 'small'].map((model, place) => [model, { input: 9, output: 20 * place + row }]),
    ),
  }))
  const prior = await loadPriorRouter()
  const embedder = await loadEmbedder(prior.embedderId, {})
  const models = ['large', 'middle', 'small']
  return trainArtifact('few_label', rows, (file) =>
    trainFewLabelModels({ name: 'few_label', labels: [file], models, embedder, prior }),
  )
}

describe.each(['float32', 'int8'] as const)('bert in %s', async (precision) => {
  const folder = await mkdtemp(join(tmpdir(), 'bert-router-'))
  const checkpoint = await writeCheckpoint(
    join(folder, 'model'),
    { modelType: 'xlm-roberta', vocabulary: 1000, positions: 80, labels: 3 },
    unigramTokenizer(
      Array.from({ length: 996 }, (_, index) => [String.fromCharCode(32 + index), -5] as const),
    ),
  )
  const opened: Router[] = []
  afterAll(async () => {
    for (const router of opened) if (isClosableRouter(router)) await router.close()
    await rm(folder, { recursive: true })
  })
  const create = createInTurn(async () => {
    const inference = { cacheFolder: folder, computeThreads: 1 }
    const spec = { name: 'bert', kind: 'bert', checkpoint, precision } as const
    const router = await loadRouter(spec, { embedderOptions: {}, hub: {}, inference })
    opened.push(router)
    return router
  })
  for (const { name, run } of await routerContract(create, { tolerance: 1e-6 })) it(name, run)
})

/** An artifact trained on a dozen outcomes with the built-in embedder. */
function trainedLookup(kind: 'sw_ranking' | 'knn'): Promise<TrainedArtifact> {
  const rows = [firstText, secondText, thirdText, ...'abcdefghi'].map((prompt, row) => ({
    prompt,
    scores: { large: 1, middle: row % 3 === 0 ? 1 : 0, small: row % 2 },
  }))
  const train = kind === 'knn' ? trainNearestNeighbours : trainSimilarityWeighted
  return trainArtifact(kind, rows, async (file) =>
    train({ ...pair, name: kind, data: [file], embedder: await loadEmbedder('builtin', {}) }),
  )
}
