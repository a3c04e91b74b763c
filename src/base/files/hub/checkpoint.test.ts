import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Disturbance,
  type HubServer,
  startHubServer,
} from '../../../../test/support/servers/hub-server.ts'
import { ArtifactError, ConfigError, HubError, MissingPackageError } from '../../../errors.ts'
import { resolveCheckpoint } from './checkpoint.ts'
import { authorisedFetch, loadHubLibrary } from './hub-library.ts'
import type { HubOptions } from './hub-options.ts'

const first = '1111111111111111111111111111111111111111'
const second = '2222222222222222222222222222222222222222'
const config = new TextEncoder().encode('{"dim": 16}')
const weights = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251)
const newWeights = weights.map((byte) => byte ^ 1)

let hub: HubServer
let cacheFolder: string

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'hub-cache-'))
  hub = await startHubServer({
    'acme/mf': {
      revisions: { main: second, v1: first },
      commits: {
        [first]: { 'config.json': config, 'model.safetensors': weights, 'README.md': config },
        [second]: { 'config.json': config, 'model.safetensors': newWeights, 'README.md': config },
      },
    },
    'acme/trained': {
      revisions: { main: first },
      commits: { [first]: { 'router.json': config, 'weights.safetensors': weights, 'config.json': config } },
    },
    'acme/other': { revisions: { main: first }, commits: { [first]: { 'pytorch_model.bin': weights } } },
    'acme/private': {
      revisions: { main: first },
      commits: { [first]: { 'config.json': config, 'model.safetensors': weights } },
      token: 'a-token-of-a-mirror',
    },
  })
})

afterEach(async () => {
  await hub.close()
  await rm(cacheFolder, { recursive: true, force: true })
})

const resolve = (id: string, options: HubOptions = {}) =>
  resolveCheckpoint(id, { endpoint: hub.url, cacheFolder, retryDelayMs: 1, ...options })

const repository = (id = 'acme--mf') => join(cacheFolder, `models--${id}`)

/** Files and links below the cache folder, sorted. */
const cached = async () =>
  (await readdir(cacheFolder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(cacheFolder.length + 1))
    .sort()

/** The answer to the requests that match is disturbed, the first `times` times. */
function disturb(pattern: RegExp, disturbance: Disturbance, times = Number.POSITIVE_INFINITY): void {
  let left = times
  hub.disturb = (request) => (pattern.test(request) && left-- > 0 ? disturbance : undefined)
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const weightsIn = async (folder: string) => digest(await readFile(join(folder, 'model.safetensors')))

/** A request for a large file or for the rest of it; `bytes=0-0` only asks for its size. */
const wholeLargeFile = /^GET \/large\/[0-9a-f]+(?: bytes=\d+-)?$/

describe('a folder', () => {
  it('is its own checkpoint, and nothing is asked of the hub', async () => {
    expect(await resolve(cacheFolder)).toBe(cacheFolder)
    expect(hub.requests).toEqual([])
  })

  it('that is a file, or neither a folder nor a hub id, is refused', async () => {
    const file = join(cacheFolder, 'model.safetensors')
    await writeFile(file, '')
    await expect(resolve(file)).rejects.toThrow(/is a file.*name that folder/)
    for (const id of [
      'no-slash',
      './missing',
      '/a/b',
      'a/b/c',
      '../no-such-folder-beside-this-one',
      'a/..',
      'a--b/c',
      'a/b@1@2',
      '',
    ])
      await expect(resolve(id), id).rejects.toThrow(ArtifactError)
    expect(hub.requests).toEqual([])
  })
})

describe('a hub id', () => {
  it('gives a folder with the needed files only, in the cache layout of other tools', async () => {
    const folder = await resolve('acme/mf')
    expect(folder).toBe(join(repository(), 'snapshots', second))
    expect(await readdir(folder)).toEqual(['config.json', 'model.safetensors'])
    expect(await weightsIn(folder)).toBe(digest(newWeights))
    expect(await readFile(join(repository(), 'refs', 'main'), 'utf8')).toBe(second)
    expect(await readlink(join(folder, 'config.json'))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/)
    expect(await readlink(join(folder, 'model.safetensors'))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/)
  })

  it('is found again by the library that other tools use', async () => {
    const folder = await resolve('acme/mf@v1')
    const { downloadFileToCacheDir, scanCacheDir } = await loadHubLibrary()
    const before = hub.requests.length
    const path = await downloadFileToCacheDir({
      repo: 'acme/mf',
      path: 'model.safetensors',
      revision: first,
      cacheDir: cacheFolder,
      hubUrl: hub.url,
    })
    expect(path).toBe(join(folder, 'model.safetensors'))
    expect(hub.requests.length).toBe(before)
    const [repo] = (await scanCacheDir(cacheFolder)).repos
    expect(repo?.revisions.map(({ commitOid, refs }) => [commitOid, refs])).toEqual([[first, ['v1']]])
  })

  it('with router.json is a router artifact', async () => {
    expect(await readdir(await resolve('acme/trained'))).toEqual(['router.json', 'weights.safetensors'])
  })

  it('takes other files when they are named', async () => {
    expect(await readdir(await resolve('acme/mf', { files: ['README.md'] }))).toEqual(['README.md'])
  })

  it('asks once which commit a branch is, and downloads nothing that is there', async () => {
    await resolve('acme/mf')
    hub.requests.length = 0
    await resolve('acme/mf')
    expect(hub.requests).toEqual(['GET /api/models/acme/mf/revision/main'])
  })

  it.each([
    ['acme/mf@v1', {}],
    ['acme/mf', { revision: 'v1' }],
    [`acme/mf@${first}`, {}],
    ['acme/mf@v1', { revision: 'v1' }],
  ])('pinned as %s %o gives that revision', async (id, options) => {
    const folder = await resolve(id, options)
    expect(folder).toBe(join(repository(), 'snapshots', first))
    expect(await weightsIn(folder)).toBe(digest(weights))
  })

  it('pinned to a commit that is in the cache needs no network', async () => {
    await resolve('acme/mf@v1')
    hub.requests.length = 0
    expect(await resolve(`acme/mf@${first}`)).toBe(join(repository(), 'snapshots', first))
    expect(hub.requests).toEqual([])
  })

  it('with two revisions, or one that leaves the cache, is refused', async () => {
    await expect(resolve('acme/mf@v1', { revision: 'main' })).rejects.toThrow(ConfigError)
    for (const revision of ['../../etc', 'a/../../b', '', 'a b', '-x'])
      await expect(resolve('acme/mf', { revision }), revision).rejects.toThrow(ConfigError)
    expect(hub.requests).toEqual([])
  })

  it('sends a token to the hub and not to the host of the large files', async () => {
    await resolve('acme/private', { token: 'a-token-of-a-mirror' })
    const sentTo = (pattern: RegExp) =>
      new Set(hub.authorizations.filter((_, index) => pattern.test(hub.requests[index] ?? '')))
    expect(sentTo(/\/large\//)).toEqual(new Set([undefined]))
    expect(sentTo(/acme/)).toEqual(new Set(['Bearer a-token-of-a-mirror']))
  })

  it('downloaded twice at once is whole both times', async () => {
    const folders = await Promise.all([resolve('acme/mf'), resolve('acme/mf'), resolve('acme/mf')])
    for (const folder of folders) expect(await weightsIn(folder)).toBe(digest(newWeights))
    expect((await cached()).filter((file) => file.includes('incomplete'))).toEqual([])
  })
})

describe('offline', () => {
  it('uses the cache, by branch, tag and commit, without a request', async () => {
    await resolve('acme/mf@v1')
    await resolve('acme/mf')
    hub.requests.length = 0
    for (const [id, commit] of [
      ['acme/mf', second],
      ['acme/mf@v1', first],
      [`acme/mf@${first}`, first],
    ])
      expect(await resolve(`${id}`, { offline: true })).toBe(join(repository(), 'snapshots', `${commit}`))
    expect(hub.requests).toEqual([])
  })

  it('says what is missing where the cache does not have it', async () => {
    await resolve('acme/mf@v1')
    hub.requests.length = 0
    const failure = resolve('acme/mf', { offline: true })
    await expect(failure).rejects.toMatchObject({ code: 'hub-offline' })
    await expect(failure).rejects.toThrow(/acme\/mf at revision main is not in the cache.*Run once online/)
    expect(hub.requests).toEqual([])
  })
})

describe('a download that breaks', () => {
  it.each<[string, RegExp, Disturbance]>([
    ['cut mid-file', wholeLargeFile, { kind: 'cut', afterBytes: 50_000 }],
    ['cut before the first byte', wholeLargeFile, { kind: 'reset' }],
    ['shorter than announced', wholeLargeFile, { kind: 'short', bytes: 299_999 }],
    ['of other bytes', wholeLargeFile, { kind: 'corrupt' }],
    ['answered with 503', wholeLargeFile, { kind: 'status', status: 503 }],
    ['whose announcement is cut', /^GET \/acme\/mf\/resolve\/.*\/model/, { kind: 'reset' }],
    ['whose small file is short', /^GET .*config\.json$/, { kind: 'short', bytes: 3 }],
    ['whose revision cannot be asked', /revision/, { kind: 'reset' }],
    ['whose revision is answered with 500', /revision/, { kind: 'status', status: 500 }],
  ])(
    '%s: succeeds on a later try, else leaves nothing half-written and says what to do',
    async (_, at, how) => {
      disturb(at, how)
      const failure = await resolve('acme/mf').catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(HubError)
      expect(String(failure)).toMatch(
        /acme\/mf could not be downloaded from http.* in 3 tries: .*HF_ENDPOINT/,
      )
      expect(hub.requests.filter((request) => at.test(request)).length).toBe(3)
      const left = await cached()
      expect(left.filter((file) => /refs|incomplete|model\.safetensors/.test(file))).toEqual([])
      await expect(resolve('acme/mf', { offline: true })).rejects.toThrow(HubError)

      disturb(at, how, 2)
      const folder = await resolve('acme/mf')
      expect(await weightsIn(folder)).toBe(digest(newWeights))
      expect((await cached()).length).toBe(5)
    },
  )

  it('continues where the connection broke', async () => {
    disturb(wholeLargeFile, { kind: 'cut', afterBytes: 100_000 }, 1)
    expect(await weightsIn(await resolve('acme/mf'))).toBe(digest(newWeights))
    const [first, second, ...others] = hub.requests.filter((request) => wholeLargeFile.test(request))
    expect(first).not.toContain('bytes=')
    // Some of the bytes sent may not have arrived.
    expect(Number(/bytes=(\d+)-$/.exec(second ?? '')?.[1])).toBeGreaterThan(0)
    expect(others).toEqual([])
  })

  it('is tried as often as was asked for', async () => {
    disturb(wholeLargeFile, { kind: 'cut', afterBytes: 10 })
    await expect(resolve('acme/mf', { retries: 0 })).rejects.toThrow(HubError)
    expect(hub.requests.filter((request) => wholeLargeFile.test(request)).length).toBe(1)
  })

  it('leaves an earlier revision in place and points to offline mode', async () => {
    await resolve('acme/mf@v1', { revision: 'v1' })
    disturb(/revision/, { kind: 'reset' })
    await expect(resolve('acme/mf@v1')).rejects.toThrow(/earlier download is in the cache.*HF_HUB_OFFLINE=1/)
    expect(await resolve('acme/mf@v1', { offline: true })).toContain(first)
  })

  it('is not the fault of the hub where the cache cannot be written', async () => {
    await writeFile(join(cacheFolder, 'models--acme--mf'), 'a file in the way')
    const failure = resolve('acme/mf')
    await expect(failure).rejects.toMatchObject({ code: 'hub-cache-unwritable' })
    await expect(failure).rejects.toThrow(/HF_HUB_CACHE/)
    expect(hub.requests.filter((request) => request.includes('bytes=0-0')).length).toBe(1)
  })
})

describe('a hub that refuses', () => {
  it.each<[string, string, string, RegExp]>([
    ['an id it does not have', 'acme/nothing', 'hub-not-found', /404: Repository not found.*spelling/],
    ['a revision it does not have', 'acme/mf@v9', 'hub-not-found', /revision v9 \(404: Invalid rev id: v9/],
    ['a private model', 'acme/private', 'hub-unauthorised', /401.*private or gated.*HF_TOKEN/],
    [
      'a model that is no router',
      'acme/other',
      'hub-file-missing',
      /no router.json and .*it has pytorch_model/,
    ],
  ])('%s: one try, and an error that says what to do', async (_, id, code, message) => {
    const failure = resolve(id)
    await expect(failure).rejects.toMatchObject({ name: 'HubError', code })
    await expect(failure).rejects.toThrow(message)
    expect(hub.requests.length).toBe(1)
    expect(await cached()).toEqual([])
  })

  it('a file that it lists but does not have', async () => {
    disturb(/resolve.*model\.safetensors/, {
      kind: 'status',
      status: 404,
      body: { error: 'Entry not found' },
    })
    await expect(resolve('acme/mf')).rejects.toMatchObject({ code: 'hub-not-found' })
    await expect(resolve('acme/mf', { files: ['config.json', 'vocab.txt'] })).rejects.toThrow(
      /no config.json and vocab/,
    )
  })

  it('or is not there at all', async () => {
    const { url } = hub
    await hub.close()
    await expect(resolve('acme/mf', { endpoint: url, retries: 1 })).rejects.toThrow(
      /in 2 tries.*ECONNREFUSED/,
    )
    await expect(resolve('acme/mf', { endpoint: 'not a url' })).rejects.toMatchObject({
      code: 'bad-hub-endpoint',
    })
  })

  it('cannot make a file outside the cache', async () => {
    const answer = { _id: '1', id: 'acme/mf', sha: '../../../escaped', siblings: [] }
    disturb(/revision/, { kind: 'status', status: 200, body: answer })
    await expect(resolve('acme/mf')).rejects.toMatchObject({ code: 'hub-reply-invalid' })
    expect(await cached()).toEqual([])
  })
})

it('sends a token to the origin of the hub only, and keeps a caller’s own', async () => {
  const sent: (string | null)[] = []
  const record: typeof fetch = async (_, init) => {
    sent.push(new Headers(init?.headers).get('authorization'))
    return new Response()
  }
  const send = authorisedFetch('https://hub.example/mirror', { token: 't', fetch: record })
  await send('https://hub.example/file')
  await send(new URL('https://cdn.example/file'))
  await send('https://hub.example:444/file')
  await send(new Request('https://hub.example/file', { headers: { range: 'bytes=0-0' } }))
  await send('https://hub.example/file', { headers: { authorization: 'Bearer own' } })
  expect(sent).toEqual(['Bearer t', null, null, 'Bearer t', 'Bearer own'])
})

it('without the optional package says which to install', async () => {
  const missing = Object.assign(new Error("Cannot find package '@huggingface/hub'"), {
    code: 'ERR_MODULE_NOT_FOUND',
  })
  const load = loadHubLibrary(() => Promise.reject(missing))
  await expect(load).rejects.toThrow(MissingPackageError)
  await expect(load).rejects.toThrow(/npm install @huggingface\/hub/)
  const broken = new Error('its own fault')
  await expect(loadHubLibrary(() => Promise.reject(broken))).rejects.toBe(broken)
})
