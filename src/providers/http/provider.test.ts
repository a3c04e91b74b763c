import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AbortRequest, ReplySink } from '../provider.ts'
import type { HttpProviderOptions } from './options.ts'
import { createHttpProvider } from './provider.ts'

const request = { path: '/chat/completions', body: '{"model":"m"}' }
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A provider before an upstream that answers with `respond`. */
async function providerBefore(
  respond: (request: IncomingMessage, response: ServerResponse) => void,
  options: Partial<HttpProviderOptions> = {},
  basePath = '/v1',
) {
  const server = createServer(respond).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`
  const provider = createHttpProvider({ name: 'p', baseUrl, ...options })
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
    await provider.close()
  })
  return provider
}

const unwanted: ReplySink = {
  onHead: () => expect.unreachable('a head'),
  onData: () => expect.unreachable('data'),
  onEnd: () => expect.unreachable('an end'),
  onError: () => expect.unreachable('an error'),
}

describe('createHttpProvider', () => {
  it.each([
    ['/v1', '/v1/chat/completions'],
    ['/v1/', '/v1/chat/completions'],
    ['', '/chat/completions'],
    ['/openai/deployments/d?api-version=1', '/openai/deployments/d/chat/completions?api-version=1'],
  ])('puts the path below the base URL: %s', async (basePath, path) => {
    const provider = await providerBefore(({ url }, response) => response.end(url), {}, basePath)
    expect(Buffer.from((await provider.call(request)).body).toString()).toBe(path)
  })

  it('sends its key and headers; a request’s own headers come first', async () => {
    const provider = await providerBefore(({ headers }, response) => response.end(JSON.stringify(headers)), {
      apiKey: 'sk-own',
      headers: { 'X-Team': 'a' },
    })
    const seen = async (headers?: Record<string, string>) => {
      const reply = await provider.call(headers === undefined ? request : { ...request, headers })
      return JSON.parse(Buffer.from(reply.body).toString())
    }
    expect(await seen()).toMatchObject({ authorization: 'Bearer sk-own', 'x-team': 'a' })
    expect(await seen({ authorization: 'Bearer sk-client' })).toMatchObject({
      authorization: 'Bearer sk-client',
      'x-team': 'a',
    })
  })

  it('does not take 1xx for the reply’s head', async () => {
    const provider = await providerBefore((_request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' })
      response.writeHead(201, { 'x-many': ['a', 'b'] }).end('{}')
    })
    const reply = await provider.call(request)
    expect(reply.status).toBe(201)
    expect(reply.headers['x-many']).toBe('a, b')
  })

  it('sends nothing at all when aborted before it is connected', async () => {
    const bodies: string[] = []
    const provider = await providerBefore(async (incoming, response) => {
      let body = ''
      for await (const part of incoming) body += part
      bodies.push(body)
      response.end('{}')
    })
    provider.stream({ ...request, body: '{"model":"aborted"}' }, unwanted)()
    await provider.call(request)
    expect(bodies).toEqual([request.body])
  })

  it('reports nothing after an abort, also of a compressed reply that has come in whole', async () => {
    const compressed = gzipSync(Buffer.alloc(1 << 20))
    const provider = await providerBefore(
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(compressed),
      { maxConnections: 1 },
    )
    let resume = () => {}
    let chunks = 0
    let abort: AbortRequest = () => {}
    await new Promise<void>((resolve) => {
      abort = provider.stream(request, {
        ...unwanted,
        onHead(_status, _headers, resumeReply) {
          resume = resumeReply
        },
        onData() {
          chunks++
          resolve()
          return false
        },
      })
    })
    await provider.call(request) // on the one connection, so after the whole of the first reply
    abort()
    resume()
    await provider.call(request)
    expect(chunks).toBe(1)
  })

  it.each(['api.openai.com/v1', 'ftp://x/v1', '', '/v1'])('refuses the base URL "%s"', (baseUrl) => {
    expect(() => createHttpProvider({ name: 'p', baseUrl })).toThrow(
      expect.objectContaining({ code: 'bad-base-url', param: 'providers.p.baseUrl' }),
    )
  })

  it.each([
    [undefined, { authorization: 'Bearer key' }],
    ['api-key', { 'api-key': 'key' }],
    ['x-api-key', { 'x-api-key': 'key' }],
  ] as const)(
    'sends its key in the header %s, unless the request brings another',
    async (apiKeyHeader, expected) => {
      const seen: IncomingMessage['headers'][] = []
      const provider = await providerBefore(
        ({ headers }, response) => {
          seen.push(headers)
          response.end('{}')
        },
        { apiKey: 'key', ...(apiKeyHeader !== undefined && { apiKeyHeader }) },
      )
      await provider.call(request)
      await provider.call({ ...request, headers: { authorization: 'Bearer own' } })
      const keys = seen.map(({ authorization, 'api-key': azure, 'x-api-key': other }) =>
        JSON.parse(JSON.stringify({ authorization, 'api-key': azure, 'x-api-key': other })),
      )
      expect(keys).toEqual([expected, { authorization: 'Bearer own' }])
    },
  )

  it('refuses Bun with one sentence', () => {
    vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...process.versions, bun: '1.2.3' })
    expect(() => createHttpProvider({ name: 'p', baseUrl: 'http://127.0.0.1:1/v1' })).toThrow(
      expect.objectContaining({ code: 'unsupported-runtime', message: expect.stringContaining('Bun 1.2.3') }),
    )
    vi.restoreAllMocks()
  })
})
