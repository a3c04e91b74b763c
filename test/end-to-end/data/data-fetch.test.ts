import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { upstreamBenchmarkFiles } from '../../../src/learning/evaluation/benchmarks/upstream-files.ts'
import { benchmarkFiles, describeWithBenchmarkFiles } from '../../support/benchmark-files.ts'
import { routellm as run } from '../../support/command-line.ts'

let folder: string
let asked: string[]
/** Serves the stored copy; a path that ends in `damaged` comes changed. */
let damaged: string | undefined
const server = createServer(async (request, response) => {
  const path = (request.url ?? '').slice(1)
  asked.push(path)
  const bytes = await readFile(join(benchmarkFiles, path)).catch(() => undefined)
  if (bytes === undefined) return void response.writeHead(404).end()
  if (path === damaged) bytes[0]! ^= 1
  response.end(bytes)
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-fetch-'))
  asked = []
  damaged = undefined
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

const fetchData = (...argv: string[]) => run(['data', 'fetch', '--output', 'data', ...argv], { folder })
const baseUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

it('knows where the files are by default, and refuses what is no URL', async () => {
  const { exitCode, stderr } = await fetchData('--base-url', 'ftp://x')
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('must start with http:// or https://')])
})

it('says what is wrong, and exits with 1, where the server has no such files', async () => {
  const { exitCode, stdout } = await fetchData('--base-url', `${baseUrl()}/elsewhere`, '--json')
  expect([exitCode, JSON.parse(stdout).error.code]).toEqual([1, 'download-refused'])
})

describeWithBenchmarkFiles('data fetch from a copy of the repository', () => {
  it('downloads what evaluate reads, once', async () => {
    const first = await fetchData('--base-url', baseUrl(), '--json')
    expect(JSON.parse(first.stdout)).toEqual({
      output: join(folder, 'data'),
      files: upstreamBenchmarkFiles.length,
      downloaded: upstreamBenchmarkFiles.length,
      alreadyThere: 0,
      bytes: expect.any(Number),
    })
    const evaluated = await run(
      [
        'evaluate',
        '--benchmark',
        'mt-bench',
        '--routers',
        'length',
        '--data',
        'data',
        '--samples',
        '5',
        '--json',
      ],
      { folder },
    )
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ rows: 72 })
    asked = []
    const again = await fetchData('--base-url', `${baseUrl()}/`, '--json')
    expect([JSON.parse(again.stdout).alreadyThere, asked]).toEqual([upstreamBenchmarkFiles.length, []])
  })

  it('refuses a file with another hash', async () => {
    damaged = 'routellm/evals/mt_bench/question.jsonl'
    const { exitCode, stderr } = await fetchData('--base-url', baseUrl())
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining(`${damaged} gives bytes with the SHA-256`),
    ])
    await expect(readFile(join(folder, 'data', damaged))).rejects.toThrow('ENOENT')
  })
})
