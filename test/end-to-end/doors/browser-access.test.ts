import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { endpoints } from '../../../src/server/endpoints.ts'
import { type GatewayUnderTest, startGateway, userMessage } from '../../support/gateway-under-test.ts'
import { type RawRequest, sendRaw } from '../../support/requests/raw-request.ts'

const page = 'http://localhost:5173'
const key = 'rllm-key-of-a-client'
const routes = [...endpoints, ['/admin/api', 'GET'], ['/nothing', 'POST']] as const
const chat = JSON.stringify(userMessage('hello'))

const foreignHosts = [
  'evil.example',
  'evil.example:6060',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '127.0.0.1.nip.io:6060',
  '10.0.0.1',
  '[2001:db8::1]:6060',
  'localhost@evil.example',
  'evil.example#localhost',
  'a b',
]
const ownHosts = [
  'localhost',
  'LocalHost:1',
  'localhost.',
  'localhost.:6060',
  '127.0.0.1',
  '127.1.2.3:80',
  '[::1]:6060',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]:6060',
]
const foreignOrigins = [
  'https://evil.example',
  'http://localhost:5174',
  'https://localhost:5173',
  'http://localhost:5173.evil.example',
  'http://127.0.0.1:5173',
  'null',
  '',
  'chrome-extension://abcdef',
]
/** What a page can send without asking first. */
const simpleContentTypes = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
]

describe('a gateway without keys', () => {
  let gateway: GatewayUnderTest
  let port: string
  beforeAll(async () => {
    gateway = await startGateway({ server: { allowedOrigins: [page, 'https://app.example'] } })
    port = new URL(gateway.url).port
  })
  afterAll(() => gateway.close())
  const send = (path: string, init: RawRequest) => sendRaw(`${gateway.url}${path}`, init)

  it.each(routes)('%s: a foreign Host or Origin is refused', async (path, method) => {
    const body = method === 'POST' ? { body: chat } : {}
    for (const host of foreignHosts)
      expect(await send(path, { method, headers: { host }, ...body }), host).toMatchObject({
        status: 403,
        headers: { 'x-request-id': expect.stringMatching(/^rllm-/) },
        json: { error: { code: 'foreign_host', message: expect.stringContaining('server.allowedOrigins') } },
      })
    for (const origin of foreignOrigins)
      expect(await send(path, { method, headers: { origin }, ...body }), origin).toMatchObject({
        status: 403,
        json: { error: { code: 'foreign_origin' } },
      })
    expect(gateway.upstream.seen.length).toBe(0)
  })

  it.each(simpleContentTypes)('%s from a foreign page calls no model', async (contentType) => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect(
        await send('/v1/chat/completions', {
          method: 'POST',
          headers: { ...headers, 'content-type': contentType },
          body: chat,
        }),
      ).toMatchObject({ status: 403, json: { error: { code: 'foreign_origin' } } })
    expect(gateway.upstream.seen.length).toBe(0)
  })

  it.each(ownHosts)('Host: %s is served', async (host) => {
    for (let time = 0; time < 2; time++)
      expect((await send('/v1/models', { headers: { host } })).status).toBe(200)
  })

  it('serves a Host that an allowed origin names, and a page of its own', async () => {
    expect((await send('/v1/models', { headers: { host: 'app.example' } })).status).toBe(200)
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`])
      for (const scheme of ['http', 'https'])
        expect(await send('/v1/models', { headers: { host, origin: `${scheme}://${host}` } })).toMatchObject({
          status: 200,
          headers: { 'access-control-allow-origin': `${scheme}://${host}` },
        })
  })

  it('serves links and images of other pages, which cannot read and cannot spend', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    expect((await send('/', { headers })).status).toBe(200)
  })

  it.each(routes.filter(([path]) => path !== '/admin/api'))(
    '%s: lets an allowed page read every reply',
    async (path, method) => {
      const body = method === 'POST' ? { body: chat } : {}
      const reply = await send(path, { method, headers: { origin: page }, ...body })
      expect(reply.headers).toMatchObject({
        'access-control-allow-origin': page,
        vary: expect.stringContaining('origin'),
        'access-control-expose-headers': expect.stringMatching(/x-routellm-model.*x-request-id.*retry-after/),
      })
      expect(reply.headers['access-control-allow-credentials']).toBeUndefined()
    },
  )

  it('lets an allowed page read a model’s reply, with the upstream’s own rules for browsers left out', async () => {
    gateway.upstream.answer(({ response }) => {
      const headers = {
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
        vary: 'accept',
      }
      response.writeHead(200, headers).end('{}')
    })
    const reply = await send('/v1/chat/completions', {
      method: 'POST',
      headers: { origin: page, 'content-type': 'application/json' },
      body: chat,
    })
    expect(reply).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': page } })
    expect(String(reply.headers.vary).split(/, */)).toContain('origin')
  })
})

describe.each([
  ['without keys', {}, [page]],
  ['with keys', { clientKeys: [clientKeyHmac(key)] }, [page]],
  ['with keys and every origin', { clientKeys: [clientKeyHmac(key)] }, ['*']],
])('preflights of a gateway %s', (_what, server, allowedOrigins) => {
  let gateway: GatewayUnderTest
  beforeAll(async () => {
    gateway = await startGateway({ server: { ...server, allowedOrigins } })
  })
  afterAll(() => gateway.close())

  it.each(routes.filter(([path]) => path !== '/admin/api'))('%s: no key is needed', async (path, method) => {
    const reply = await sendRaw(`${gateway.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: page,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,x-stainless-os',
        'access-control-request-private-network': 'true',
      },
    })
    expect(reply).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': page,
        'access-control-allow-methods': expect.stringContaining(method),
        'access-control-allow-headers': 'authorization,content-type,x-stainless-os',
        'access-control-allow-private-network': 'true',
      },
    })
    expect(reply.body.length).toBe(0)
  })

  it('a foreign page is refused, and the answer says what to configure', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    const reply = await sendRaw(`${gateway.url}/v1/chat/completions`, { method: 'OPTIONS', headers })
    if (allowedOrigins[0] === '*') expect(reply.status).toBe(204)
    else {
      expect(reply).toMatchObject({ status: 403, json: { error: { code: 'foreign_origin' } } })
      expect(reply.headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it('OPTIONS that is no preflight is a method that is not served', async () => {
    const headers = 'clientKeys' in server ? { authorization: `Bearer ${key}` } : {}
    const reply = await sendRaw(`${gateway.url}/v1/chat/completions`, { method: 'OPTIONS', headers })
    expect(reply).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  })
})

describe('a gateway with keys', () => {
  let gateway: GatewayUnderTest
  beforeAll(async () => {
    gateway = await startGateway({ server: { clientKeys: [clientKeyHmac(key)], allowedOrigins: [page] } })
  })
  afterAll(() => gateway.close())

  it('serves any Host, and a page that has a key; only an allowed one can read', async () => {
    const authorization = `Bearer ${key}`
    for (const headers of [
      { host: 'gateway.example' },
      { origin: 'https://other.example' },
      { origin: page },
    ]) {
      const reply = await sendRaw(`${gateway.url}/v1/models`, { headers: { authorization, ...headers } })
      expect(reply.status).toBe(200)
      const reader = 'origin' in headers && headers.origin === page ? page : undefined
      expect(reply.headers['access-control-allow-origin']).toBe(reader)
    }
  })

  it('lets an allowed page read that its key is wrong', async () => {
    const reply = await sendRaw(`${gateway.url}/v1/models`, { headers: { origin: page } })
    expect(reply).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': page } })
  })

  it('administration refuses foreign pages and hosts all the same', async () => {
    const refused = async (headers: Record<string, string>) =>
      (await sendRaw(`${gateway.url}/admin/api`, { headers })).status
    expect(await refused({ host: 'gateway.example' })).toBe(403)
    expect(await refused({ origin: 'https://other.example' })).toBe(403)
    expect(await refused({})).toBe(401)
  })
})
