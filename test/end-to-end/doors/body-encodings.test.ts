import { once } from 'node:events'
import { connect } from 'node:net'
import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createContentDecoders } from '../../../src/base/http/content-decoders.ts'
import { nativeZstdDecoder } from '../../../src/base/http/native-zstd.ts'
import { type GatewayUnderTest, startGateway, userMessage } from '../../support/gateway-under-test.ts'
import { sendRaw } from '../../support/requests/raw-request.ts'

const bodyLimitBytes = 64 * 1024
const text = JSON.stringify({ ...userMessage('Grüße, 北京 🙂'), model: 'weak' })
const plain = Buffer.from(text)

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await startGateway({ server: { bodyLimitBytes, admin: { token: 'token-of-the-admin' } } })
})
afterAll(() => gateway.close())

const post = (
  body: Uint8Array | string,
  headers: Record<string, string> = {},
  path = '/v1/chat/completions',
) =>
  sendRaw(gateway.url + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })

/** The body that the upstream got. */
async function sentUpstream(): Promise<string> {
  return (await gateway.upstream.next()).body.toString()
}

const upstreamText = text.replace('"weak"', '"small-model"')

const compressors: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  GZIP: zlib.gzipSync,
  deflate: zlib.deflateSync,
  'deflate ': zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
  ...('zstdCompressSync' in zlib &&
    nativeZstdDecoder() !== undefined && { zstd: zlib.zstdCompressSync as (bytes: Buffer) => Buffer }),
}

describe.each(Object.entries(compressors))('content-encoding: %s', (encoding, compress) => {
  it('is decoded, and the upstream gets the plain body', async () => {
    const compressed = compress(plain)
    const framings = [{ 'content-length': String(compressed.length) }, { 'transfer-encoding': 'chunked' }]
    for (const framing of framings) {
      const reply = await post(compressed, { 'content-encoding': encoding, ...framing })
      expect(reply.status).toBe(200)
      const { headers, body } = await gateway.upstream.next()
      expect(body.toString()).toBe(upstreamText)
      expect(headers['content-encoding']).toBeUndefined()
    }
  })

  it('is decoded on every route that reads a body', async () => {
    const body = compress(Buffer.from(JSON.stringify({ model: 'auto', prompt: 'x', input: 'x' })))
    const reply = await post(body, { 'content-encoding': encoding }, '/v1/route')
    expect(reply).toMatchObject({ status: 200, json: { reason: 'routed' } })
  })

  it('that decompresses to more than the limit is refused', async () => {
    const bomb = compress(Buffer.alloc(64 * 1024 * 1024, ' '))
    expect(await post(bomb, { 'content-encoding': encoding })).toMatchObject({
      status: 413,
      json: { error: { code: 'body_too_large', message: expect.stringMatching(/65536 bytes/) } },
    })
    expect((await post(plain)).status).toBe(200)
    await sentUpstream()
  })

  it('that is damaged or ends early is the client’s fault', async () => {
    const compressed = compress(plain)
    const damaged = [
      compressed.subarray(0, -9),
      Buffer.from('not compressed at all, whatever the header says'),
    ]
    for (const body of damaged)
      expect(await post(body, { 'content-encoding': encoding })).toMatchObject({
        status: 400,
        json: { error: { code: expect.stringMatching(/^bad_/), param: expect.anything() } },
      })
  })
})

describe('content-encoding', () => {
  it.each(['identity', '', ' Identity '])('%j is no encoding', async (encoding) => {
    expect((await post(plain, { 'content-encoding': encoding })).status).toBe(200)
    expect(await sentUpstream()).toBe(upstreamText)
  })

  it.each(['compress', 'gzip, br', 'aws-chunked', 'gzip,identity,gzip', '\t\u00e9'])(
    '%j is refused, and what is read is named',
    async (encoding) => {
      const reply = await post(plain, { 'content-encoding': encoding })
      expect(reply).toMatchObject({
        status: 415,
        headers: { 'accept-encoding': expect.stringContaining('gzip, x-gzip, deflate, br') },
        json: { error: { code: 'unsupported_encoding', param: 'content-encoding' } },
      })
    },
  )

  it('zstd is refused by name where Node does not have it', () => {
    expect([...createContentDecoders({}).keys()]).toEqual(['gzip', 'x-gzip', 'deflate', 'br'])
  })

  it('administration decodes too', async () => {
    const reply = await post(
      zlib.gzipSync('{"a":'),
      { 'content-encoding': 'gzip', authorization: 'Bearer token-of-the-admin' },
      '/admin/api/x',
    )
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 'bad_request' } } })
  })

  it('a client that leaves within a compressed body disturbs nobody', async () => {
    const { port, hostname } = new URL(gateway.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-encoding: gzip\r\ncontent-length: 1000\r\n\r\n`,
    )
    socket.write(zlib.gzipSync(plain).subarray(0, 20))
    socket.destroy()
    expect((await post(plain)).status).toBe(200)
    await sentUpstream()
  })
})

function utf16be(value: string): Buffer {
  return Buffer.from(value, 'utf16le').swap16()
}

describe('a body in another encoding of characters', () => {
  it.each<[string, Buffer, string]>([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`), ''],
    ['UTF-16 LE with a mark', Buffer.from(`\ufeff${text}`, 'utf16le'), ''],
    ['UTF-16 BE with a mark', utf16be(`\ufeff${text}`), ''],
    ['UTF-16 LE without a mark', Buffer.from(text, 'utf16le'), ''],
    ['UTF-16 BE without a mark', utf16be(text), ''],
    ['UTF-16 LE by its charset', Buffer.from(text, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE by its charset', utf16be(text), '"UTF-16BE"'],
    ['UTF-8 with a charset that it does not have', plain, 'iso-8859-1'],
    ['UTF-8 with its charset', plain, 'UTF-8'],
  ])('%s reaches the upstream as UTF-8', async (_what, body, charset) => {
    const contentType = charset === '' ? 'application/json' : `application/json; charset=${charset}`
    expect((await post(body, { 'content-type': contentType })).status).toBe(200)
    expect(await sentUpstream()).toBe(upstreamText)
  })

  it('Latin-1 with its charset reaches the upstream as UTF-8', async () => {
    const latin = text.replace('北京 🙂', 'und so')
    const headers = { 'content-type': 'application/json; charset=ISO-8859-1' }
    expect((await post(Buffer.from(latin, 'latin1'), headers)).status).toBe(200)
    expect(await sentUpstream()).toContain('Grüße, und so')
  })

  it.each<[string, Buffer, string]>([
    ['UTF-32 LE', Buffer.from(text.split('').flatMap((c) => [c.charCodeAt(0) & 127, 0, 0, 0])), ''],
    ['UTF-32 with a mark', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x7b]), ''],
    ['an unknown charset', Buffer.from(text.replace('北京 🙂', ''), 'latin1'), '; charset=klingon-8'],
  ])('%s is refused', async (_what, body, charset) => {
    expect(await post(body, { 'content-type': `application/json${charset}` })).toMatchObject({
      status: 415,
      json: { error: { code: 'unsupported_encoding', message: expect.stringContaining('UTF-8') } },
    })
  })

  it('is decoded after it is decompressed', async () => {
    const body = zlib.gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le'))
    expect((await post(body, { 'content-encoding': 'gzip' })).status).toBe(200)
    expect(await sentUpstream()).toBe(upstreamText)
  })
})
