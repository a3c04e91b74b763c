import { describe, it } from 'vitest'
import { loadBuiltinEmbedder } from '../../src/embedding/builtin/embedder.ts'
import { withEmbeddingCache } from '../../src/embedding/cache.ts'
import { createOpenAICompatibleEmbedder } from '../../src/embedding/openai-compatible/embedder.ts'
import { embedderContract } from '../../src/testing/index.ts'
import { stubEmbedder } from './golden-checkpoint.ts'
import { embeddingDimensions, startUpstream } from './upstream.ts'

describe('the built-in embedder', async () => {
  for (const { name, run } of await embedderContract(() => loadBuiltinEmbedder())) it(name, run)
})

describe('the built-in embedder behind a cache', async () => {
  const create = async () => withEmbeddingCache(await loadBuiltinEmbedder(), { maxEntries: 2 })
  for (const { name, run } of await embedderContract(create)) it(name, run)
})

describe('the embedder of the golden tests', async () => {
  for (const { name, run } of await embedderContract(() => stubEmbedder)) it(name, run)
})

describe('an OpenAI-compatible embedder', async () => {
  const upstream = await startUpstream()
  const create = () =>
    createOpenAICompatibleEmbedder({
      baseUrl: upstream.baseUrl,
      model: 'contract-embedding',
      dimensions: embeddingDimensions,
      batchSize: 2,
    })
  for (const { name, run } of await embedderContract(create)) it(name, run)

  describe('behind a cache', async () => {
    const cached = () => withEmbeddingCache(create(), { maxEntries: 2 })
    for (const { name, run } of await embedderContract(cached)) it(name, run)
  })
})
