import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { loadBuiltinEmbedder } from '../../src/routing/embedding/builtin/embedder.ts'
import { withEmbeddingCache } from '../../src/routing/embedding/cache.ts'
import { type Embedder, isClosableEmbedder } from '../../src/routing/embedding/embedder.ts'
import { createOpenAICompatibleEmbedder } from '../../src/routing/embedding/openai-compatible/embedder.ts'
import { loadEmbedder } from '../../src/routing/embedding/registry.ts'
import { embedderContract } from '../../src/testing/index.ts'
import { stubEmbedder } from '../support/encoders/golden-checkpoint.ts'
import { writeCheckpoint } from '../support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../support/encoders/tiny-tokenizer.ts'
import { embeddingDimensions, startUpstream } from '../support/servers/scripted-upstream.ts'

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

describe('an encoder on this machine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-embedder-'))
  await writeCheckpoint(
    folder,
    { modelType: 'bert', vocabulary: 1000 },
    wordPieceTokenizer(Array.from({ length: 996 }, (_, index) => String.fromCharCode(32 + index))),
  )
  const opened: Embedder[] = []
  afterAll(async () => {
    for (const embedder of opened) if (isClosableEmbedder(embedder)) await embedder.close()
    await rm(folder, { recursive: true })
  })
  const create = async () => {
    const embedder = await loadEmbedder(`onnx:${folder}`, { inference: { computeThreads: 1 } })
    opened.push(embedder)
    return embedder
  }
  for (const { name, run } of await embedderContract(create, { tolerance: 1e-6 })) it(name, run)
})

describe('an OpenAI-compatible embedder', async () => {
  const upstream = await startUpstream()
  afterAll(upstream.close)
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
