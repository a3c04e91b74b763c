import { afterEach, describe, expect, it } from 'vitest'
import { createEndpointPool } from '../../../src/providers/endpoints/endpoint-pool.ts'
import { createHttpProvider } from '../../../src/providers/http/provider.ts'
import type { FallbackMode } from '../../../src/routing/policies/fallback-mode.ts'
import {
  type GatewayUnderTest,
  inFlightSeries,
  startGateway,
  userMessage,
} from '../../support/gateway-under-test.ts'
import {
  chunk,
  completion,
  event,
  json,
  type Respond,
  startUpstream,
  stream,
} from '../../support/upstream.ts'

let gateway: GatewayUnderTest
const records: { attempts: number; status: number }[] = []
afterEach(async () => {
  records.length = 0
  await gateway.close()
})

async function start(pair: FallbackMode = 'stronger', retries = 0): Promise<void> {
  gateway = await startGateway({
    parts: { fallbacks: { pair, policies: new Map() }, random: () => 0 },
    provider: { headersTimeoutMs: 300, firstTokenTimeoutMs: 300, retries },
    server: { observers: [(record) => records.push(record)] },
  })
}

/** Answers the weak model's calls with one, the strong model's with the other. */
const byModel =
  (weak: Respond, strong: Respond): Respond =>
  (seen) =>
    (seen.body.includes('small-model') ? weak : strong)(seen)

const hello = userMessage('hello')
const whole = `${event(chunk({ content: 'It is 12.' }))}data: [DONE]\n\n`
const cut: Respond = ({ response }) => response.socket?.destroy()
const page: Respond = ({ response }) => response.writeHead(200).end('<html><title>Sign in</title>')
const errorEvent = `: queued\n\n${event({ error: { message: 'overloaded', code: 502 } })}`

describe('case 11: a weak model that fails is answered for by the strong one', () => {
  it.each<[string, Respond]>([
    ['closes the connection', cut],
    ['answers 500', json({ error: {} }, 500)],
    ['answers 429', json({ error: {} }, 429)],
    ['answers 401', json({ error: {} }, 401)],
    ['answers 200 with an HTML page', page],
    ['answers 200 with an error', json({ error: { message: 'overloaded' } })],
    ['sends an error as its first event', stream(errorEvent)],
    ['says nothing in its time', () => {}],
  ])('%s', async (_how, weak) => {
    await start()
    gateway.upstream.answer(byModel(weak, stream(whole)))
    const reply = await gateway.chat({ ...hello, stream: true })
    expect(await reply.text()).toBe(whole)
    expect(reply.headers.get('x-routellm-model')).toBe('strong')
    expect(reply.headers.get('x-routellm-fallback')).toMatch(/^upstream-(?:error|timeout)$/)
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(records).toMatchObject([{ status: 200, model: 'strong', attempts: 2 }])
    expect(gateway.warnings.map(({ fields }) => fields)).toMatchObject([
      { model: 'weak', answers: 'strong', problem: expect.stringContaining('The upstream "') },
    ])
  })

  it('also long after its head, while a reply that is no stream has shown too little to be one', async () => {
    await start()
    const begun: Respond = ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"id": "')
      setTimeout(() => response.socket?.destroy(), 1200) // longer than a stream's head is held
    }
    gateway.upstream.answer(byModel(begun, json(completion)))
    const reply = await gateway.chat(hello)
    expect(await reply.json()).toEqual(completion)
    expect(reply.headers.get('x-routellm-model')).toBe('strong')
  })

  it('not one whose request is at fault, or was named itself', async () => {
    await start()
    gateway.upstream.answer(byModel(json({ error: { message: 'no' } }, 422), json(completion)))
    expect((await gateway.chat(hello)).status).toBe(422)
    gateway.upstream.answer(byModel(json({ error: {} }, 500), json(completion)))
    expect((await gateway.chat({ ...hello, model: 'weak' })).status).toBe(500)
  })

  it('case 12: not after the first event: its end is an error', async () => {
    await start()
    const begun: Respond = ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(event(chunk({ content: 'It' })), () => response.socket?.destroy())
    }
    gateway.upstream.answer(byModel(begun, stream(whole)))
    const reply = await gateway.chat({ ...hello, stream: true })
    await expect(reply.text()).rejects.toThrow()
    expect(gateway.upstream.seen).toHaveLength(1)
  })
})

describe('never to a weaker model', () => {
  const hard = userMessage('a hard question')

  it('unless it is configured', async () => {
    await start()
    gateway.upstream.answer(byModel(json(completion), json({ error: {} }, 503)))
    expect((await gateway.chat(hard)).status).toBe(503)
  })

  it('with `both`', async () => {
    await start('both')
    gateway.upstream.answer(byModel(json(completion), json({ error: {} }, 503)))
    const reply = await gateway.chat(hard)
    expect([reply.status, reply.headers.get('x-routellm-model')]).toEqual([200, 'weak'])
  })
})

describe('case 15: retries', () => {
  it('are off, because clients retry', async () => {
    await start('none')
    gateway.upstream.answer(json({ error: {} }, 503))
    const reply = await gateway.chat(hello)
    expect(reply.status).toBe(503)
    expect(gateway.upstream.seen).toHaveLength(1)
  })

  it('ask the same model as often as configured, and each call is in the record', async () => {
    await start('stronger', 2)
    gateway.upstream.answer(json({ error: {} }, 503))
    const reply = await gateway.chat(hello)
    expect(reply.status).toBe(503)
    const models = gateway.upstream.seen.map(({ body }) => JSON.parse(body.toString()).model)
    expect(models).toEqual(['small-model', 'small-model', 'small-model', 'big-model', 'big-model'])
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(records[0]?.attempts).toBe(5)
  })
})

describe('the circuit breaker of an endpoint', () => {
  it('hears of a success that turns out to be an error in its first event', async () => {
    const upstream = await startUpstream(stream(errorEvent))
    const http = createHttpProvider({ name: 'flaky', baseUrl: upstream.baseUrl })
    const flaky = createEndpointPool([http], { random: () => 0, now: () => 0 })
    gateway = await startGateway({
      providers: [flaky],
      parts: {
        models: [
          { name: 'strong', provider: 'main', upstream: 'big-model' },
          { name: 'weak', provider: 'flaky', upstream: 'small-model' },
        ],
      },
    })
    gateway.upstream.answer(stream(whole))
    for (let count = 0; count < 7; count++)
      expect(await (await gateway.chat({ ...hello, stream: true })).text()).toBe(whole)
    expect(upstream.seen).toHaveLength(5)
    expect(flaky.isAvailable('small-model')).toBe(false)
    await upstream.close()
  })
})
