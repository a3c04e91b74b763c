import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { createGateway } from '../../../src/gateway/gateway.ts'
import { createDemoProvider } from '../../../src/providers/demo/provider.ts'
import { createHttpProvider } from '../../../src/providers/http/provider.ts'
import { createServer } from '../../../src/server/server.ts'
import type { Server, ServerOptions } from '../../../src/server/server-options.ts'
import {
  type GatewayUnderTest,
  startGateway,
  userMessage,
  wordRouter,
} from '../../support/gateway-under-test.ts'
import { chunk, event, silence, streamAndHold } from '../../support/upstream.ts'

const streamed = { ...userMessage('hello'), stream: true }

function demoGateway() {
  return createGateway({
    routers: [wordRouter],
    providers: [createDemoProvider()],
    models: [
      { name: 'strong', provider: 'demo', upstream: 'demo-strong' },
      { name: 'weak', provider: 'demo', upstream: 'demo-weak' },
    ],
    pair: { strong: 'strong', weak: 'weak' },
    auto: { kind: 'threshold', router: 'words', threshold: 0.5 },
  })
}

/** A GET on a connection that is already open. */
async function getOver(agent: Agent, url: string): Promise<{ status: number; body: string }> {
  const request = httpRequest(url, { agent }).end()
  const [response] = await once(request, 'response')
  let body = ''
  for await (const part of response) body += part
  return { status: response.statusCode, body }
}

describe('graceful shutdown', () => {
  let gateway: GatewayUnderTest
  afterEach(() => gateway.close())

  it('case 24: lets a stream in flight finish, accepts nobody new, and says so on /ready', async () => {
    gateway = await startGateway({ server: { drainTimeoutMs: 10_000 } })
    const { hostname, port } = new URL(gateway.url)
    expect(await (await fetch(`${gateway.url}/ready`)).json()).toEqual({ status: 'ready' })

    gateway.upstream.answer(streamAndHold(event(chunk({ content: 'first' }))))
    const reply = await gateway.chat(streamed)
    const reader = reply.body!.getReader()
    await reader.read()
    // Begun before the server closes, finished after: a server that closes ends connections on which no request has begun.
    const probe = connect(Number(port), hostname)
    await once(probe, 'connect')
    probe.write('GET /ready HTTP/1.1\r\n')
    await fetch(`${gateway.url}/health`) // by now the server has accepted it

    const closed = gateway.server.close()
    let refused = false
    while (!refused) {
      const socket = connect(Number(port), hostname)
      refused = await Promise.race([
        once(socket, 'connect').then(() => false),
        once(socket, 'error').then(() => true),
      ]).catch(() => true)
      socket.destroy()
    }
    probe.write('host: localhost\r\n\r\n')
    expect(String((await once(probe, 'data'))[0])).toMatch(/^HTTP\/1\.1 503 [\s\S]*"draining"/)
    probe.destroy()

    const { response } = await gateway.upstream.next()
    response.end(event('[DONE]'))
    let text = ''
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += Buffer.from(part.value)
    expect(text).toBe(event('[DONE]'))
    await closed
  })

  it('refuses a request that comes on an open connection', async () => {
    gateway = await startGateway({ server: { drainTimeoutMs: 10_000 } })
    const { hostname, port } = new URL(gateway.url)
    gateway.upstream.answer(streamAndHold(event(chunk({ content: 'first' }))))
    const reply = await gateway.chat(streamed)
    const late = connect(Number(port), hostname)
    await once(late, 'connect')
    // A server that closes ends connections on which no request has begun.
    late.write('POST /v1/chat/completions HTTP/1.1\r\n')
    await fetch(`${gateway.url}/health`)
    const closed = gateway.server.close()
    late.write('host: localhost\r\ncontent-length: 2\r\n\r\n{}')
    expect(String((await once(late, 'data'))[0])).toMatch(/^HTTP\/1\.1 503 [\s\S]*"shutting_down"/)
    late.destroy()
    const { response } = await gateway.upstream.next()
    response.end()
    await reply.text()
    await closed
  })

  it('cuts off what is not done when the drain is over: an error event, no clean end', async () => {
    gateway = await startGateway({ server: { drainTimeoutMs: 100 } })
    gateway.upstream.answer(streamAndHold(event(chunk({ content: 'first' }))))
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
    const reply = await client.chat.completions.create({
      model: 'auto',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    })
    const closed = gateway.server.close()
    const read = async () => {
      for await (const _part of reply);
    }
    await expect(read()).rejects.toThrow(/shutting down/)
    await closed
    const seen = await gateway.upstream.next()
    await seen.closed
    expect(seen.wasAborted()).toBe(true)
  })

  it('is at once where nothing is in flight, connections kept alive or never used', async () => {
    gateway = await startGateway({ server: { drainTimeoutMs: 60_000 } })
    const agent = new Agent({ keepAlive: true })
    expect(await getOver(agent, `${gateway.url}/health`)).toEqual({
      status: 200,
      body: expect.stringContaining('"status":"ok"'),
    })
    const { hostname, port } = new URL(gateway.url)
    const unused = connect(Number(port), hostname)
    await once(unused, 'connect')
    await fetch(`${gateway.url}/health`) // by now the server has accepted it
    await Promise.all([gateway.server.close(), gateway.server.close()])
    unused.destroy()
    agent.destroy()
  })

  it('cuts off a request that waits for its first byte with a 503', async () => {
    gateway = await startGateway({ server: { drainTimeoutMs: 50 } })
    gateway.upstream.answer(silence)
    const reply = gateway.chat(userMessage('hi'))
    await gateway.upstream.next()
    await gateway.server.close()
    expect((await reply).status).toBe(503)
  })
})

describe('another gateway in place of one', () => {
  it('answers new requests, while those in flight finish with the one before', async () => {
    const before = await startGateway()
    const other = demoGateway()
    before.upstream.answer(streamAndHold(event(chunk({ content: 'first' }))))
    const reply = await before.chat(streamed)
    const key = 'rllm-key-of-the-new-gateway'
    const { released } = await before.server.replace(other, { clientKeys: [clientKeyHmac(key)] })
    let isReleased = false
    void released.then(() => {
      isReleased = true
    })
    expect((await before.chat(userMessage('hi'))).status).toBe(401)
    const asked = await before.chat(userMessage('hi'), { headers: { authorization: `Bearer ${key}` } })
    expect(await asked.text()).toContain('demo')
    expect(isReleased).toBe(false)
    const { response } = await before.upstream.next()
    response.end(event('[DONE]'))
    expect(await reply.text()).toContain('[DONE]')
    await released
    await before.close()
    await other.close()
  })

  it('answers a request whose body arrives after the one before is released', async () => {
    const before = await startGateway()
    const other = demoGateway()
    const body = JSON.stringify(userMessage('hi'))
    const request = httpRequest(`${before.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        expect: '100-continue',
      },
    })
    const answered = once(request, 'response')
    request.flushHeaders()
    // By now the gateway before has the request, without its body.
    await once(request, 'continue')
    const { released } = await before.server.replace(other, {})
    await released
    request.end(body)
    const [response] = await answered
    expect(response.statusCode).toBe(200)
    expect(await text(response)).toContain('demo')
    await before.close()
    await other.close()
  })

  it('is refused if it could not be listened for, and the one before stays', async () => {
    const gateway = await startGateway()
    const { port } = new URL(gateway.url)
    const toItself = createGateway({
      routers: [wordRouter],
      providers: [createHttpProvider({ name: 'self', baseUrl: `http://127.0.0.1:${port}/v1` })],
      models: [{ name: 'm', provider: 'self', upstream: 'm' }],
      pair: { strong: 'm', weak: 'm' },
      auto: { kind: 'threshold', router: 'words', threshold: 0.5 },
    })
    await expect(gateway.server.replace(toItself, {})).rejects.toMatchObject({ code: 'routes-to-itself' })
    await expect(gateway.server.replace(demoGateway(), { allowedOrigins: ['x'] })).rejects.toMatchObject({
      code: 'bad-origin',
    })
    expect((await gateway.chat(userMessage('hi'))).status).toBe(200)
    expect(gateway.upstream.seen).toHaveLength(1)
    await gateway.close()
  })

  it('case 24: leaves readiness before it refuses requests', async () => {
    const gateway = await startGateway()
    const closed = gateway.server.close(1500)
    expect(await (await fetch(`${gateway.url}/ready`)).json()).toEqual({ status: 'draining' })
    expect((await gateway.chat(userMessage('hi'))).status).toBe(200)
    await closed
    await expect(fetch(`${gateway.url}/ready`)).rejects.toThrow()
    await gateway.close()
  })

  it.each([2 ** 31, -1, Number.NaN])('takes no time limit of %d ms', (ms) => {
    const refused = expect.objectContaining({ code: 'bad-timeout' })
    expect(() => createServer(demoGateway(), { drainTimeoutMs: ms })).toThrow(refused)
    expect(() => createServer(demoGateway(), { keepAliveTimeoutMs: ms })).toThrow(refused)
  })
})

describe('who may listen and who may ask', () => {
  const key = 'rllm-test-key-and-more'
  const clientKeys = [clientKeyHmac(key)]
  let server: Server | undefined
  afterEach(() => server?.close())

  async function listen(options: ServerOptions): Promise<string> {
    server = createServer(demoGateway(), options)
    return (await server.listen({ port: 0 })).url
  }

  it('refuses an address that others can reach without client keys', async () => {
    await expect(createServer(demoGateway()).listen({ host: '0.0.0.0', port: 0 })).rejects.toMatchObject({
      code: 'client-keys-required',
      message: expect.stringContaining('--client-key'),
    })
  })

  it('binds any address with client keys', async () => {
    server = createServer(demoGateway(), { clientKeys })
    const { url } = await server.listen({ host: '0.0.0.0', port: 0 })
    expect((await fetch(`http://127.0.0.1:${new URL(url).port}/ready`)).status).toBe(200)
  })

  it('refuses a port that is taken', async () => {
    const url = await listen({})
    const port = Number(new URL(url).port)
    await expect(createServer(demoGateway()).listen({ port })).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(`Port ${port}`),
    })
  })

  it.each([
    ['no key', {}, 401],
    ['a wrong key', { authorization: 'Bearer wrong' }, 401],
    ['a key in the wrong scheme', { authorization: `Basic ${key}` }, 401],
    ['an empty key', { authorization: 'Bearer ' }, 401],
    ['the key', { authorization: `Bearer ${key}` }, 200],
    ['the key in lower-case scheme', { authorization: `bearer ${key}` }, 200],
    ['the key in its own header', { 'x-routellm-key': key }, 200],
  ])('%s → %s', async (_name, headers, status) => {
    const url = await listen({ clientKeys })
    for (const path of ['/v1/models', '/metrics'])
      expect((await fetch(url + path, { headers })).status).toBe(status)
    const body = JSON.stringify(userMessage('hi'))
    const reply = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })
    expect(reply.status).toBe(status)
    if (status === 401) {
      expect(await reply.json()).toMatchObject({
        error: { code: 'invalid_api_key', type: 'authentication_error' },
      })
    }
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  it('forwards the client’s own Authorization only where it is told to, and never the gateway’s key', async () => {
    const gateway = await startGateway({ server: { forwardClientKey: true, clientKeys } })
    const ask = async (headers: Record<string, string>) =>
      (await gateway.chat(userMessage('hi'), { headers })).status
    expect(await ask({ authorization: `Bearer ${key}` })).toBe(401)
    expect(await ask({ authorization: 'Bearer sk-own', 'x-routellm-key': key })).toBe(200)
    expect(gateway.upstream.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-own'])
    expect(gateway.upstream.seen[0]?.headers['x-routellm-key']).toBeUndefined()
    await gateway.close()
  })
})

describe('case 27: a gateway that routes to itself', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]'])('is refused at start (%s)', async (host) => {
    const taken = createServer(demoGateway())
    const { url } = await taken.listen({ port: 0 })
    const { port } = new URL(url)
    await taken.close()
    const gateway = createGateway({
      routers: [wordRouter],
      providers: [createHttpProvider({ name: 'self', baseUrl: `http://${host}:${port}/v1` })],
      models: [{ name: 'm', provider: 'self', upstream: 'm' }],
      pair: { strong: 'm', weak: 'm' },
      auto: { kind: 'threshold', router: 'words', threshold: 0.5 },
    })
    const server = createServer(gateway)
    await expect(server.listen({ port: Number(port) })).rejects.toMatchObject({
      code: 'routes-to-itself',
      message: expect.stringContaining('"self"'),
    })
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow()
  })
})

describe('the demonstration', () => {
  it('answers the official client without a network, JSON and streamed, the same each time', async () => {
    const server = createServer(demoGateway())
    const { url } = await server.listen({ port: 0 })
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
    const request = {
      model: 'router-words-0.5',
      messages: [{ role: 'user', content: 'a hard question' } as const],
    }
    const first = await client.chat.completions.create(request)
    expect(first.choices[0]?.message.content).toBe(
      'This is the routellm demo provider: no model was called. "demo-strong" would have answered here: "a hard question". Configure a provider to get real answers.',
    )
    expect(await client.chat.completions.create(request)).toEqual(first)
    const stream = await client.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let usage = null
    for await (const part of stream) {
      text += part.choices[0]?.delta.content ?? ''
      usage = part.usage ?? usage
    }
    expect(text).toBe(first.choices[0]?.message.content)
    expect(usage).toEqual(first.usage)
    await server.close()
  })
})

describe('case 28: bytes that are no HTTP', () => {
  it('get an error in OpenAI’s shape', async () => {
    const server = createServer(demoGateway())
    const { url } = await server.listen({ port: 0 })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('nonsense\r\n\r\n')
    const [data] = await once(socket, 'data')
    expect(String(data)).toMatch(/^HTTP\/1\.1 400 [\s\S]*\{"error":\{"message":"Not valid HTTP/)
    socket.destroy()
    await server.close()
  })
})
