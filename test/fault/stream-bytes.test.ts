import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  deflateSync,
  gzipSync,
} from 'node:zlib'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GatewayUnderTest, startGateway, userMessage } from '../support/gateway-under-test.ts'
import { chunk, completion, event, stream, streamOf } from '../support/upstream.ts'

const unasked = { ...userMessage('hello'), stream: true }
const streamed = { ...unasked, stream_options: { include_usage: true } }
const usage = {
  prompt_tokens: 20,
  completion_tokens: 7,
  total_tokens: 27,
  prompt_tokens_details: { cached_tokens: 16 },
}

describe('the bytes of a stream', () => {
  let gateway: GatewayUnderTest
  let weakTokens = { prompt: 0, cached_prompt: 0, completion: 0 }
  beforeAll(async () => {
    gateway = await startGateway()
  })
  afterAll(() => gateway.close())

  async function relayed(bytes: Buffer | string, pieceBytes?: number): Promise<Buffer> {
    gateway.upstream.answer(stream(bytes, pieceBytes))
    const reply = await gateway.chat(streamed)
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    return Buffer.from(await reply.arrayBuffer())
  }

  /** What the token counters rose by since it was asked last. */
  async function countedTokens() {
    await gateway.metricBecomes('routellm_requests_in_flight', 0)
    const read = async (kind: string) =>
      (await gateway.metric(`routellm_tokens_total{model="weak",kind="${kind}"}`)) ?? 0
    const now = {
      prompt: await read('prompt'),
      cached_prompt: await read('cached_prompt'),
      completion: await read('completion'),
    }
    const rise = {
      prompt: now.prompt - weakTokens.prompt,
      cached_prompt: now.cached_prompt - weakTokens.cached_prompt,
      completion: now.completion - weakTokens.completion,
    }
    weakTokens = now
    return rise
  }

  it.each([1, 2, 3, 7, 64])(
    'case 5: in pieces of %i bytes they come out as they went in',
    async (pieceBytes) => {
      const bytes = Buffer.from(streamOf(['héllo ', '北京 ', '🙂 ', 'tail'], usage))
      expect(await relayed(bytes, pieceBytes)).toEqual(bytes)
      expect(await countedTokens()).toEqual({ prompt: 20, cached_prompt: 16, completion: 7 })
    },
  )

  it.each([
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['CR', (text: string) => text.replaceAll('\n', '\r')],
    ['data: without a space', (text: string) => text.replaceAll('data: ', 'data:')],
    ['comments and pings', (text: string) => `: ping\n\n${text.replaceAll('\n\n', '\n\n: keep-alive\n\n')}`],
    [
      'event and id lines',
      (text: string) => text.replaceAll('data: ', 'event: message\nid: 7\nretry: 10\ndata: '),
    ],
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
  ])('case 6: %s go through unchanged, and usage is still read', async (_name, change) => {
    const bytes = Buffer.from(change(streamOf(['a ', 'b'], usage)))
    expect(await relayed(bytes, 5)).toEqual(bytes)
    expect(await countedTokens()).toEqual({ prompt: 20, cached_prompt: 16, completion: 7 })
  })

  it('case 6: an event that never ends goes through, and what follows it is still read', async () => {
    const endless = `data: {"x":"${'y'.repeat(3 << 20)}"}\n\n`
    const bytes = Buffer.from(endless + streamOf(['a'], usage))
    expect((await relayed(bytes, 1 << 16)).equals(bytes)).toBe(true)
    expect(await countedTokens()).toEqual({ prompt: 20, cached_prompt: 16, completion: 7 })
  })

  it.each([
    ['empty choices', event({ ...chunk({}), choices: [] })],
    ['absent choices', event({ id: 'x', object: 'chat.completion.chunk' })],
    ['null choices', event({ id: 'x', choices: null, usage: null })],
    ['no object', 'data: 5\n\ndata: null\n\ndata: []\n\n'],
    ['no JSON', 'data: {"usage": nonsense\n\ndata: {"usage":{"prompt_tokens":\n\n'],
    [
      'usage that is none',
      'data: {"usage":7}\n\ndata: {"usage":{"prompt_tokens":"many"}}\n\ndata: {"usage":[1]}\n\n',
    ],
    ['nothing at all', ''],
  ])('case 7: chunks with %s never throw', async (_name, odd) => {
    const bytes = Buffer.from(odd + streamOf(['a'], usage) + odd)
    expect(await relayed(bytes)).toEqual(bytes)
    expect(await countedTokens()).toEqual({ prompt: 20, cached_prompt: 16, completion: 7 })
  })

  it('case 7: the official client reads usage-only and empty chunks', async () => {
    gateway.upstream.answer(stream(event({ ...chunk({}), choices: [] }) + streamOf(['a', 'b'], usage)))
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
    const reply = await client.chat.completions.create({
      model: 'router-words-0.5',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'hi' }],
    })
    let text = ''
    let total = 0
    for await (const { choices, usage: told } of reply) {
      text += choices[0]?.delta.content ?? ''
      total = told?.total_tokens ?? total
    }
    expect(text).toBe('ab')
    expect(total).toBe(27)
    await countedTokens()
  })

  it('case 8: usage in a chunk with choices is kept, cached tokens included, and the last one wins', async () => {
    const early = chunk({ content: 'a' }, null, { usage: { prompt_tokens: 20, completion_tokens: 1 } })
    const last = chunk({}, 'stop', { usage })
    const bytes = event(early) + event(last) + event(chunk({}, null, { usage: null })) + event('[DONE]')
    expect((await relayed(bytes)).toString()).toBe(bytes)
    expect(await countedTokens()).toEqual({ prompt: 20, cached_prompt: 16, completion: 7 })
  })

  it('case 8: usage of a reply that is not streamed is read too', async () => {
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion))
    })
    expect(await (await gateway.chat(userMessage('hello'))).json()).toEqual(completion)
    expect(await countedTokens()).toEqual({ prompt: 20, cached_prompt: 16, completion: 5 })
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])(
    'case 16: a reply in %s that nobody asked for arrives decoded, without stale headers',
    async (name, compress) => {
      const body = compress(Buffer.from(JSON.stringify(completion)))
      gateway.upstream.answer(({ headers, response }) => {
        expect(headers['accept-encoding']).toBe('identity')
        const length = String(body.length)
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-encoding': name,
          'content-length': length,
        })
        response.end(body)
      })
      const reply = await gateway.chat(userMessage('hello'))
      expect(reply.headers.get('content-encoding')).toBeNull()
      expect(reply.headers.get('content-length')).toBeNull()
      expect(await reply.json()).toEqual(completion)
      await countedTokens()
    },
  )

  it.each([
    ['gzip', () => createGzip({ flush: constants.Z_SYNC_FLUSH })],
    ['deflate', () => createDeflate({ flush: constants.Z_SYNC_FLUSH })],
    ['br', () => createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH })],
  ])('case 16: a stream in %s is decoded while it comes', async (name, createCompressor) => {
    const first = streamOf(['a'])
    const compressor = createCompressor()
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': name })
      compressor.pipe(response)
      compressor.write(first)
    })
    const reply = await gateway.chat(streamed)
    const reader = reply.body!.getReader()
    let text = ''
    while (text.length < first.length) text += Buffer.from((await reader.read()).value!).toString()
    expect(text).toBe(first) // the upstream has not ended yet
    compressor.end(': bye\n\n')
    text = ''
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += Buffer.from(part.value)
    expect(text).toBe(': bye\n\n')
  })

  it('case 16: a broken gzip stream ends in an error, and the upstream is not listened to any longer', async () => {
    let upstreamClosed: Promise<void> | undefined
    gateway.upstream.answer(({ response, closed }) => {
      upstreamClosed = closed
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.write('not gzip at all')
    })
    const reply = await gateway.chat(userMessage('hello'))
    expect(reply.status).toBe(502)
    expect(await reply.json()).toMatchObject({ error: { code: 'upstream_bad_encoding' } })
    await upstreamClosed
  })
})
