import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeStore } from '../../../benchmarks/page/make-store.mjs'

const rows = 200_000
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-given-up-'))
  await makeStore(folder, rows, Date.now() - 60_000)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Of each reader, two reads that are given up at some moment: mostly while their threads are within SQLite. */
const program = `
import { createStoreReader } from ${JSON.stringify(new URL('../../../dist/store/reader/store-reader.js', import.meta.url).href)}
const keepAlive = setInterval(() => {}, 1000)
const time = { from: Date.now() - 32 * 86_400_000, to: Date.now() }
const counts = { answered: 0, 'read-too-long': 0 }
for (let timeoutMs = 100; timeoutMs < 700; timeoutMs += 25) {
  const reader = createStoreReader({ folder: process.argv[1], timeoutMs, slowTimeoutMs: timeoutMs })
  const pair = { policy: 'policy-halves', measure: 'threshold', setting: 0.45, models: ['large', 'small'], trust: { trustedKeys: [], trustsUnnamed: true }, ...time }
  const reads = [reader.read('curve', pair), reader.read('usage', { ...time, tag: 'contract' })]
  for (const read of reads) await read.then(() => counts.answered++, ({ code }) => counts[code]++)
  await reader.close()
}
console.log(JSON.stringify(counts))
clearInterval(keepAlive)
`

it('reads that are given up within a statement leave the process alive', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect([code, signal]).toEqual([0, null])
  expect((JSON.parse(output) as Record<string, number>)['read-too-long']).toBeGreaterThan(10)
})
