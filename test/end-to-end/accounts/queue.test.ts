import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import type { GatewayLimits } from '../../../src/config/config.ts'
import { createGateway } from '../../../src/gateway/gateway.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { createHttpProvider } from '../../../src/providers/http/provider.ts'
import type { ServerSettings } from '../../../src/server/server-options.ts'
import { type GatewayUnderTest, startGateway, wordRouter } from '../../support/gateway-under-test.ts'
import { message } from '../../support/protocols/messages-bytes.ts'
import { textStream } from '../../support/protocols/responses-bytes.ts'
import { completion, json, type SeenRequest, silence, stream, streamOf } from '../../support/upstream.ts'

const webKey = 'rllm-key-of-the-web-client'
const otherKey = 'rllm-key-of-another-client'
const keys = [
  { name: 'web', hmac: clientKeyHmac(webKey), pacing: true },
  { name: 'other', hmac: clientKeyHmac(otherKey), pacing: true },
]
const queue = { size: 10, timeoutMs: 60_000, maxBytes: 1_000_000 }

let gateway: GatewayUnderTest
let records: RequestRecord[]
afterEach(() => gateway.close())

async function start(limits: Partial<GatewayLimits> = {}, settings: ServerSettings = {}): Promise<void> {
  records = []
  gateway = await startGateway({
    server: {
      keys,
      limits: { maxInFlight: 1, queue, pacing: true, ...limits },
      observers: [(record) => records.push(record)],
      ...settings,
    },
  })
  gateway.upstream.answer(silence)
}

const chat = { model: 'weak', messages: [{ role: 'user', content: 'hello' }] }

function ask(path: string, body: object, key = webKey, signal?: AbortSignal): Promise<Response> {
  return fetch(`${gateway.url}/v1${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    ...(signal !== undefined && { signal }),
  })
}

const text = (content: string) => ({ ...chat, messages: [{ role: 'user', content }] })

async function metric(series: string): Promise<number | null> {
  const reply = await fetch(`${gateway.url}/metrics`, { headers: { 'api-key': webKey } })
  const line = (await reply.text()).split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}

async function waiting(count: number): Promise<void> {
  while ((await metric('routellm_queue_length')) !== count) await new Promise(setImmediate)
}

/** A request that keeps the only place until it is answered. */
async function occupy(): Promise<{ readonly seen: SeenRequest; readonly reply: Promise<Response> }> {
  const reply = ask('/chat/completions', chat)
  return { seen: await gateway.upstream.next(), reply }
}

const promptOf = ({ body }: SeenRequest): string => JSON.parse(body.toString()).messages[0].content

describe('the queue', () => {
  it('answers requests of each protocol, as a whole and as a stream, once a place is free, in the order in which they came', async () => {
    await start()
    const { seen, reply } = await occupy()
    const messages = { ...chat, max_tokens: 9 }
    const responses = { model: 'weak', input: 'hello' }
    const asked: Promise<Response>[] = []
    for (const [path, body] of [
      ['/chat/completions', chat],
      ['/chat/completions', { ...chat, stream: true }],
      ['/messages', messages],
      ['/responses', { ...responses, stream: true }],
    ] as const) {
      asked.push(ask(path, body))
      await waiting(asked.length)
    }
    expect(await metric('routellm_requests_in_flight')).toBe(1)
    expect(gateway.upstream.seen).toHaveLength(1)
    json(completion)(seen)
    const paths: string[] = []
    for (const respond of [json(completion), stream(streamOf(['Hi'])), json(message), stream(textStream)]) {
      const next = await gateway.upstream.next()
      paths.push(next.path)
      respond(next)
    }
    expect(paths).toEqual(['/v1/chat/completions', '/v1/chat/completions', '/v1/messages', '/v1/responses'])
    expect((await reply).status).toBe(200)
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(await answers[1]!.text()).toBe(streamOf(['Hi']))
    expect(await answers[3]!.text()).toBe(textStream)
    await waiting(0)
    expect(records[0]!.ms.queued).toBeNull()
    for (const { ms } of records.slice(1)) {
      expect(ms.queued).toBeGreaterThan(0)
      expect(ms.overhead! + ms.queued!).toBeLessThanOrEqual(ms.total)
    }
    expect(await metric('routellm_queue_wait_seconds_count')).toBe(4)
  })

  it('refuses a request that is one too many, in the form of its protocol, with retry-after', async () => {
    await start({ queue: { ...queue, size: 1 } })
    const { seen, reply } = await occupy()
    const second = ask('/chat/completions', chat)
    await waiting(1)
    const refused = await ask('/chat/completions', { ...chat, stream: true })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await refused.json()).toMatchObject({ error: { code: 'overloaded' } })
    const ofMessages = await ask('/messages', { ...chat, max_tokens: 9 })
    expect([ofMessages.status, ofMessages.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await ofMessages.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } })
    const ofResponses = await ask('/responses', { model: 'weak', input: 'hello' })
    expect(ofResponses.status).toBe(429)
    expect(await ofResponses.json()).toMatchObject({ error: { code: 'overloaded' } })
    expect(await metric('routellm_overloaded_total{reason="full"}')).toBe(3)
    gateway.upstream.answer(json(completion))
    json(completion)(seen)
    expect([(await reply).status, (await second).status]).toEqual([200, 200])
  })

  it('refuses a request that has waited as long as it may', async () => {
    await start({ queue: { ...queue, timeoutMs: 1100 } })
    const { seen, reply } = await occupy()
    const second = await ask('/chat/completions', chat)
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '2'])
    expect(await second.json()).toMatchObject({
      error: { code: 'overloaded', message: expect.stringContaining('limits.queue.timeoutMs: 1100') },
    })
    expect(await metric('routellm_overloaded_total{reason="timeout"}')).toBe(1)
    json(completion)(seen)
    await reply
    expect(records.find(({ status }) => status === 429)?.ms.queued).toBeGreaterThan(1000)
  })

  it('gives the place of a client that leaves to another one at once, and sends nothing for it', async () => {
    await start({ queue: { ...queue, size: 2 } })
    const { seen } = await occupy()
    const stayed = ask('/chat/completions', text('stayed'))
    await waiting(1)
    const controller = new AbortController()
    const left = ask('/chat/completions', text('left'), webKey, controller.signal).catch(() => null)
    await waiting(2)
    controller.abort()
    await left
    await waiting(1)
    const third = ask('/chat/completions', text('third'))
    await waiting(2)
    expect(gateway.upstream.seen).toHaveLength(1)
    json(completion)(seen)
    for (const prompt of ['stayed', 'third']) {
      const next = await gateway.upstream.next()
      expect(promptOf(next)).toBe(prompt)
      json(completion)(next)
    }
    expect([(await stayed).status, (await third).status]).toEqual([200, 200])
    expect(gateway.upstream.seen).toHaveLength(3)
    expect(records.map(({ status }) => status).sort()).toEqual([200, 200, 200, 499])
  })

  it('takes turns between keys, and does not let one key keep all places', async () => {
    await start({ queue: { ...queue, size: 3 } })
    const { seen } = await occupy()
    const flood = ['first', 'second', 'third'].map(async (name, index) => {
      while ((await metric('routellm_queue_length')) !== index) await new Promise(setImmediate)
      return ask('/chat/completions', text(name))
    })
    await waiting(3)
    const other = ask('/chat/completions', text('other'), otherKey)
    const displaced = await flood[2]!
    expect(displaced.status).toBe(429)
    expect(await displaced.json()).toMatchObject({
      error: { message: expect.stringContaining('another key') },
    })
    expect(await metric('routellm_overloaded_total{reason="displaced"}')).toBe(1)
    json(completion)(seen)
    const order: string[] = []
    for (let count = 0; count < 3; count++) {
      const next = await gateway.upstream.next()
      order.push(promptOf(next))
      json(completion)(next)
    }
    expect(order).toEqual(['first', 'other', 'second'])
    expect((await other).status).toBe(200)
  })

  it('keeps no more bytes than it may', async () => {
    await start({ queue: { ...queue, maxBytes: 1000 } })
    const { seen, reply } = await occupy()
    const long = await ask('/chat/completions', text('x'.repeat(1000)))
    expect([long.status, await long.json()]).toMatchObject([
      429,
      { error: { code: 'overloaded', message: expect.stringContaining('maxBytes: 1000') } },
    ])
    const short = ask('/chat/completions', text('short'))
    await waiting(1)
    gateway.upstream.answer(json(completion))
    json(completion)(seen)
    expect([(await reply).status, (await short).status]).toEqual([200, 200])
  })

  it('displaces nothing for a request that gets no place all the same', async () => {
    await start({ queue: { ...queue, maxBytes: 1200 } })
    const { seen, reply } = await occupy()
    const kept: Promise<Response>[] = []
    for (let count = 1; count <= 7; count++) {
      kept.push(ask('/chat/completions', text('x'.repeat(100))))
      await waiting(count)
    }
    const large = await ask('/chat/completions', text('x'.repeat(800)), otherKey)
    expect(large.status).toBe(429)
    gateway.upstream.answer(json(completion))
    json(completion)(seen)
    const answers = await Promise.all([reply, ...kept])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  })

  it('lets a turn on a socket wait, and a socket that closes gives up its place', async () => {
    await start({ queue: { ...queue, size: 1 } })
    const { seen } = await occupy()
    const headers = { authorization: `Bearer ${webKey}` }
    const open = async () => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/responses`, { headers })
      const frames: { type: string; status?: number }[] = []
      socket.on('message', (data) => frames.push(JSON.parse(String(data))))
      await once(socket, 'open')
      socket.send(JSON.stringify({ type: 'response.create', model: 'weak', input: 'hello' }))
      return { socket, frames }
    }
    const first = await open()
    await waiting(1)
    const refused = await open()
    await once(refused.socket, 'message')
    expect(refused.frames).toMatchObject([
      { type: 'error', status: 429, error: { code: 'overloaded' }, headers: { 'retry-after': '1' } },
    ])
    refused.socket.close()
    first.socket.terminate()
    await waiting(0)
    const second = await open()
    await waiting(1)
    gateway.upstream.answer(stream(textStream))
    json(completion)(seen)
    while (second.frames.at(-1)?.type !== 'response.completed') await once(second.socket, 'message')
    second.socket.close()
  })

  it('answers what waits when the server stops, within the drain', async () => {
    await start({}, { drainTimeoutMs: 60_000 })
    const { seen, reply } = await occupy()
    const second = ask('/chat/completions', chat)
    await waiting(1)
    const closed = gateway.server.close()
    json(completion)(seen)
    json(completion)(await gateway.upstream.next())
    expect([(await reply).status, (await second).status]).toEqual([200, 200])
    await closed
  })

  it('ends what waits after the drain with 503', async () => {
    await start({}, { drainTimeoutMs: 200 })
    const { reply } = await occupy()
    const second = ask('/chat/completions', chat)
    await waiting(1)
    // The gateway answers this itself, at once, when its turn comes.
    const third = ask('/messages/count_tokens', { ...chat, model: 'auto' })
    await waiting(2)
    const closed = gateway.server.close()
    for (const each of await Promise.all([reply, second, third])) {
      expect(each.status).toBe(503)
      expect(await each.text()).toContain('shutting_down')
    }
    await closed
    expect(gateway.upstream.seen).toHaveLength(1)
    expect(gateway.warnings.map(({ message }) => message)).not.toContain('a request failed')
  })

  it('begins what waits when a reload raises the limit', async () => {
    await start()
    const { seen, reply } = await occupy()
    const second = ask('/chat/completions', chat)
    await waiting(1)
    const next = createGateway({
      routers: [wordRouter],
      providers: [createHttpProvider({ name: 'main', baseUrl: gateway.upstream.baseUrl, apiKey: 'key' })],
      models: [
        { name: 'strong', provider: 'main', upstream: 'big-model' },
        { name: 'weak', provider: 'main', upstream: 'small-model' },
      ],
      pair: { strong: 'strong', weak: 'weak' },
      auto: { kind: 'threshold', router: 'words', threshold: 0.5 },
    })
    const { released } = await gateway.server.replace(next, {
      keys,
      limits: { maxInFlight: 2, queue, pacing: true },
    })
    json(completion)(await gateway.upstream.next())
    expect((await second).status).toBe(200)
    json(completion)(seen)
    await reply
    await released
    await next.close()
  })
})
