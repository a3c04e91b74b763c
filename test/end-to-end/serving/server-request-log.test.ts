import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import type { TaskReader } from '../../../src/routing/tasks/task.ts'
import { openRequestLog, type RequestLog } from '../../../src/server/request-log/request-log.ts'
import {
  type GatewayUnderTest,
  inFlightSeries,
  providerKey,
  startGateway,
  userMessage,
} from '../../support/gateway-under-test.ts'
import { completion, json, silence, stream, streamOf } from '../../support/upstream.ts'

const usage = {
  prompt_tokens: 20,
  completion_tokens: 7,
  total_tokens: 27,
  prompt_tokens_details: { cached_tokens: 16 },
}
const models = [
  {
    name: 'strong',
    provider: 'main',
    upstream: 'big-model',
    inputUsdPerMillionTokens: 10,
    outputUsdPerMillionTokens: 100,
    cacheReadUsdPerMillionTokens: 1,
  },
  { name: 'weak', provider: 'main', upstream: 'small-model' },
]

describe('the record of a request', () => {
  let gateway: GatewayUnderTest
  let records: RequestRecord[]
  beforeEach(async () => {
    records = []
    const observers = [
      () => {
        throw new Error('an observer that throws')
      },
      async () => {
        throw new Error('an observer that rejects')
      },
      (record: RequestRecord) => void records.push(record),
    ]
    const taskReader: TaskReader = { taskOf: () => 'debugging', read: () => null }
    gateway = await startGateway({ parts: { models, taskReader }, server: { observers } })
  })
  afterEach(() => gateway.close())

  async function recordOf(act: () => Promise<unknown>): Promise<RequestRecord> {
    records.length = 0
    await act()
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(records).toHaveLength(1)
    return records[0]!
  }

  it('has decision, tokens, dollars and times of a routed stream', async () => {
    gateway.upstream.answer(stream(streamOf(['a '], usage)))
    let id: string | null = null
    const record = await recordOf(async () => {
      const reply = await gateway.chat({ ...userMessage('hard'), stream: true })
      id = reply.headers.get('x-routellm-request-id')
      await reply.text()
    })
    const { time, ms, ...facts } = record
    expect(facts).toEqual({
      id,
      upstreamId: null,
      protocol: 'chat-completions',
      path: '/v1/chat/completions',
      status: 200,
      stream: true,
      model: 'strong',
      upstream: 'big-model',
      task: 'debugging',
      policy: null,
      router: 'words',
      threshold: 0.5,
      strongWinRate: 0.9,
      side: 'strong',
      candidates: [expect.objectContaining({ excluded: null }), expect.objectContaining({ excluded: null })],
      scores: null,
      propensities: null,
      experiment: null,
      features: null,
      effort: null,
      error: null,
      sessionDecision: null,
      signal: null,
      fallback: null,
      overBudget: null,
      pace: null,
      attempts: 1,
      tokens: { input: 20, cachedInput: 16, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 7 },
      events: null,
      usd: (4 * 10 + 16 * 1 + 7 * 100) / 1e6,
      call: {
        model: 'strong',
        tokens: { input: 20, cachedInput: 16, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 7 },
        events: null,
        usd: (4 * 10 + 16 * 1 + 7 * 100) / 1e6,
        isRefused: false,
        isAborted: false,
        sentMs: expect.any(Number),
        firstByteMs: expect.any(Number),
      },
      otherCalls: [],
      session: null,
      key: null,
      tags: [],
      text: null,
      trace: null,
    })
    expect(Math.abs(time - Date.now())).toBeLessThan(60_000)
    expect(ms.overhead).toBeGreaterThan(0)
    expect(ms.firstByte).toBeGreaterThan(ms.overhead!)
    expect(ms.total).toBeGreaterThanOrEqual(ms.firstByte!)
  })

  it('of a model without a price has no dollars', async () => {
    gateway.upstream.answer(json(completion))
    const record = await recordOf(async () => (await gateway.chat(userMessage('hi'))).text())
    expect(record).toMatchObject({ model: 'weak', stream: false, usd: null, tokens: { output: 5 } })
  })

  it('of a model by its own name has no router', async () => {
    gateway.upstream.answer(json(completion))
    const record = await recordOf(async () =>
      (await gateway.chat({ ...userMessage('hi'), model: 'main/other' })).text(),
    )
    expect(record).toMatchObject({ model: 'main/other', upstream: 'other', router: null, side: null })
  })

  it('of a refused request, of another endpoint, and of a path that is not served', async () => {
    const post = (path: string, body: string) => fetch(`${gateway.url}${path}`, { method: 'POST', body })
    const refused = await recordOf(() => gateway.chat('{"model":'))
    expect(refused).toMatchObject({ status: 400, protocol: 'chat-completions', model: null, attempts: 0 })
    const route = await recordOf(() => post('/v1/route', '{"model":"auto","prompt":"x"}'))
    expect(route).toMatchObject({ status: 200, protocol: null, path: '/v1/route' })
    gateway.upstream.answer(json({ data: [], usage: { prompt_tokens: 3 } }))
    const other = await recordOf(() => post('/v1/embeddings', '{"model":"weak","input":"x"}'))
    expect(other).toMatchObject({ protocol: 'pass-through', path: '/v1/embeddings', tokens: { input: 3 } })
    expect(await recordOf(() => post('/v1/none', ''))).toMatchObject({ status: 404, path: 'unknown' })
  })

  it('of a client that left, and of an upstream that broke off', async () => {
    gateway.upstream.answer(silence)
    const left = await recordOf(async () => {
      const controller = new AbortController()
      const reply = gateway.chat(userMessage('hi'), { signal: controller.signal })
      reply.catch(() => {})
      await gateway.upstream.next()
      controller.abort()
    })
    expect(left).toMatchObject({ status: 499, model: 'weak', tokens: null, ms: { firstByte: null } })
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {"a":1}\n\n', () => response.socket?.destroy())
    })
    const broken = await recordOf(async () => {
      await gateway.chat({ ...userMessage('hi'), stream: true }).then((reply) => reply.text().catch(() => {}))
    })
    expect(broken).toMatchObject({ status: 502, stream: true, tokens: null, events: 1 })
  })

  it('reaches every observer although others fail; the failures are counted and logged once each', async () => {
    for (let request = 0; request < 3; request++) {
      gateway.upstream.answer(json(completion))
      await recordOf(async () => expect((await gateway.chat(userMessage('hi'))).status).toBe(200))
    }
    expect(await gateway.metric('routellm_observer_failures_total')).toBe(6)
    expect(gateway.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('observer'),
      expect.stringContaining('observer'),
    ])
  })

  it('counts dollars', async () => {
    gateway.upstream.answer(stream(streamOf(['a '], usage)))
    await recordOf(async () => (await gateway.chat({ ...userMessage('hard'), stream: true })).text())
    expect(await gateway.metric('routellm_usd_total{model="strong"}')).toBeCloseTo(0.000756, 12)
  })
})

describe('the request log', () => {
  let folder: string
  let path: string
  let gateway: GatewayUnderTest
  let requestLog: RequestLog
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'routellm-log-'))
    path = join(folder, 'requests.jsonl')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function linesAfter(
    withText: boolean,
    act: () => Promise<unknown>,
  ): Promise<Record<string, unknown>[]> {
    requestLog = await openRequestLog({ path, withText, log: { warn() {}, error() {} } })
    gateway = await startGateway({ server: { requestLog } })
    await act()
    await gateway.close()
    await requestLog.close()
    return readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  }

  const chat = async (headers = {}) => {
    gateway.upstream.answer(json(completion))
    await (await gateway.chat(userMessage('planted prompt'), { headers })).text()
  }

  it('has a line per request of a model, in order, without any text', async () => {
    const lines = await linesAfter(false, async () => {
      await chat()
      await fetch(`${gateway.url}/v1/none`)
      await fetch(`${gateway.url}/v1/route`, { method: 'POST', body: '{"model":"auto","prompt":"x"}' })
      await gateway.chat('{"model":')
      expect(await gateway.metric('routellm_request_log_dropped_lines_total')).toBe(0)
    })
    expect(lines.map(({ status, model }) => [status, model])).toEqual([
      [200, 'weak'],
      [400, null],
    ])
    expect(lines[0]).not.toHaveProperty('request')
    expect(readFileSync(path, 'utf8')).not.toContain('planted prompt')
  })

  it('with text has the bodies, and never a header or a key', async () => {
    const lines = await linesAfter(true, async () => {
      await chat({ authorization: 'Bearer sk-client-planted-key', 'x-routellm-key': 'planted-own-key' })
      gateway.upstream.answer(stream(streamOf(['a', 'b'])))
      await (await gateway.chat({ ...userMessage('hi'), stream: true })).text()
      gateway.upstream.answer(({ response }) => {
        response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.alloc(1000))
      })
      await (
        await fetch(`${gateway.url}/v1/audio/speech`, {
          method: 'POST',
          body: '{"model":"weak","input":"x"}',
        })
      ).arrayBuffer()
    })
    expect(lines[0]).toMatchObject({ request: userMessage('planted prompt'), response: completion })
    expect(lines[1]).toMatchObject({ stream: true, response: streamOf(['a', 'b']) })
    expect(lines[2]).toMatchObject({ request: { input: 'x' }, response: null })
    const text = readFileSync(path, 'utf8')
    for (const secret of ['sk-client-planted-key', 'planted-own-key', providerKey])
      expect(text).not.toContain(secret)
  })

  it('cuts a body that is too long, and says so', async () => {
    const lines = await linesAfter(true, async () => {
      gateway.upstream.answer(json({ text: 'y '.repeat(3 << 19) }))
      await (await gateway.chat(userMessage('x '.repeat(2 << 19)))).text()
    })
    expect(lines[0]!.request).toMatchObject({ truncated: true, bytes: expect.any(Number) })
    expect(lines[0]!.response).toMatchObject({ truncated: true })
    expect((lines[0]!.request as { bytes: number }).bytes).toBeGreaterThan(2 << 20)
    expect(readFileSync(path).length).toBeLessThan((2 << 20) + 10_000)
  })

  it.each([true, false])('case 27: a 2 MB image is not logged inline (with text: %s)', async (withText) => {
    const url = `data:image/png;base64,${'iVBOR/w0'.repeat(1 << 18)}`
    const lines = await linesAfter(withText, async () => {
      gateway.upstream.answer(json(completion))
      const image = { type: 'image_url', image_url: { url } }
      await (await gateway.chat(userMessage([{ type: 'text', text: 'What is this?' }, image]))).text()
    })
    expect(gateway.upstream.seen.at(-1)!.body.toString()).toContain(url)
    expect(readFileSync(path).length).toBeLessThan(3000)
    if (!withText) return
    expect(lines[0]!.request).toMatchObject({
      messages: [
        { content: [{ text: 'What is this?' }, { image_url: { url: expect.stringContaining('left out') } }] },
      ],
    })
  })

  it('that cannot be opened is an error at once', async () => {
    const log = { warn() {}, error() {} }
    await expect(openRequestLog({ path: join(folder, 'none', 'x.jsonl'), log })).rejects.toMatchObject({
      code: 'bad-request-log',
      param: '--request-log',
      message: expect.stringContaining('ENOENT'),
    })
  })
})
