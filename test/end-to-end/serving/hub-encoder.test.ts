import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeSafetensors, type Tensor } from '../../../src/base/artifact/safetensors.ts'
import { isClosableEmbedder } from '../../../src/index.ts'
import { loadEmbedder } from '../../../src/routing/embedding/registry.ts'
import { promptFromText } from '../../../src/routing/prompts/routed-prompt.ts'
import { loadRouter } from '../../../src/routing/routers/registry.ts'
import { isClosableRouter } from '../../../src/routing/routers/router.ts'
import { type TinyModel, tinyTensors, writeCheckpoint } from '../../support/encoders/tiny-checkpoint.ts'
import { wordPieceTokenizer } from '../../support/encoders/tiny-tokenizer.ts'
import { type HubServer, startHubServer } from '../../support/servers/hub-server.ts'

const commit = '1234567890123456789012345678901234567890'
const model: TinyModel = { modelType: 'bert', vocabulary: 7, labels: 3 }
const tokenizer = wordPieceTokenizer(['one', 'two', 'three'])
let place = ''
let hub: HubServer

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'hub-encoder-'))
  const pooling = {
    'modules.json': ['Transformer', 'Pooling'].map((kind, index) => ({
      type: `sentence_transformers.models.${kind}`,
      path: index === 0 ? '' : '1_Pooling',
    })),
    '1_Pooling/config.json': { pooling_mode_cls_token: true },
  }
  await writeCheckpoint(join(place, 'local'), model, tokenizer, pooling)
  hub = await startHubServer({
    'acme/whole': { revisions: { main: commit }, commits: { [commit]: await filesOf(join(place, 'local')) } },
    'acme/sharded': {
      revisions: { main: commit },
      commits: { [commit]: await sharded(join(place, 'local')) },
    },
  })
})
afterAll(async () => {
  await hub.close()
  await rm(place, { recursive: true })
})

async function filesOf(folder: string): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files[path.slice(folder.length + 1)] = await readFile(path)
  }
  return files
}

/** The same weights in two files and their index. */
async function sharded(folder: string): Promise<Record<string, Uint8Array>> {
  const { 'model.safetensors': _, ...files } = await filesOf(folder)
  const shards = [new Map<string, Tensor>(), new Map<string, Tensor>()]
  const map: Record<string, string> = {}
  for (const [index, [name, tensor]] of [...tinyTensors(model)].entries()) {
    map[name] = `model-0000${(index % 2) + 1}-of-00002.safetensors`
    shards[index % 2]?.set(name, tensor)
  }
  for (const [index, shard] of shards.entries())
    files[`model-0000${index + 1}-of-00002.safetensors`] = encodeSafetensors(shard)
  files['model.safetensors.index.json'] = Buffer.from(JSON.stringify({ weight_map: map }))
  return files
}

const options = () => ({ endpoint: hub.url, cacheFolder: join(place, 'hub'), retryDelayMs: 1 })

it.each(['acme/whole', 'acme/sharded'])(
  'a bert router by the hub id %s scores as from its folder',
  async (id) => {
    const load = async (checkpoint: string, offline: boolean) => {
      const dependencies = { embedderOptions: {}, hub: { ...options(), offline } }
      const router = await loadRouter({ name: 'bert', kind: 'bert', checkpoint }, dependencies)
      const winRate = await router.strongWinRate(promptFromText('one two three'))
      if (isClosableRouter(router)) await router.close()
      return winRate
    }
    const local = await load(join(place, 'local'), true)
    expect(await load(id, false)).toBe(local)
    // All of it is in the cache now, its files being links.
    expect(await load(id, true)).toBe(local)
  },
)

it('an embedder by hub id takes its pooling along, and its id names the commit', async () => {
  const open = async (name: string, offline = false) => {
    const embedder = await loadEmbedder(name, { hub: { ...options(), offline } })
    const vectors = await embedder.embed(['one two three'])
    if (isClosableEmbedder(embedder)) await embedder.close()
    return { id: embedder.id, vectors }
  }
  const fromHub = await open('onnx:acme/whole')
  expect(fromHub.id).toBe(`onnx:acme/whole@${commit}`)
  expect(fromHub.vectors).toEqual((await open(`onnx:${join(place, 'local')}`)).vectors)
  // The id finds the same again, without the hub.
  expect(await open(fromHub.id, true)).toEqual(fromHub)
})

it('a pinned commit of which another tool left only a part is completed', async () => {
  const cacheFolder = join(place, 'partial')
  const snapshot = join(cacheFolder, 'models--acme--whole', 'snapshots', commit)
  await writeCheckpoint(snapshot, model, tokenizer)
  const hubOptions = { ...options(), cacheFolder }
  const embedder = await loadEmbedder(`onnx:acme/whole@${commit}`, { hub: hubOptions })
  if (isClosableEmbedder(embedder)) await embedder.close()
  expect(JSON.parse(await readFile(join(snapshot, '1_Pooling', 'config.json'), 'utf8'))).toEqual({
    pooling_mode_cls_token: true,
  })
})

it('a checkpoint without a tokenizer is told what it lacks', async () => {
  const bare = await startHubServer({
    'acme/bare': { revisions: { main: commit }, commits: { [commit]: { 'config.json': Buffer.from('{}') } } },
  })
  const dependencies = { embedderOptions: {}, hub: { ...options(), endpoint: bare.url } }
  await expect(
    loadRouter({ name: 'bert', kind: 'bert', checkpoint: 'acme/bare' }, dependencies),
  ).rejects.toMatchObject({
    code: 'hub-file-missing',
    message: expect.stringContaining('has no config.json and tokenizer.json and model.safetensors'),
  })
  await bare.close()
})
