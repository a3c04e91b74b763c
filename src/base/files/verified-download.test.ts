import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { downloadVerified, type VerifiedDownloadOptions } from './verified-download.ts'

const contents: Readonly<Record<string, string>> = {
  'a/one.csv': 'one\n'.repeat(1000),
  'a/two.csv': 'two',
  'b/c/three.jsonl': '{"three":3}\n',
}
const files = Object.entries(contents).map(([path, text]) => ({
  path,
  bytes: Buffer.byteLength(text),
  sha256: createHash('sha256').update(text).digest('hex'),
}))

let folder: string
let asked: string[]
/** What to do with a request before the ordinary answer; by path, each used once. */
let faults: Map<string, ((response: ServerResponse) => void)[]>
const server = createServer((request, response) => {
  const path = (request.url ?? '').slice('/root/'.length)
  asked.push(path)
  const fault = faults.get(path)?.shift()
  if (fault !== undefined) return fault(response)
  const text = contents[path]
  response.writeHead(text === undefined ? 404 : 200).end(text)
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-download-'))
  asked = []
  faults = new Map()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

function download(more: Partial<VerifiedDownloadOptions> = {}) {
  const { port } = server.address() as AddressInfo
  return downloadVerified({
    baseUrl: `http://127.0.0.1:${port}/root/`,
    folder,
    files,
    retryDelayMs: 1,
    ...more,
  })
}

async function present(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}

/** Promises the whole file and ends the connection in the middle. */
const cut = (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': 4000 })
  response.write('one\n', () => response.destroy())
}

describe('downloadVerified', () => {
  it('downloads every file into its place', async () => {
    const done: number[] = []
    expect(await download({ onFile: (count) => done.push(count) })).toEqual({
      downloaded: 3,
      alreadyThere: 0,
    })
    expect(await present()).toEqual(Object.keys(contents))
    for (const [path, text] of Object.entries(contents))
      expect(await readFile(join(folder, path), 'utf8')).toBe(text)
    expect(done).toEqual([1, 2, 3])
  })

  it('asks only for what is missing or changed', async () => {
    await download()
    await writeFile(join(folder, 'a/two.csv'), 'owt')
    await rm(join(folder, 'b/c/three.jsonl'))
    asked = []
    expect(await download()).toEqual({ downloaded: 2, alreadyThere: 1 })
    expect(asked.toSorted()).toEqual(['a/two.csv', 'b/c/three.jsonl'])
    expect(await readFile(join(folder, 'a/two.csv'), 'utf8')).toBe('two')
  })

  it('keeps nothing of a file with another hash, and does not try again', async () => {
    const wrong = (response: ServerResponse) => response.end('owt')
    faults.set('a/two.csv', [wrong, wrong, wrong])
    await expect(download()).rejects.toMatchObject({
      code: 'download-hash',
      message: expect.stringContaining('a/two.csv gives bytes with the SHA-256'),
    })
    expect(asked.filter((path) => path === 'a/two.csv')).toHaveLength(1)
    expect(await present()).not.toContain('a/two.csv')
    expect((await present()).filter((path) => path.endsWith('.partial'))).toEqual([])
  })

  it('stops reading a file that is longer than it should be', async () => {
    faults.set('a/two.csv', [(response) => response.end('x'.repeat(1_000_000))])
    await expect(download()).rejects.toMatchObject({ code: 'download-hash' })
  })

  it('tries again after a cut connection and a busy server', async () => {
    faults.set('a/one.csv', [cut, (response) => response.writeHead(503).end()])
    expect(await download()).toEqual({ downloaded: 3, alreadyThere: 0 })
    expect(asked.filter((path) => path === 'a/one.csv')).toHaveLength(3)
  })

  it('gives up after the last try, and the next run goes on from there', async () => {
    faults.set('a/one.csv', [cut, cut])
    await expect(download({ retries: 1, files: files.toReversed() })).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(/a\/one\.csv could not be downloaded in 2 tries/),
    })
    expect((await present()).filter((path) => path.endsWith('.partial'))).toEqual([])
    const { downloaded, alreadyThere } = await download()
    expect(downloaded + alreadyThere).toBe(3)
    expect(await present()).toEqual(Object.keys(contents))
  })

  it('gives up a connection that brings nothing', async () => {
    faults.set('a/one.csv', [(response) => void response.writeHead(200).write('one')])
    expect(await download({ idleTimeoutMs: 50 })).toMatchObject({ downloaded: 3 })
  })

  it('tries again where a body ends early, though the connection was closed in order', async () => {
    faults.set('a/one.csv', [(response) => response.end('one\n')])
    expect(await download()).toMatchObject({ downloaded: 3 })
  })

  it('takes as long as it takes where something keeps coming', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const parts = [...(contents['a/two.csv'] ?? '')]
      const slow: typeof fetch = async (_url, init) =>
        new Response(
          new ReadableStream(
            {
              pull(controller) {
                init?.signal?.throwIfAborted()
                vi.advanceTimersByTime(20_000)
                const part = parts.shift()
                if (part === undefined) controller.close()
                else controller.enqueue(Buffer.from(part))
              },
            },
            // Nothing is made before it is asked for.
            { highWaterMark: 0 },
          ),
        )
      const [, two] = files
      expect(await download({ files: [two!], fetch: slow, retries: 0 })).toMatchObject({ downloaded: 1 })
    } finally {
      vi.useRealTimers()
    }
  })

  it('says which URL is wrong where the server has no such file', async () => {
    await expect(
      download({ files: [...files, { path: 'no/file', bytes: 1, sha256: '0'.repeat(64) }] }),
    ).rejects.toMatchObject({
      code: 'download-refused',
      message: expect.stringContaining('/root/no/file answers with status 404'),
    })
  })

  it('ends with the reason of an abort, and leaves nothing half-written', async () => {
    const controller = new AbortController()
    faults.set('a/one.csv', [
      (response) => {
        response.writeHead(200).write('one')
        controller.abort(new Error('enough'))
      },
    ])
    await expect(download({ signal: controller.signal })).rejects.toThrow('enough')
    expect((await present()).filter((path) => path.endsWith('.partial'))).toEqual([])
  })
})
