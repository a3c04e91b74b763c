import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type GatewayUnderTest,
  inFlightSeries,
  providerKey,
  startGateway,
  userMessage,
} from '../support/gateway-under-test.ts'
import { chunk, completion, event, json, silence, streamAndHold } from '../support/upstream.ts'

const request = userMessage('hello')
const streamed = { ...request, stream: true }

/** Everything that comes out of a raw socket until it ends, and whether it ended by an error. */
async function rawReply(url: string, body: object): Promise<{ text: string; failed: boolean }> {
  const { hostname, port } = new URL(url)
  const payload = JSON.stringify(body)
  const socket = connect(Number(port), hostname)
  let text = ''
  let failed = false
  socket.on('data', (data) => {
    text += data.toString('latin1')
  })
  socket.on('error', () => {
    failed = true
  })
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${payload.length}\r\n\r\n${payload}`,
  )
  await once(socket, 'close')
  return { text, failed }
}

describe('an upstream that fails', () => {
  let gateway: GatewayUnderTest
  beforeEach(async () => {
    gateway = await startGateway({
      parts: { fallbacks: { pair: 'none', policies: new Map() } },
      provider: { headersTimeoutMs: 300, idleTimeoutMs: 300, connectTimeoutMs: 500 },
    })
  })
  afterEach(() => gateway.close())

  it('case 13: death mid-stream is an error event and a cut connection, never a clean end', async () => {
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(event(chunk({ content: 'partial' })), () => response.socket?.destroy())
    })
    const { text } = await rawReply(gateway.url, streamed)
    expect(text).toContain('"partial"')
    expect(text).toContain('data: {"error":{"message":"The upstream \\"main\\"')
    expect(text).toContain('"code":"upstream_broke_off"')
    expect(text).not.toContain('[DONE]')
    expect(text.endsWith('0\r\n\r\n')).toBe(false) // the mark of a complete reply
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(
      await gateway.metric('routellm_requests_total{route="/v1/chat/completions",model="weak",status="502"}'),
    ).toBe(1)
  })

  it('case 13: the error event stands alone also where the upstream died within an event', async () => {
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {"id":"chatcmpl-1","cho', () => response.socket?.destroy())
    })
    const { text } = await rawReply(gateway.url, streamed)
    expect(text).toMatch(/\n\ndata: \{"error":\{.*\}\}\n\n/)
  })

  it('case 13: the official client throws when the upstream dies mid-stream', async () => {
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(event(chunk({ content: 'partial' })), () => response.socket?.destroy())
    })
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
    const reply = await client.chat.completions.create({
      model: 'auto',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    })
    let text = ''
    const read = async () => {
      for await (const { choices } of reply) text += choices[0]?.delta.content ?? ''
    }
    await expect(read()).rejects.toThrow(OpenAI.APIError)
    expect(text).toBe('partial')
  })

  it.each([
    ['with content-length', { 'content-length': '1000' }],
    ['chunked', {}],
  ])('case 13: a JSON reply (%s) that is cut in the middle is cut for the client', async (_name, headers) => {
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers })
      response.write('{"id":"chatcmpl-1","choices":[', () => response.socket?.destroy())
    })
    const { text } = await rawReply(gateway.url, request)
    expect(text).toContain('{"id":"chatcmpl-1","choices":[')
    expect(text).not.toContain('"error"')
    expect(text.endsWith('0\r\n\r\n')).toBe(false)
    await expect(gateway.chat(request).then((reply) => reply.text())).rejects.toThrow()
  })

  it('case 13: an upstream that closes before its head is a 502 with OpenAI’s shape', async () => {
    gateway.upstream.answer(({ response }) => response.socket?.destroy())
    const reply = await gateway.chat(streamed)
    expect(reply.status).toBe(502)
    expect(reply.headers.get('x-routellm-model')).toBe('weak')
    expect(await reply.json()).toEqual({
      error: {
        message: expect.stringContaining('could not be reached'),
        type: 'upstream_error',
        param: null,
        code: 'upstream_unreachable',
      },
    })
  })

  it('case 13: an upstream that is not there is a 502', async () => {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    probe.close()
    const other = await startGateway({ provider: { baseUrl: `http://127.0.0.1:${port}/v1` } })
    const reply = await other.chat(request)
    expect(reply.status).toBe(502)
    expect(((await reply.json()) as { error: { message: string } }).error.message).toContain('ECONNREFUSED')
    await other.close()
  })

  it('case 14: an upstream that sends no head in time is a 504', async () => {
    gateway.upstream.answer(silence)
    const reply = await gateway.chat(request)
    expect(reply.status).toBe(504)
    expect(((await reply.json()) as { error: { message: string } }).error).toMatchObject({
      code: 'upstream_timeout',
      message: expect.stringContaining('headersTimeoutMs'),
    })
  })

  it('case 14: an upstream that falls silent mid-stream becomes an error event', async () => {
    gateway.upstream.answer(streamAndHold(event(chunk({ content: 'partial' }))))
    const { text } = await rawReply(gateway.url, streamed)
    expect(text).toContain('idleTimeoutMs')
    expect(text.endsWith('0\r\n\r\n')).toBe(false)
  })

  it('case 14: the total time limit is one of its own', async () => {
    const limited = await startGateway({ provider: { totalTimeoutMs: 150 } })
    limited.upstream.answer(silence)
    const reply = await limited.chat(request)
    expect(reply.status).toBe(504)
    expect(((await reply.json()) as { error: { message: string } }).error.message).toContain('within 150 ms')
    const seen = await limited.upstream.next()
    await seen.closed
    await limited.close()
  })

  it('case 15: status, Retry-After and body of a 429 reach the client', async () => {
    const error = {
      error: { message: 'slow down', type: 'requests', param: null, code: 'rate_limit_exceeded' },
    }
    gateway.upstream.answer(json(error, 429, { 'retry-after': '7', 'x-ratelimit-remaining-requests': '0' }))
    const reply = await gateway.chat(request)
    expect(reply.status).toBe(429)
    expect(reply.headers.get('retry-after')).toBe('7')
    expect(reply.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(await reply.json()).toEqual(error)
    expect(gateway.upstream.seen).toHaveLength(1)
  })

  it.each([401, 403])(
    'a %i of the provider passes, and the log says whose key was refused',
    async (status) => {
      gateway.upstream.answer(json({ error: { message: 'Incorrect API key provided' } }, status))
      const reply = await gateway.chat({ ...request, model: 'weak' })
      expect(reply.status).toBe(status)
      expect(gateway.warnings).toEqual([
        {
          fields: { requestId: expect.any(String), model: 'weak', provider: expect.any(String), status },
          message: 'the provider refused the key that was sent, or its access to the model',
        },
      ])
    },
  )

  it('case 20: neither the provider’s key nor the prompt is in a log line or an error', async () => {
    gateway.upstream.answer(({ response }) => response.socket?.destroy())
    const reply = await gateway.chat(userMessage('planted prompt'))
    const told = JSON.stringify(gateway.warnings) + (await reply.text())
    expect(gateway.warnings).toHaveLength(1)
    expect(told).not.toContain(providerKey)
    expect(told).not.toContain('planted prompt')
  })

  it('is forgotten: the next request is answered', async () => {
    gateway.upstream.answer(({ response }) => response.socket?.destroy())
    await gateway.chat(request)
    gateway.upstream.answer(json(completion))
    expect(await (await gateway.chat(request)).json()).toEqual(completion)
  })
})
