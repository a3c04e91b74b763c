import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NamesAnswer, OverviewAnswer } from '../../../src/server/admin/api/overview.ts'
import type { RequestAnswer, RequestsAnswer } from '../../../src/server/admin/api/requests.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { createStoreReader, type StoreReader } from '../../../src/store/reader/store-reader.ts'
import type { Store } from '../../../src/store/store.ts'
import { type GatewayUnderTest, startGateway, userMessage } from '../../support/gateway-under-test.ts'
import { createRealisticRequests } from '../../support/page/realistic-requests.ts'
import { seedStore } from '../../support/page/seed-store.ts'

const token = 'token-of-the-admin'
const until = Date.UTC(2026, 10, 30, 12)
const built = new URL('../../../dist/store/', import.meta.url)
const entries = createRealisticRequests({ count: 300, until, days: 7 })

let folder = ''
let gateway: GatewayUnderTest
let store: Store
let reader: StoreReader

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-page-api-'))
  await seedStore(folder, entries)
  store = openStore({
    folder,
    text: 'full',
    log: { warn() {} },
    program: new URL('worker/program.js', built),
  })
  reader = createStoreReader({ folder, program: new URL('reader/program.js', built) })
  gateway = await startGateway({ server: { admin: { token, reader }, keeper: store, feedback: store } })
})
afterAll(async () => {
  await gateway.close()
  await reader.close()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

async function ask<Answer>(path: string, init: RequestInit = {}): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${gateway.url}/admin/api${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  })
  return { status: response.status, body: (await response.json()) as Answer }
}

const week = `from=${until - 7 * 86_400_000}&to=${until + 1}`

it('overview: the sums of a time, by name, and latencies', async () => {
  const { status, body } = await ask<OverviewAnswer>(`/overview?${week}`)
  expect(status).toBe(200)
  expect(body.usage.total.requests).toBe(300)
  expect(body.usage.total.usd).toBeCloseTo(
    entries.reduce((sum, { usd }) => sum + (usd ?? 0), 0),
    6,
  )
  expect(body.usage.rescued).toBe(entries.filter(({ fallback, status: of }) => fallback && of < 400).length)
  expect(body.usage.models.map(({ name }) => name).sort()).toEqual(['gpt-5', 'gpt-5-mini', 'llama3.1'])
  expect(body.latency.total?.p95).toBeGreaterThan(body.latency.total?.p50 ?? Number.POSITIVE_INFINITY)
  expect((await ask<NamesAnswer>(`/names?${week}`)).body).toMatchObject({
    tags: ['nightly'],
    policies: ['frugal', 'halves'],
  })
  const ofWeb = await ask<OverviewAnswer>(`/overview?${week}&key=web`)
  expect(ofWeb.body.usage.total.requests).toBe(entries.filter(({ key }) => key === 'web').length)
})

it.each([
  ['/overview', 'from'],
  ['/overview?from=2&to=1', 'to'],
  ['/overview?from=x&to=1', 'from'],
  ['/requests?limit=1000', 'limit'],
  ['/requests?status=bad', 'status'],
])('%s is refused and names what is wrong', async (path, param) => {
  expect(await ask(path)).toMatchObject({ status: 400, body: { error: { code: 'bad_request', param } } })
})

it('requests: pages of those that were asked for', async () => {
  const first = await ask<RequestsAnswer>('/requests?status=error&limit=2')
  const second = await ask<RequestsAnswer>(`/requests?status=error&limit=2&before=${first.body.next}`)
  const failed = entries.filter(({ status }) => status >= 400).map(({ id }) => id)
  expect([...first.body.requests, ...second.body.requests].map(({ id }) => id)).toEqual(
    failed.reverse().slice(0, 4),
  )
})

describe('a request that has just been answered', () => {
  it('is in the live tail, can be opened at once, and decided by another name', async () => {
    const watching = new AbortController()
    const live = await fetch(`${gateway.url}/admin/api/live`, {
      headers: { authorization: `Bearer ${token}` },
      signal: watching.signal,
    })
    expect(live.headers.get('content-type')).toBe('text/event-stream')
    const chunks = live.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await chunks.read()).value).toContain(': watching')

    const reply = await gateway.chat(userMessage('a hard question'))
    await reply.text()
    const id = reply.headers.get('x-routellm-request-id')!
    let seen = ''
    while (!seen.includes('\n\n')) seen += (await chunks.read()).value
    expect(seen).toMatch(/^event: request\ndata: /)
    expect(JSON.parse(seen.slice(seen.indexOf('{')))).toMatchObject({ id, model: 'strong', status: 200 })
    watching.abort()

    const opened = await ask<RequestAnswer>(`/requests/${id}`)
    expect(opened.body).toMatchObject({ id, model: 'strong', strongWinRate: 0.9 })
    expect(opened.body.text?.request.text).toContain('a hard question')

    const decide = (model: string, requestId = id) =>
      ask('/what-if', { method: 'POST', body: JSON.stringify({ requestId, model }) })
    expect(await decide('router-words-0.95')).toMatchObject({
      status: 200,
      body: { reason: 'routed', model: 'weak', strongWinRate: 0.9, threshold: 0.95 },
    })
    expect(await decide('router-none-0.5')).toMatchObject({
      status: 400,
      body: { error: { code: 'unknown_router' } },
    })
    expect(await decide('auto', entries[0]!.id)).toMatchObject({
      status: 409,
      body: { error: { code: 'text_not_kept' } },
    })
    expect((await ask<string[]>('/models')).body).toContain('auto')
  })

  it('one that is not there is 404', async () => {
    expect(await ask('/requests/rllm-none')).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown_request' } },
    })
  })
})

it('a read that takes too long is given up and said so, and the next one is answered', async () => {
  const slow = createStoreReader({ folder, timeoutMs: 1, program: new URL('reader/program.js', built) })
  await expect(slow.read('usage', { from: 0, to: until })).rejects.toMatchObject({
    code: 'read-too-long',
    status: 504,
  })
  await slow.close()
  await expect(slow.read('usage', { from: 0, to: until })).rejects.toMatchObject({
    code: 'store-unavailable',
  })
})

it('reads beyond the queue are refused, and one whose client left is not run', async () => {
  const query = { from: 0, to: until }
  const control = new AbortController()
  // Two are read at once.
  const running = [reader.read('usage', query), reader.read('usage', query)]
  const left = reader.read('usage', query, control.signal)
  control.abort(new Error('left'))
  const more = Array.from({ length: 40 }, () =>
    reader.read('names', query).then(
      () => 'read',
      ({ code }) => code,
    ),
  )
  await expect(left).rejects.toThrow('left')
  await Promise.all(running)
  const outcomes = await Promise.all(more)
  expect(outcomes.filter((outcome) => outcome === 'overloaded').length).toBeGreaterThan(0)
  expect(outcomes.filter((outcome) => outcome === 'read').length).toBeGreaterThanOrEqual(30)
})

it('without a store the API says so', async () => {
  const plain = await startGateway({ server: { admin: { token } } })
  const response = await fetch(`${plain.url}/admin/api/requests`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect([response.status, await response.json()]).toMatchObject([404, { error: { code: 'store_off' } }])
  await plain.close()
})

it('a change of the store is made by the thread that fills it, and the reader sees it', async () => {
  const time = Date.now()
  await store.change('audit', {
    time,
    actor: 'page',
    action: 'promote',
    subject: 'auto',
    detail: { to: 'x' },
  })
  const { events } = await reader.read('operations', {
    since: 0,
    eventsAfter: 0,
    eventsFrom: time,
    countsExperiments: false,
  })
  expect(events).toMatchObject([{ action: 'promote', subject: 'auto', detail: '{"to":"x"}' }])
})
