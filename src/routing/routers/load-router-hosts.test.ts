import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useRouterFolders } from '../../../test/support/artifacts/router-folders.ts'
import { routellm } from '../../../test/support/command-line.ts'
import { loadRouter } from './registry.ts'

const folders = useRouterFolders()

/** Fails the test if anything is sent. */
const noNetwork: typeof fetch = () => {
  throw new Error('something was sent')
}

/** Embedders that ask a host, with that host. */
const embedders = [
  ['openai-compatible:text-embedding-3-small', 3, 'api.openai.com'],
  ['openai-compatible:text-embedding-ada-002', 3, 'api.openai.com'],
  ['onnx:nobody/no-such-encoder-anywhere', 3, 'huggingface.co'],
  ['onnx:nobody/no-such-encoder-anywhere@v1#int8', 3, 'huggingface.co'],
] as const

describe('a router’s folder that names an embedder of another host', () => {
  const saved = (id: string, dimensions: number) =>
    folders.artifact('foreign', { embedder: { id, dimensions } })

  it.each(embedders)('%s: is not loaded, and nothing is sent', async (id, dimensions, host) => {
    const artifact = await saved(id, dimensions)
    const dependencies = {
      embedderOptions: { fetch: noNetwork, retries: 0 },
      hub: { fetch: noNetwork, retries: 0, cacheFolder: folders.place },
    }
    await expect(loadRouter({ name: 'foreign', artifact }, dependencies)).rejects.toMatchObject({
      code: 'host-not-named',
      message: expect.stringMatching(new RegExp(`${host}.*--embedder ${id.slice(0, 10)}`)),
    })
  })

  it.each(embedders)(
    '%s: `route` and `score` say which host, and how to allow it',
    async (id, dimensions, host) => {
      const artifact = await saved(id, dimensions)
      const variables = { OPENAI_API_KEY: 'sk-planted-0123456789', HF_HUB_CACHE: folders.place }
      const run = await routellm(['route', 'a prompt', '--router', artifact, '--threshold', '0.5'], {
        folder: folders.place,
        variables,
      })
      expect(run.exitCode).toBeGreaterThan(0)
      expect(run.stderr.replace(/\s+/g, ' ')).toContain(host)
      expect(run.stderr.replace(/\s+/g, ' ')).toContain(`embedder: ${id}`)
    },
  )

  it('is loaded if the user names the embedder, or where it is served', async () => {
    const { embedderOptions } = folders.withServer()
    const artifact = await folders.artifact('named', {
      embedder: { id: 'openai-compatible:text-embedding-3-small', dimensions: 3 },
    })
    const hub = {}
    const embedder = 'openai-compatible:text-embedding-3-small'
    await loadRouter({ name: 'named', artifact }, { embedderOptions, hub })
    await loadRouter({ name: 'named', artifact, embedder }, { embedderOptions: { fetch: noNetwork }, hub })
  })

  it.each(embedders)('%s: joining it with `train cluster` sends nothing', async (id, dimensions) => {
    const foreign = await folders.artifact('foreign', { kind: 'cluster', embedder: { id, dimensions } })
    const rows = Array.from({ length: 20 }, (_, row) => ({
      prompt: `prompt ${row}`,
      scores: { fresh: row % 2 },
    }))
    const probe = join(folders.place, 'probe.jsonl')
    await writeFile(probe, rows.map((row) => JSON.stringify(row)).join('\n'))
    const argv = [
      'train',
      'cluster',
      '--join',
      foreign,
      '--data',
      probe,
      '--output',
      join(folders.place, 'joined'),
    ]
    const run = await routellm([...argv, '--strong-model', 'strong', '--weak-model', 'fresh'], {
      folder: folders.place,
      variables: { OPENAI_API_KEY: 'sk-planted-0123456789', HF_HUB_CACHE: folders.place },
    })
    expect(run.exitCode).toBe(2)
    expect(run.stderr.replace(/\s+/g, ' ')).toContain(`was trained on the embedder ${id}`)
  })
})
