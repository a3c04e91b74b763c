import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type HubServer, startHubServer } from '../../../../test/support/servers/hub-server.ts'
import { isHubFile, resolveHubFile } from './data-file.ts'

const commit = '1111111111111111111111111111111111111111'
const battles = new TextEncoder().encode('{"prompt":"p"}\n'.repeat(200))

let hub: HubServer
let cacheFolder: string
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'hub-data-'))
  hub = await startHubServer({
    'datasets/acme/arena': {
      revisions: { main: commit, 'refs/convert/parquet': commit },
      commits: { [commit]: { 'data/train.jsonl': battles } },
    },
  })
})
afterEach(async () => {
  await hub.close()
  await rm(cacheFolder, { recursive: true, force: true })
})

const resolve = (name: string, offline = false) =>
  resolveHubFile(name, { endpoint: hub.url, cacheFolder, retries: 0, offline })

it('downloads a file of a data set into the shared cache, and finds it there', async () => {
  const file = await resolve('hub:acme/arena/data/train.jsonl')
  expect(file).toBe(join(cacheFolder, 'datasets--acme--arena', 'snapshots', commit, 'data', 'train.jsonl'))
  expect(await readFile(file)).toEqual(Buffer.from(battles))
  const asked = hub.requests.length
  expect(await resolve('hub:acme/arena/data/train.jsonl', true)).toBe(file)
  expect(await resolve(`hub:acme/arena@${commit}/data/train.jsonl`)).toBe(file)
  expect(hub.requests.length).toBe(asked)
  expect(await resolve('hub:acme/arena@refs%2Fconvert%2Fparquet/data/train.jsonl')).toBe(file)
})

it('says what is missing, and leaves nothing half-written', async () => {
  await expect(resolve('hub:acme/arena/data/none.jsonl')).rejects.toMatchObject({
    code: 'hub-file-missing',
    message: expect.stringMatching(/has no data\/none\.jsonl .*Check the path/),
  })
  await expect(resolve('hub:acme/none/a.csv')).rejects.toMatchObject({
    code: 'hub-not-found',
    message: expect.stringContaining('has no data set acme/none'),
  })
  hub.disturb = (request) => (request.includes('/large/') ? { kind: 'short', bytes: 7 } : undefined)
  await expect(resolve('hub:acme/arena/data/train.jsonl')).rejects.toThrow(/No incomplete file is left/)
  const left = await readdir(cacheFolder, { recursive: true, withFileTypes: true })
  expect(left.filter((entry) => !entry.isDirectory())).toEqual([])
})

it.each([
  'hub:acme',
  'hub:acme/arena',
  'hub:acme/arena/../x',
  'hub:acme/arena/a//b',
  'hub:a/b@%2F../c',
  'hub:a/b@%/c',
])('refuses %s', async (name) => {
  await expect(resolve(name)).rejects.toMatchObject({ code: 'bad-hub-file' })
  expect(isHubFile(name)).toBe(true)
})
