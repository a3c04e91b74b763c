import { afterAll, describe, it } from 'vitest'
import { createOpenAICompatibleEmbedder } from '../../src/embedding/openai-compatible/embedder.ts'
import { createLengthRouter } from '../../src/routers/length/router.ts'
import { createMatrixFactorizationRouter } from '../../src/routers/matrix-factorization/router.ts'
import { weightsOfArtifact } from '../../src/routers/matrix-factorization/weights.ts'
import { createRandomRouter } from '../../src/routers/random/router.ts'
import { loadRouter, routerSpec } from '../../src/routers/registry.ts'
import { routerContract } from '../../src/testing/index.ts'
import { goldenArtifact, stubEmbedder } from './golden-checkpoint.ts'
import { embeddingDimensions, startUpstream } from './upstream.ts'

describe('random', async () => {
  for (const { name, run } of await routerContract(() => createRandomRouter({ seed: 7 }))) it(name, run)
})

describe('length', async () => {
  for (const { name, run } of await routerContract(() => createLengthRouter())) it(name, run)
})

describe('the built-in mf', async () => {
  const create = () => loadRouter(routerSpec('mf'), { embedderOptions: {}, hub: {} })
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
