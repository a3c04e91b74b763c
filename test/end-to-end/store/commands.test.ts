import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { routellm } from '../../support/command-line.ts'
import { type CountingUpstream, startCountingUpstream } from '../../support/store/counting-upstream.ts'
import {
  endServed,
  nanoUsdOf,
  type Served,
  sendFeedback,
  sendRequest,
  serveStore,
  storeKey,
  writeStoreConfig,
} from '../../support/store/kill-rounds.ts'
import { Libsql } from '../../support/store/read-database.ts'

let folder: string
let upstream: CountingUpstream
let served: Served
const ids: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-store-commands-'))
  upstream = await startCountingUpstream()
  served = await serveStore(
    writeStoreConfig(folder, upstream.url, clientKeyHmac(storeKey), 'store: { text: full }'),
  )
  for (let name = 1; name <= 6; name++) ids.push(await sendRequest(served.url, name, name % 2 === 0))
  // By the id that the upstream gave it.
  await sendFeedback(served.url, 'upstream-3', 'first')
  await sendFeedback(served.url, ids[2]!, 'first')
  await sendFeedback(served.url, ids[0]!, 'second')
})
afterAll(async () => {
  await endServed(served, 'SIGINT')
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

const run = (...argv: string[]) => routellm(argv, { folder })
const json = async (...argv: string[]) => {
  const { exitCode, stdout, stderr } = await run(...argv, '--json')
  expect([exitCode, stderr]).toEqual([0, expect.any(String)])
  return JSON.parse(stdout)
}
const rowsOf = (file: string) =>
  readFileSync(join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('routellm store, while a server uses it', () => {
  it('info says what it has', async () => {
    let nanoUsd = 0
    for (let name = 1; name <= 6; name++) nanoUsd += nanoUsdOf(upstream, `${name}`)
    expect(await json('store', 'info')).toMatchObject({
      path: join(folder, '.routellm'),
      requests: 6,
      feedback: 2,
      usd: nanoUsd / 1e9,
      bytes: expect.any(Number),
    })
    expect((await run('store', 'info')).stdout).toContain('requests  6')
  })

  it('export writes requests as in the request log, with their text, and feedback', async () => {
    expect(await json('store', 'export', '--output', 'all.jsonl')).toEqual({
      output: 'all.jsonl',
      rows: 8,
      missingTexts: 0,
    })
    const rows = rowsOf('all.jsonl')
    expect(rows.map(({ type, id }) => [type, id])).toEqual([
      ...ids.map((id) => ['request', id]),
      ['feedback', 'web/first'],
      ['feedback', 'web/second'],
    ])
    expect(rows[0]).toMatchObject({
      protocol: 'chat-completions',
      model: 'one',
      upstreamId: 'upstream-1',
      tokens: upstream.served.get('1'),
      usd: nanoUsdOf(upstream, '1') / 1e9,
      key: 'web',
    })
    expect(JSON.parse(rows[0].request)).toMatchObject({ model: 'one' })
    expect(rows[0].response).toContain('Yes')
    expect(rows[6]).toMatchObject({ requestId: ids[2], thumbs: 'up' })
  })

  it('export writes one kind of row as CSV, compressed if the name says so', async () => {
    await json('store', 'export', '--output', 'requests.csv.gz')
    const lines = gunzipSync(readFileSync(join(folder, 'requests.csv.gz')))
      .toString()
      .trim()
      .split('\n')
    expect(lines[0]).toMatch(/^time,id,protocol,.*,tokens\.input,/)
    expect(lines).toHaveLength(7)
    expect(lines[1]).toContain(`,${ids[0]},chat-completions,`)
    expect(await json('store', 'export', '--output', 'audit.csv', '--what', 'audit')).toMatchObject({
      rows: 0,
    })
    expect(readFileSync(join(folder, 'audit.csv'), 'utf8')).toBe('time,id,actor,action,subject,detail\n')
    const refused = await run('store', 'export', '--output', 'all.csv', '--what', 'all')
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('--what')])
  })

  it('export never replaces the configuration or the database', async () => {
    for (const file of ['routellm.yaml', '.routellm/store.db'])
      expect(await run('store', 'export', '--output', file)).toMatchObject({ exitCode: 2 })
  })

  it('import adds each row once, and names the line that is none', async () => {
    await json('store', 'export', '--output', 'all.jsonl')
    writeFileSync(join(folder, 'other.yaml'), 'version: 1\nstore: { path: ./other }\n')
    const other = ['--config', 'other.yaml']
    const first = await json('store', 'import', 'all.jsonl', ...other)
    const none = { labels: 0, shadow: 0, leftOut: { sessions: 0, versions: 0, experiments: 0, audit: 0 } }
    expect(first).toEqual({ ...none, requests: 6, feedback: 2, known: 0 })
    expect(await json('store', 'import', 'all.jsonl', ...other)).toEqual({
      ...none,
      requests: 0,
      feedback: 0,
      known: 8,
    })
    writeFileSync(join(folder, 'audit.jsonl'), '{"type":"audit","id":"1"}\n')
    const { exitCode, stderr } = await run('store', 'import', 'audit.jsonl', ...other)
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('Not imported: rows of audit (1).')])
    await json('store', 'export', '--output', 'again.jsonl', ...other)
    const withoutText = rowsOf('all.jsonl').map(({ request: _, response: __, ...row }) => row)
    expect(rowsOf('again.jsonl')).toEqual(withoutText)
    expect(await json('store', 'check', ...other)).toMatchObject({ problems: [] })
    writeFileSync(
      join(folder, 'bad.jsonl'),
      `${JSON.stringify(withoutText[0])}\n{"type":"request","id":"x"}\n`,
    )
    const refused = await run('store', 'import', 'bad.jsonl', ...other)
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('line 2')])
  })

  it('check finds nothing wrong here, and damage in another store', async () => {
    expect(await json('store', 'check')).toEqual({ path: join(folder, '.routellm'), problems: [] })
    writeFileSync(join(folder, 'bad.yaml'), 'version: 1\nstore: { path: ./bad }\n')
    writeFileSync(join(folder, 'one.jsonl'), `${JSON.stringify(rowsOf('all.jsonl')[0])}\n`)
    await json('store', 'import', 'one.jsonl', '--config', 'bad.yaml')
    await json('store', 'check', '--config', 'bad.yaml')
    const db = new Libsql(join(folder, 'bad', 'store.db'))
    db.exec('delete from usage_hours')
    db.close()
    const { exitCode, stderr } = await run('store', 'check', '--config', 'bad.yaml')
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('totals by the hour')])
  })

  it('prune needs a limit, and keeps what is young', async () => {
    expect(await run('store', 'prune')).toMatchObject({ exitCode: 2 })
    expect(await json('store', 'prune', '--days', '1')).toMatchObject({ removed: 0, requests: 6 })
  })

  it('looks in the folder of the command if there is no configuration', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'routellm-store-empty-'))
    const { exitCode, stderr } = await routellm(['store', 'info'], { folder: empty })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(join(empty, '.routellm'))])
    rmSync(empty, { recursive: true })
  })

  it('says that there is no store, or that it is off', async () => {
    writeFileSync(join(folder, 'none.yaml'), 'version: 1\nstore: { path: ./none }\n')
    writeFileSync(join(folder, 'off.yaml'), 'version: 1\nstore: off\n')
    for (const [file, words] of [
      ['none.yaml', 'There is no store'],
      ['off.yaml', 'store: off'],
    ] as const) {
      const { exitCode, stderr } = await run('store', 'info', '--config', file)
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)])
    }
  })
})

describe('POST /v1/feedback', () => {
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${served.url}/v1/feedback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${storeKey}`, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, body: await response.json() }
  }

  it.each([
    ['{', 400, 'bad_json'],
    [{ requestId: 'x' }, 400, 'bad_feedback'],
    [{ requestId: 'x', score: 2 }, 400, 'bad_feedback'],
    [{ requestId: 'x', thumbs: 'up', rating: 1 }, 400, 'bad_feedback'],
    [{ requestId: 'unknown', thumbs: 'up' }, 404, 'unknown_request'],
  ])('refuses %j with %i %s', async (body, status, code) => {
    expect(await post(body)).toMatchObject({ status, body: { error: { code } } })
  })

  it("needs a key, and answers with the gateway's id of the request", async () => {
    expect(
      await post({ requestId: ids[1], thumbs: 'up' }, { authorization: 'Bearer wrong-key-0123456789' }),
    ).toMatchObject({ status: 401 })
    const given = await post(
      { requestId: 'upstream-2', scores: { one: 0.5 } },
      { 'idempotency-key': 'third' },
    )
    expect(given).toEqual({ status: 200, body: { id: 'third', requestId: ids[1] } })
    const named = await post({ requestId: ids[1], correction: 'No.' })
    expect(named).toMatchObject({ status: 200, body: { id: expect.stringMatching(/^fb-/) } })
  })
})
