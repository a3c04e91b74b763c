import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import OpenAI7 from 'openai-7'
import { ResponsesWS } from 'openai-7/resources/responses/ws'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { type GatewayUnderTest, inFlightSeries, startGateway } from '../../support/gateway-under-test.ts'
import { rateLimited, response, textStream, toolStream } from '../../support/protocols/responses-bytes.ts'
import { sendRaw } from '../../support/requests/raw-request.ts'
import { json, stream, streamAndHold } from '../../support/upstream.ts'

const key = 'rllm-key-of-a-client'
const records: RequestRecord[] = []
let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await startGateway({
    server: {
      clientKeys: [clientKeyHmac(key)],
      bodyLimitBytes: 100_000,
      observers: [(record) => void records.push(record)],
    },
  })
})
afterAll(() => gateway.close())
beforeEach(() => {
  records.length = 0
  gateway.upstream.answer(stream(textStream))
})

type Frame = { readonly type: string; readonly [field: string]: unknown }

/** A client that takes the frames of a turn up to the one that ends it. */
function connect(headers: Record<string, string> = { authorization: `Bearer ${key}` }, url = gateway.url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/responses`, { headers })
  const frames: Frame[] = []
  let onFrame = () => {}
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)))
    onFrame()
  })
  const take = async (until: (frame: Frame) => boolean): Promise<Frame[]> => {
    while (!frames.some(until))
      await new Promise<void>((resolve) => {
        onFrame = resolve
      })
    return frames.splice(0)
  }
  const isLast = ({ type }: Frame) => /^(?:error|response\.(?:completed|failed|incomplete))$/.test(type)
  return {
    socket,
    opened: () => once(socket, 'open'),
    take,
    turn(body: object) {
      socket.send(JSON.stringify({ type: 'response.create', model: 'auto', ...body }))
      return take(isLast)
    },
  }
}

const eventsOf = (bytes: string) =>
  [...bytes.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as Frame)

describe('a WebSocket on /v1/responses', () => {
  it('gets the error of an upstream that answers with a page in the form of the protocol', async () => {
    gateway.upstream.answer(({ response }) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>'),
    )
    const client = connect()
    await client.opened()
    expect(await client.turn({ model: 'weak', input: 'hello' })).toMatchObject([
      {
        type: 'error',
        status: 502,
        error: {
          message: expect.any(String),
          type: expect.any(String),
          param: null,
          code: 'upstream_refused',
        },
      },
    ])
    client.socket.close()
  })

  it('gets the events of each turn as frames, and each turn has a record', async () => {
    const client = connect()
    await client.opened()
    expect(await client.turn({ input: 'hello' })).toEqual(eventsOf(textStream))
    gateway.upstream.answer(stream(toolStream, 13))
    expect(await client.turn({ input: 'a hard one' })).toEqual(eventsOf(toolStream))
    const [first, second] = gateway.upstream.seen.slice(-2)
    expect(JSON.parse(first!.body.toString())).toEqual({ model: 'small-model', input: 'hello', stream: true })
    expect(JSON.parse(second!.body.toString())).toMatchObject({ model: 'big-model' })
    expect(records).toMatchObject([
      { path: '/v1/responses', status: 200, stream: true, model: 'weak', tokens: { input: 328 } },
      { path: '/v1/responses', status: 200, stream: true, model: 'strong', tokens: { output: 52 } },
    ])
    client.socket.close()
  })

  it('keeps a conversation that nobody stores, and prepares without a model', async () => {
    const client = connect()
    await client.opened()
    const before = gateway.upstream.seen.length
    const prepared = await client.turn({
      input: [{ role: 'user', content: 'hello' }],
      store: false,
      generate: false,
    })
    expect(prepared.map(({ type }) => type)).toEqual(['response.created', 'response.completed'])
    expect(gateway.upstream.seen.length).toBe(before)
    const { id } = prepared[1]!.response as { id: string }
    await client.turn({ input: [], previous_response_id: id, store: false })
    await client.turn({ input: 'and then?', previous_response_id: response.id, store: false })
    const bodies = gateway.upstream.seen.slice(-2).map(({ body }) => JSON.parse(body.toString()))
    const said = { role: 'user', content: 'hello' }
    expect(bodies[0]).toEqual({ model: 'small-model', store: false, stream: true, input: [said] })
    expect(bodies[1].input).toEqual([said, response.output[0], { role: 'user', content: 'and then?' }])
    client.socket.close()
  })

  it('names a stored response to its provider', async () => {
    const client = connect()
    await client.opened()
    await client.turn({ input: 'hello' })
    await client.turn({ input: 'and then?', previous_response_id: response.id })
    expect(JSON.parse(gateway.upstream.seen.at(-1)!.body.toString())).toMatchObject({
      input: 'and then?',
      previous_response_id: response.id,
    })
    client.socket.close()
  })

  it('gets errors as frames with their status, and goes on', async () => {
    const client = connect()
    await client.opened()
    gateway.upstream.answer(json(rateLimited, 429, { 'retry-after': '7' }))
    expect(await client.turn({ input: 'hello' })).toEqual([
      { type: 'error', status: 429, ...rateLimited, headers: { 'retry-after': '7' } },
    ])
    expect(await client.turn({ input: 'hello', model: 'none' })).toMatchObject([
      { type: 'error', status: 404, error: { code: 'model_not_found' } },
    ])
    client.socket.send('{"type":"response.steer"}')
    expect(await client.take(({ type }) => type === 'error')).toMatchObject([
      { status: 400, error: { code: 'bad_frame' } },
    ])
    gateway.upstream.answer(json(response))
    const whole = await client.turn({ input: 'hello' })
    expect(whole.at(-1)).toMatchObject({ type: 'response.completed', response: { id: response.id } })
    client.socket.close()
  })

  it('gets an error where the upstream breaks off, and takes one turn at a time', async () => {
    const client = connect()
    await client.opened()
    const begun = textStream.slice(0, textStream.indexOf('event: response.output_text.done'))
    gateway.upstream.answer(streamAndHold(begun))
    client.socket.send(JSON.stringify({ type: 'response.create', model: 'auto', input: 'hello' }))
    await client.take(({ type }) => type === 'response.output_text.delta')
    const busy = await client.turn({ input: 'at once' })
    expect(busy.at(-1)).toMatchObject({ status: 400, error: { code: 'bad_frame' } })
    gateway.upstream.seen.at(-1)!.response.destroy()
    const broken = await client.take(({ type }) => type === 'error')
    expect(broken.at(-1)).toMatchObject({ status: 502, error: { code: 'upstream_broke_off' } })
    expect(records.at(-1)).toMatchObject({ status: 502, events: 2 })
    client.socket.close()
  })

  it('that goes aborts its upstream, and nothing stays in flight', async () => {
    const client = connect()
    await client.opened()
    gateway.upstream.answer(streamAndHold(textStream.slice(0, 400)))
    client.socket.send(JSON.stringify({ type: 'response.create', model: 'auto', input: 'hello' }))
    const seen = await gateway.upstream.next()
    const last = gateway.upstream.seen.at(-1) ?? seen
    client.socket.terminate()
    await last.closed
    while (records.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(records.at(-1)).toMatchObject({ status: 499 })
    const metrics = await (await fetch(`${gateway.url}/metrics`, { headers: { 'x-api-key': key } })).text()
    expect(metrics).toContain(`${inFlightSeries} 0`)
  })

  it.each([
    ['no key', {}, 401],
    ['a wrong key', { authorization: 'Bearer something-else-here' }, 401],
  ])('is refused with %s', async (_what, headers, status) => {
    const { socket } = connect(headers as Record<string, string>)
    const [, reply] = await once(socket, 'unexpected-response')
    expect(reply.statusCode).toBe(status)
    expect(records.at(-1)).toMatchObject({ path: '/v1/responses', status })
    socket.on('error', () => {})
    socket.terminate()
  })

  it('is refused to foreign pages where no key is needed', async () => {
    const keyless = await startGateway()
    const { socket } = connect({ origin: 'https://evil.example' }, keyless.url)
    const [, reply] = await once(socket, 'unexpected-response')
    expect(reply.statusCode).toBe(403)
    socket.on('error', () => {})
    socket.terminate()
    await keyless.close()
  })

  it('is closed for a frame that is too long, and for a binary one', async () => {
    const long = connect()
    await long.opened()
    long.socket.send('x'.repeat(200_000))
    expect((await once(long.socket, 'close'))[0]).toBe(1009)
    const binary = connect()
    await binary.opened()
    binary.socket.send(Buffer.from('{}'))
    expect((await once(binary.socket, 'close'))[0]).toBe(1003)
  })

  it('is closed by a closing server once its turn is over', async () => {
    const own = await startGateway()
    const idle = connect({}, own.url)
    const busy = connect({}, own.url)
    await Promise.all([idle.opened(), busy.opened()])
    const at = textStream.indexOf('event: response.output_text.done')
    own.upstream.answer(streamAndHold(textStream.slice(0, at)))
    const turn = busy.turn({ input: 'hello' })
    const seen = await own.upstream.next()
    const idleClosed = once(idle.socket, 'close')
    const busyClosed = once(busy.socket, 'close')
    const closing = own.server.close()
    expect((await idleClosed)[0]).toBe(1001)
    seen.response.end(textStream.slice(at))
    expect((await turn).at(-1)).toMatchObject({ type: 'response.completed' })
    expect((await busyClosed)[0]).toBe(1001)
    await closing
    await own.close()
  })

  it('serves OpenAI’s client', async () => {
    const client = new OpenAI7({ baseURL: `${gateway.url}/v1`, apiKey: key })
    const socket = new ResponsesWS(client)
    const text = await new Promise<string>((resolve, reject) => {
      let all = ''
      socket.on('error', reject)
      socket.on('response.output_text.delta', ({ delta }) => {
        all += delta
      })
      socket.on('response.completed', () => resolve(all))
      socket.send({ type: 'response.create', model: 'auto', input: 'hello' })
    })
    expect(text).toBe('Under the moonlight, 北京 🙂')
    socket.close()
  })
})

describe('a request that asks for another protocol', () => {
  /** As Java's client sends its first request. */
  const h2c = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAEAAEAAAAIAAAAB' }

  it('is served as it is, with its body', async () => {
    gateway.upstream.answer(json(response))
    const reply = await sendRaw(`${gateway.url}/v1/responses`, {
      method: 'POST',
      headers: { ...h2c, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'weak', input: 'x'.repeat(50_000) }),
    })
    expect(reply).toMatchObject({ status: 200, json: response })
    expect(JSON.parse(gateway.upstream.seen.at(-1)!.body.toString()).input).toHaveLength(50_000)
  })

  it('keeps its connection', async () => {
    const { Agent } = await import('node:http')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = (headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        httpRequest(`${gateway.url}/health`, { agent, headers }, (reply) => {
          reply.resume().on('end', () => resolve(reply.statusCode ?? 0))
        })
          .on('error', reject)
          .end()
      })
    expect(await ask(h2c)).toBe(200)
    expect(await ask({})).toBe(200)
    agent.destroy()
  })

  it('a WebSocket elsewhere gets what the path answers', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/chat/completions`, {
      headers: { authorization: `Bearer ${key}` },
    })
    const [, reply] = await once(socket, 'unexpected-response')
    expect(reply.statusCode).toBe(405)
    socket.on('error', () => {})
    socket.terminate()
  })
})
