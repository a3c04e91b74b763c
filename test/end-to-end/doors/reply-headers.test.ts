import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nativeZstdDecoder } from '../../../src/base/http/native-zstd.ts'
import { type GatewayUnderTest, startGateway, userMessage } from '../../support/gateway-under-test.ts'
import { sendRaw } from '../../support/requests/raw-request.ts'
import { completion, json, streamOf } from '../../support/upstream.ts'

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())

const post = (headers: Record<string, string> = {}, sent: object = userMessage('hello')) =>
  sendRaw(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(sent),
    headers: { 'content-type': 'application/json', ...headers },
  })

/** The upstream answers with this body and these headers. */
function answerWith(bytes: Uint8Array | string, headers: Record<string, string>): void {
  gateway.upstream.answer(({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(bytes)
  })
}

const plain = Buffer.from(JSON.stringify(completion))
const compressZstd: unknown = nativeZstdDecoder() && Reflect.get(zlib, 'zstdCompressSync')
const hasZstd = typeof compressZstd === 'function'

describe('a reply that its upstream compressed without being asked', () => {
  it.each<[string, Buffer]>([
    ['gzip', zlib.gzipSync(plain)],
    ['GZIP', zlib.gzipSync(plain)],
    ['x-gzip', zlib.gzipSync(plain)],
    ['deflate', zlib.deflateSync(plain)],
    [' deflate', zlib.deflateRawSync(plain)],
    ['br', zlib.brotliCompressSync(plain)],
    ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(plain))],
    ['identity, gzip', zlib.gzipSync(plain)],
    ['gzip, deflate, gzip', zlib.gzipSync(zlib.deflateSync(zlib.gzipSync(plain)))],
    ['identity', plain],
    ['', plain],
    ...(typeof compressZstd === 'function' ? [['zstd', compressZstd(plain)] as const] : []),
  ] as [string, Buffer][])('in %j arrives plain', async (encoding, bytes) => {
    answerWith(bytes, { 'content-encoding': encoding })
    const reply = await post()
    expect(reply.json).toEqual(completion)
    expect(reply.headers['content-encoding'] ?? 'identity').toMatch(/^(identity)?$/)
  })

  const unreadable = ['compress', 'dcb', 'gzip, exi', ...(hasZstd ? [] : ['zstd'])]

  it.each(unreadable)('in %j is an error if the client did not ask for it', async (encoding) => {
    answerWith('bytes', { 'content-encoding': encoding })
    for (const headers of [{}, { 'accept-encoding': 'identity' }, { 'accept-encoding': `*;q=0, br` }])
      expect(await post(headers)).toMatchObject({
        status: 502,
        json: { error: { code: 'upstream_bad_encoding', message: expect.stringContaining(encoding) } },
      })
  })

  it.each(unreadable)('in %j passes if the client asked for it', async (encoding) => {
    answerWith('bytes', { 'content-encoding': encoding })
    for (const accepted of [encoding, `br, ${encoding};q=0.5`, '*'])
      expect(await post({ 'accept-encoding': accepted })).toMatchObject({
        status: 200,
        headers: { 'content-encoding': encoding },
        body: Buffer.from('bytes'),
      })
  })
})

describe('headers of the upstream', () => {
  const kept = {
    'x-request-id': 'req_1',
    'retry-after': '7',
    'openai-version': '2',
    'x-ratelimit-limit-tokens': '9',
  }
  const removed = {
    'keep-alive': 'timeout=5',
    'proxy-authenticate': 'Basic',
    'proxy-connection': 'keep-alive',
    te: 'trailers',
    trailer: 'x-sum',
    upgrade: 'h2c',
    'set-cookie': 'a=b',
    'set-cookie2': 'a=b',
    'clear-site-data': '"*"',
    'strict-transport-security': 'max-age=1',
    'alt-svc': 'h3=":443"',
    nel: '{}',
    'report-to': '{}',
    'access-control-allow-origin': '*',
    'x-routellm-model': 'forged',
    'x-accel-redirect': '/etc/passwd',
    'x-sendfile': '/etc/passwd',
    'x-hop': 'named by Connection',
    'x-other-hop': 'named by Connection',
  }

  it('reach the client, but not those of the connection, of the address, or that Connection names', async () => {
    answerWith(plain, { ...kept, ...removed, connection: 'close, X-Hop,x-other-hop , content-type' })
    const { headers } = await post()
    expect(headers).toMatchObject({ ...kept, 'content-type': 'application/json' })
    expect(headers['x-routellm-model']).toBe('weak')
    for (const name of Object.keys(removed).filter(
      (each) => !['keep-alive', 'x-routellm-model'].includes(each),
    ))
      expect(headers, name).not.toHaveProperty([name])
    expect(headers['keep-alive']).not.toBe('timeout=5')
  })
})

describe('headers of the client', () => {
  it('go upstream by a list, and not if Connection names them', async () => {
    gateway.upstream.answer(json(completion))
    const kept = { traceparent: '00-1-2-01', 'idempotency-key': 'i', 'openai-beta': 'b' }
    await post({
      ...kept,
      tracestate: 't',
      connection: 'close, tracestate',
      cookie: 'c=1',
      'x-forwarded-for': '1.2.3.4',
      te: 'trailers',
    })
    const { headers } = gateway.upstream.seen.at(-1)!
    expect(headers).toMatchObject(kept)
    for (const name of ['tracestate', 'cookie', 'x-forwarded-for', 'te', 'transfer-encoding'])
      expect(headers, name).not.toHaveProperty([name])
    expect(headers.connection).toBe('keep-alive')
  })
})

describe('an event stream', () => {
  it.each([
    [undefined, 'no-transform'],
    ['no-cache', 'no-cache, no-transform'],
    ['no-cache, No-Transform', 'no-cache, No-Transform'],
  ])('with cache-control %s asks proxies not to collect it', async (cacheControl, expected) => {
    answerWith(streamOf(['a']), {
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'yes',
      ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
    })
    const reply = await post({}, { ...userMessage('hello'), stream: true })
    expect(reply.headers).toMatchObject({ 'x-accel-buffering': 'no', 'cache-control': expected })
  })

  it('is what gets these headers; JSON does not', async () => {
    answerWith(plain, { 'cache-control': 'max-age=1' })
    const reply = await post()
    expect(reply.headers['cache-control']).toBe('max-age=1')
    expect(reply.headers).not.toHaveProperty(['x-accel-buffering'])
  })
})
