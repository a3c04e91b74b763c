import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  noDependencies,
  smallTensors,
  useRouterFolders,
} from '../../../test/support/artifacts/router-folders.ts'
import type { RouterManifest } from '../../base/artifact/router-artifact.ts'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../base/artifact/safetensors.ts'
import { promptFromText } from '../prompts/routed-prompt.ts'
import { loadRouter, type RouterSpec, routerSpec } from './registry.ts'
import { isEmbeddingRouter } from './router.ts'

const folders = useRouterFolders()
const { artifact, checkpoint, withServer } = folders

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
      'the built-in embedder of another release',
      () => saved({ embedder: { id: 'builtin@0', dimensions: 3 } }),
      'embedder-mismatch',
      /trained on the embedder builtin@0, and this release has builtin@\d.*Train the router again on the same data/,
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
      async () => ({ name: 'mf', checkpoint: folders.place }),
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
    const dependencies = {
      ...withServer(),
      embedderOptions: { baseUrl: folders.server.baseUrl, dimensions: 3 },
    }
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
    const router = await loadRouter(spec, noDependencies)
    await expect(router.strongWinRate(promptFromText('x'))).rejects.toThrow(message)
    await expect(loadRouter(spec, { ...noDependencies, mustScoreText: true })).rejects.toThrow(message)
  })

  it('texts for an artifact of given embeddings', async () => {
    const spec = routerSpec(await artifact('given', { embedder: { id: 'external', dimensions: 3 } }))
    const router = await loadRouter(spec, noDependencies)
    const message =
      /trained on embeddings that came with its data.*cannot score a text.*embedding of 3 numbers/
    await expect(router.strongWinRate(promptFromText('x'))).rejects.toThrow(message)
    expect(isEmbeddingRouter(router) && router.strongWinRateOfEmbedding([0, 0, 0])).toBe(0.5)
    await expect(loadRouter(spec, { ...noDependencies, mustScoreText: true })).rejects.toThrow(message)
  })
})
