import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type GatewayUnderTest,
  inFlightSeries,
  startGateway,
  userMessage,
} from '../support/gateway-under-test.ts'
import { completion, event, json, silence, stream, streamAndHold, streamOf } from '../support/upstream.ts'

describe('the connection of a client', () => {
  let gateway: GatewayUnderTest
  beforeAll(async () => {
    gateway = await startGateway()
  })
  afterAll(() => gateway.close())

  function post(body: object): string {
    const text = JSON.stringify(body)
    return `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${text.length}\r\n\r\n${text}`
  }

  /** Everything that comes back for these bytes. @param isHalfClosed whether the client ends its side at once. */
  async function exchange(bytes: string | Buffer, isHalfClosed = false): Promise<string> {
    const { hostname, port } = new URL(gateway.url)
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
    })
    socket.on('error', () => {})
    if (isHalfClosed) socket.end(bytes)
    else socket.write(bytes)
    await once(socket, 'close')
    return text
  }

  const reply = JSON.stringify(completion)
  const streamed = { ...userMessage('hi'), stream: true }

  it('that ends its own side after the request gets the reply', async () => {
    gateway.upstream.answer(json(completion))
    expect(await exchange(post(userMessage('hi')), true)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    gateway.upstream.answer(stream(streamOf(['a'])))
    const text = await exchange(post(streamed), true)
    expect(text).toContain('data: [DONE]')
    expect(text.endsWith('0\r\n\r\n')).toBe(true)
    expect(await exchange('GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n', true)).toContain('"ok"')
  })

  it('that ends its own side gets a reply that takes longer, after interim replies', async () => {
    gateway.upstream.answer(({ response }) => {
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(reply), 700)
    })
    const text = await exchange(post(userMessage('hi')), true)
    expect(text).toMatch(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)+HTTP\/1\.1 200 OK\r\n/)
    expect(text).toContain(Buffer.from(reply).toString('latin1'))
  })

  it('that ends its own side gets a stream whose first event takes longer, after comments', async () => {
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      setTimeout(() => response.end(event({ choices: [{}] }) + event('[DONE]')), 500)
    })
    expect(await exchange(post(streamed), true)).toContain('data: [DONE]')
  })

  it.each([
    ['before anything was sent', silence, userMessage('hi')],
    ['before the head of a stream was sent', streamAndHold(''), streamed],
  ])('that goes away %s ends the upstream request', async (_when, respond, body) => {
    gateway.upstream.answer(respond)
    const { hostname, port } = new URL(gateway.url)
    const before = gateway.upstream.seen.length
    const socket = connect(Number(port), hostname)
    socket.write(post(body))
    while (gateway.upstream.seen.length === before) await new Promise((resolve) => setImmediate(resolve))
    socket.destroy()
    const seen = gateway.upstream.seen.at(-1)!
    await seen.closed
    expect(seen.wasAborted()).toBe(true)
    await gateway.metricBecomes(inFlightSeries, 0)
  })

  it.each([
    ['no HTTP', 'nonsense\r\n\r\n', 400],
    ['a bad header', 'GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    ['a header of 20 KiB', `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['twenty thousand headers', `GET / HTTP/1.1\r\nhost: x\r\n${'x-a: 1\r\n'.repeat(20_000)}\r\n`, 431],
    ['a path of 20 KiB', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    [
      'long chunk extensions',
      `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n1;${'a'.repeat(20_000)}\r\nx\r\n`,
      413,
    ],
    [
      'a bad chunk',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
  ])('that sends %s gets a status', async (_what, bytes, status) => {
    const text = await exchange(bytes)
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    const { error } = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))
    expect(error).toMatchObject({ code: 'bad_http' })
  })

  it('that ends within its request gets a 400', async () => {
    const text = await exchange(
      'POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n{',
      true,
    )
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('that sends nonsense in the middle of a stream gets no bytes between those of the stream', async () => {
    gateway.upstream.answer(streamAndHold(event({ choices: [{ delta: { content: 'first' } }] })))
    const { hostname, port } = new URL(gateway.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    let text = ''
    const first = new Promise<void>((resolve) => {
      socket.on('data', (data) => {
        text += data.toString('latin1')
        if (text.includes('first')) resolve()
      })
    })
    socket.write(post(streamed))
    await first
    socket.write('nonsense\r\n\r\n')
    await once(socket, 'close')
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(text.endsWith('0\r\n\r\n')).toBe(false)
  })
})
