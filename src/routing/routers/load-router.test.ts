import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  golden,
  noDependencies,
  remoteEmbedder,
  useRouterFolders,
} from '../../../test/support/artifacts/router-folders.ts'
import { startHubServer } from '../../../test/support/servers/hub-server.ts'
import { saveRouterArtifact } from '../../base/artifact/save.ts'
import { trainNearestNeighbours } from '../../learning/training/knn/train.ts'
import { trainSimilarityWeighted } from '../../learning/training/sw_ranking/train.ts'
import { loadEmbedder } from '../embedding/registry.ts'
import { promptFromText } from '../prompts/routed-prompt.ts'
import { loadRouter, type RouterSpec, routerSpec } from './registry.ts'
import { isCalibratedRouter, isClosableRouter, isEmbeddingRouter, isExplainingRouter } from './router.ts'

const folders = useRouterFolders()
const { artifact, checkpoint, withServer } = folders

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
    const router = await loadRouter({ name: 'chance', kind: 'random', seed: 3 }, noDependencies)
    expect(router.name).toBe('chance')
    expect(await loadRouter(routerSpec('length'), noDependencies)).toMatchObject({ name: 'length' })
    const prompt = promptFromText('x')
    const other = await loadRouter({ name: 'chance', kind: 'random', seed: 4 }, noDependencies)
    expect(router.strongWinRate(prompt)).not.toBe(other.strongWinRate(prompt))
    const rules = [{ maxCharacters: 1, strongWinRate: 0.125 }]
    const ruled = await loadRouter({ name: 'mine', kind: 'rules', rules, otherwise: 0.75 }, noDependencies)
    expect(ruled).toMatchObject({ name: 'mine' })
    expect([ruled.strongWinRate(prompt), ruled.strongWinRate(promptFromText('xx'))]).toEqual([
      expect.closeTo(0.125, 3),
      expect.closeTo(0.75, 3),
    ])
    expect((await loadRouter(routerSpec('rules'), noDependencies)).name).toBe('rules')
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
    expect(folders.server.requests).toHaveLength(1)
    await router.strongWinRate(promptFromText('ab'))
    expect(folders.server.requests).toHaveLength(1)
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
    const router = await loadRouter({ name: 'mf', checkpoint: await checkpoint() }, noDependencies)
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
      ...noDependencies,
      hub: { endpoint: hub.url, cacheFolder: join(folders.place, 'cache') },
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
      const file = join(folders.place, 'outcomes.jsonl')
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
      await saveRouterArtifact(join(folders.place, 'looked-up'), artifact)
      return join(folders.place, 'looked-up')
    }

    it('loads knn, named by its folder; it shows its neighbours and can be closed', async () => {
      const folder = await trained(trainNearestNeighbours)
      const router = await loadRouter(routerSpec(folder), noDependencies)
      expect(router).toMatchObject({ name: 'looked-up', embedderId: 'builtin@2' })
      expect(isClosableRouter(router) && isExplainingRouter(router) && isCalibratedRouter(router)).toBe(true)
      if (!isClosableRouter(router) || !isExplainingRouter(router)) return
      const { nearest } = await router.explain(promptFromText('aaaa'))
      expect(nearest?.[0]).toMatchObject({ prompt: 'aaaa', modelA: 'big', modelB: 'small', winA: 1 })
      await router.close()
      await expect(
        loadRouter({ ...routerSpec(folder), scoringWeakModel: 'other' }, noDependencies),
      ).rejects.toMatchObject({ code: 'no-scoring-models' })
    })

    it('loads sw_ranking, for another pair without the calibration of its own', async () => {
      const folder = await trained(trainSimilarityWeighted)
      const router = await loadRouter(routerSpec(folder), noDependencies)
      expect(isCalibratedRouter(router)).toBe(true)
      const other = await loadRouter({ ...routerSpec(folder), scoringWeakModel: 'other' }, noDependencies)
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
