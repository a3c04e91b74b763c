import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { viewPaths } from '../../../src/server/page/views.ts'
import { type GatewayUnderTest, startGateway } from '../../support/gateway-under-test.ts'
import { type RawRequest, sendRaw } from '../../support/requests/raw-request.ts'

const token = 'token-of-the-admin'
const clientKey = 'rllm-key-of-a-client'
const html = { accept: 'text/html,application/xhtml+xml' }
const script = 'console.log("page")'

const asked = (path: string) => `</admin/api${path}>; rel=preload; as=fetch; crossorigin`

let folder = ''
let gateway: GatewayUnderTest
let host = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>routellm</title>')
  await writeFile(join(folder, 'assets', 'index-1.js'), script)
  await writeFile(join(folder, 'assets', 'index-1.js.gz'), gzipSync(script))
  for (const view of ['overview', 'curve'])
    await writeFile(join(folder, 'assets', `view-${view}-B_x-9.js`), script)
  gateway = await startGateway({
    server: { clientKeys: [clientKeyHmac(clientKey)], admin: { token }, page: folder },
  })
  host = new URL(gateway.url).host
})
afterAll(async () => {
  await gateway.close()
  await rm(folder, { recursive: true, force: true })
})

const send = (path: string, init: RawRequest = {}) => sendRaw(`${gateway.url}${path}`, init)
const session = (headers: RawRequest['headers'] = {}, init: RawRequest = {}) =>
  send('/admin/api/session', { ...init, headers })
const signIn = (body: object, headers: RawRequest['headers'] = {}) =>
  session(
    { 'content-type': 'application/json', origin: gateway.url, ...headers },
    { method: 'POST', body: JSON.stringify(body) },
  )
const cookieOf = ({ headers }: { headers: { 'set-cookie'?: string[] | undefined } }) =>
  headers['set-cookie']?.[0]?.split(';')[0] ?? ''
const closed = { status: 401, json: { error: { code: 'admin_token_required' } } }

describe('the link that serve prints', () => {
  it('opens a session once, with a cookie that no script reads, and leads to the address without the code', async () => {
    const code = gateway.server.createAdminCode()
    expect(Buffer.from(code, 'base64url')).toHaveLength(16)
    const opened = await send(`/requests?status=500&code=${code}`, { headers: html })
    expect(opened).toMatchObject({
      status: 303,
      headers: {
        location: '/requests?status=500',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      },
    })
    expect(opened.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^routellm-admin-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/,
      ),
    ])
    expect(await session({ cookie: cookieOf(opened) })).toMatchObject({ status: 200 })

    const again = await send(`/?code=${code}`, { headers: html })
    expect(again).toMatchObject({ status: 303, headers: { location: '/?refused=code' } })
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  it('a preview by HEAD does not use it up', async () => {
    const code = gateway.server.createAdminCode()
    expect((await send(`/?code=${code}`, { method: 'HEAD', headers: html })).status).toBe(200)
    expect(cookieOf(await send(`/?code=${code}`))).toMatch(/^routellm-admin-/)
  })

  it('another host or a foreign page cannot use it', async () => {
    const code = gateway.server.createAdminCode()
    expect(await send(`/?code=${code}`, { headers: { ...html, host: 'evil.example' } })).toMatchObject({
      status: 403,
      json: { error: { code: 'foreign_host' } },
    })
    expect(
      await send(`/?code=${code}`, { headers: { ...html, origin: 'https://evil.example' } }),
    ).toMatchObject({ status: 403 })
    expect(cookieOf(await send(`/?code=${code}`))).toMatch(/^routellm-admin-/)
  })
})

describe('the administration API', () => {
  it('is opened by the token, and not by a client key, a wrong token or a cookie that is none', async () => {
    expect(await session({ authorization: `Bearer ${token}` })).toMatchObject({ status: 200 })
    for (const headers of [
      {},
      { authorization: `Bearer ${clientKey}` },
      { 'x-routellm-key': clientKey },
      { cookie: `routellm-admin-${host.split(':')[1]}=${'a'.repeat(43)}` },
      { cookie: 'routellm-admin-1=x; =; ;;' },
    ])
      expect(await session(headers), JSON.stringify(headers)).toMatchObject(closed)
  })

  it('slows those who try tokens, and reports them without what they tried', async () => {
    const began = performance.now()
    expect(await session({ authorization: 'Bearer first-wrong' })).toMatchObject(closed)
    expect(performance.now() - began).toBeGreaterThan(100)
    const said = JSON.stringify(gateway.warnings)
    expect(said).toContain('a wrong code or token for the page')
    expect(said).not.toContain('first-wrong')
  })

  it('takes the token or a code for a cookie, from its own page only', async () => {
    const byToken = await signIn({ token })
    expect(byToken.status).toBe(200)
    const byCode = await signIn({ code: gateway.server.createAdminCode() })
    expect(await session({ cookie: cookieOf(byCode) })).toMatchObject({ status: 200 })
    expect(await signIn({ token: 'wrong' })).toMatchObject(closed)
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: gateway.url, 'sec-fetch-site': 'same-site' },
    ])
      expect((await signIn({ token }, headers)).status, JSON.stringify(headers)).toBe(403)
    expect((await signIn({ token }, { 'content-type': 'text/plain' })).status).toBe(415)
    expect(await signIn({})).toMatchObject({ status: 400, json: { error: { code: 'bad_request' } } })
  })

  it('takes a cookie from the gateway’s own page only', async () => {
    const cookie = cookieOf(await signIn({ token }))
    expect((await session({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    // A page of another port of this machine is of the same site: the browser sends it the cookie.
    for (const headers of [
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      { host: 'evil.example' },
    ])
      expect((await session({ cookie, ...headers })).status, JSON.stringify(headers)).toBe(403)
  })

  it('changes something by cookie only for JSON of its own page', async () => {
    const cookie = cookieOf(await signIn({ token }))
    const reload = (headers: RawRequest['headers']) =>
      send('/admin/api/nothing', { method: 'POST', body: '{}', headers: { cookie, ...headers } })
    const json = { 'content-type': 'application/json' }
    expect((await reload({ ...json, origin: gateway.url })).status).toBe(404)
    for (const headers of [
      json,
      { origin: gateway.url, 'content-type': 'text/plain' },
      { origin: gateway.url },
      { ...json, origin: 'http://localhost:1' },
    ])
      expect((await reload(headers)).status, JSON.stringify(headers)).toBe(403)
  })

  it('forgets a session that signs out', async () => {
    const cookie = cookieOf(await signIn({ token }))
    const out = { 'content-type': 'application/json', origin: gateway.url, cookie, 'content-length': 2 }
    expect(await session(out, { method: 'DELETE', body: '{}' })).toMatchObject({ status: 204 })
    expect(await session({ cookie })).toMatchObject(closed)
  })
})

describe('the files of the page', () => {
  it.each(viewPaths)('%s is the document, with a strict policy and without a session', async (path) => {
    const reply = await send(path, { headers: html })
    expect(reply).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      },
    })
    if (path !== '/') expect((await send(`${path}/x%2Fy`, { headers: html })).status).toBe(200)
    for (const headers of [{ host: 'evil.example' }, { origin: 'https://evil.example' }])
      expect((await send(path, { headers: { ...html, ...headers } })).status).toBe(403)
  })

  it.each([
    ['/?range=30d', ['</assets/view-overview-B_x-9.js>; rel=modulepreload', asked('/session')]],
    [
      '/curve/x',
      ['</assets/view-curve-B_x-9.js>; rel=modulepreload', asked('/session'), asked('/curve/policies')],
    ],
    ['/keys', [asked('/session')]],
  ])('%s names the code of its view, if it is there, and what it asks for first', async (path, links) => {
    const { headers } = await send(path, { headers: html })
    expect(headers.link).toBe(links.join(', '))
  })

  it('/ lists for programs what is served', async () => {
    expect(await send('/', { headers: { accept: '*/*' } })).toMatchObject({
      status: 200,
      json: { name: 'routellm' },
    })
  })

  it('assets are kept for ever, and sent compressed as they were built', async () => {
    const plain = await send('/assets/index-1.js')
    expect(plain.body.toString()).toBe(script)
    expect(plain.headers['content-encoding']).toBeUndefined()
    const packed = await send('/assets/index-1.js', { headers: { 'accept-encoding': 'deflate, gzip;q=0.5' } })
    expect(packed.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    })
    expect(packed.body).toEqual(gzipSync(script))
    const refused = { 'accept-encoding': 'gzip;q=0, br;q=0.0' }
    expect(
      (await send('/assets/index-1.js', { headers: refused })).headers['content-encoding'],
    ).toBeUndefined()
    for (const path of ['/assets/none.js', '/assets/..%2f..%2fpackage.json', '/assets/index-1.js.gz'])
      expect((await send(path)).status, path).toBe(404)
  })
})
