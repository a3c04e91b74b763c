import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { type GatewayUnderTest, startGateway } from '../../support/gateway-under-test.ts'

const key = 'rllm-key-of-a-client'

describe('the scopes of the server', () => {
  let gateway: GatewayUnderTest
  beforeAll(async () => {
    gateway = await startGateway({
      server: { clientKeys: [clientKeyHmac(key)], admin: { token: 'token-of-the-admin' } },
    })
  })
  afterAll(() => gateway.close())

  const ask = async (method: string, path: string, init: RequestInit = {}) => {
    const reply = await fetch(`${gateway.url}${path}`, { method, ...init })
    return { status: reply.status, allow: reply.headers.get('allow'), body: await reply.json() }
  }
  const withToken = { headers: { authorization: 'Bearer token-of-the-admin' } }
  const withKey = { headers: { authorization: `Bearer ${key}` } }

  it('administration answers in its own form, and only its own token opens it', async () => {
    for (const path of ['/admin/api', '/admin/api/', '/admin/api/nothing?x=1']) {
      for (const init of [{}, withKey]) {
        expect(await ask('GET', path, init)).toMatchObject({
          status: 401,
          body: { error: { code: 'admin_token_required', param: null } },
        })
      }
      expect(await ask('GET', path, withToken)).toEqual({
        status: 404,
        allow: null,
        body: {
          error: {
            code: 'unknown_url',
            message: expect.stringContaining('There is no GET /admin/api'),
            param: null,
          },
        },
      })
    }
  })

  it('administration parses JSON', async () => {
    const post = (contentType: string, body: string) =>
      ask('POST', '/admin/api/nothing', {
        body,
        headers: { ...withToken.headers, 'content-type': contentType },
      })
    expect(await post('application/json', '{"a":1}')).toMatchObject({ status: 404 })
    expect(await post('application/json', '{"a":')).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_request' } },
    })
    expect(await post('text/plain', '{"a":')).toMatchObject({ status: 404 })
  })

  it('inference takes any content type as bytes, and serves what no other scope does', async () => {
    expect(await ask('POST', '/nothing', { ...withKey, body: 'x' })).toMatchObject({
      status: 404,
      body: { error: { type: 'invalid_request_error', code: 'unknown_url' } },
    })
    expect(await ask('POST', '/nothing', { body: 'x' })).toMatchObject({ status: 401 })
    expect(await ask('GET', '/v1/chat/completions', withKey)).toMatchObject({ status: 405, allow: 'POST' })
  })

  it('operations answers probes without a key, and metrics with one', async () => {
    expect(await ask('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await ask('POST', '/health', { body: 'x' })).toMatchObject({ status: 405, allow: 'GET' })
    expect(await ask('GET', '/metrics')).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_api_key' } },
    })
    expect((await fetch(`${gateway.url}/metrics`, withKey)).status).toBe(200)
  })

  it('a key that was admitted once is admitted again, and a wrong one still is not', async () => {
    for (const [presented, status] of [
      [key, 200],
      [`${key}x`, 401],
      [key, 200],
      [key.slice(0, -1), 401],
    ] as const) {
      expect(await ask('GET', '/v1/models', { headers: { 'x-routellm-key': presented } })).toMatchObject({
        status,
      })
    }
  })
})
