import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalUrl, endpoints } from '../../../src/server/endpoints.ts'
import { type GatewayUnderTest, startGateway, userMessage } from '../../support/gateway-under-test.ts'
import { sendRaw } from '../../support/requests/raw-request.ts'

let gateway: GatewayUnderTest
beforeAll(async () => {
  const feedback = { addFeedback: async () => {}, findRequest: async (id: string) => ({ id, key: null }) }
  gateway = await startGateway({ server: { feedback } })
})
afterAll(() => gateway.close())

const chat = JSON.stringify({ ...userMessage('hello'), model: 'weak' })
const bodyOf = (path: string) =>
  path === '/v1/feedback' ? JSON.stringify({ requestId: 'rllm-1', thumbs: 'up' }) : chat

/** What clients make of a base URL that has `/v1` or not, ends in a slash or not, or has it twice. */
const variants: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => path.replace('/v1', ''),
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => `/v1${path}`,
  (path) => `/v1/${path}/`,
  (path) => path.replaceAll('/', '//'),
  (path) => `${path.replace('/v1', '')}/?api-version=1&x=%2F`,
  (path) => `${path}?`,
]

describe.each([...endpoints])('%s', (path, method) => {
  it.each(variants.map((variant) => [variant(path)]))('is served as %s', async (url) => {
    const init = { method, ...(method === 'POST' && { body: bodyOf(path) }) }
    const reply = await sendRaw(gateway.url + url, init)
    expect(reply.status).toBe((await sendRaw(gateway.url + path, init)).status)
    expect(reply.status).toBe(path === '/v1/models' || method === 'POST' || reply.status === 200 ? 200 : 0)
  })

  it('takes its method, and HEAD if that is GET; any other is 405 with Allow', async () => {
    for (const other of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      const reply = await sendRaw(gateway.url + path, {
        method: other,
        ...(other === 'POST' && { body: bodyOf(path) }),
      })
      if (other === method || (other === 'HEAD' && method === 'GET')) expect(reply.status, other).toBe(200)
      else
        expect(reply, other).toMatchObject({
          status: 405,
          headers: { allow: expect.stringContaining(method) },
        })
    }
  })
})

it.each([
  ['/openai/v1/chat/completions', 'POST /v1/chat/completions'],
  ['/V1/Chat/Completions', 'POST /v1/chat/completions'],
  ['/openai/deployments/gpt-5/embeddings?api-version=1', 'POST /v1/embeddings'],
  ['/api/v1/models', 'GET /v1/models'],
])('%s is not served, and the answer names what is', async (path, hint) => {
  const reply = await sendRaw(gateway.url + path, { method: 'POST', body: chat })
  expect(reply).toMatchObject({
    status: 404,
    json: { error: { code: 'unknown_url', message: expect.stringContaining(`Did you mean ${hint}?`) } },
  })
})

it('the name of a model keeps its slashes', () => {
  expect(canonicalUrl('/models/a//b/')).toBe('/v1/models/a//b/')
  expect(canonicalUrl('/v1/models/openai/gpt-5')).toBe('/v1/models/openai/gpt-5')
})

it.each(['/admin/api//keys', '/nothing/', '/v1/nothing', `/${'x/'.repeat(5_000)}`])(
  'a path that is not served stays as it is: %.40s',
  (path) => {
    expect(canonicalUrl(path)).toBe(path)
  },
)

describe('an error of the gateway’s own has its id in both headers', () => {
  it.each([
    ['a body that is not JSON', '/v1/chat/completions', '{'],
    ['a path that is not served', '/v1/nothing', chat],
    ['an unknown model', '/v1/chat/completions', '{"model":"no such","messages":[{"role":"user"}]}'],
    ['a name that is no model, on /v1/route', '/v1/route', '{"model":"router-none-0.5","prompt":"x"}'],
    ['administration', '/admin/api/nothing', '{}'],
  ])('%s', async (_what, path, body) => {
    const headers = { 'content-type': 'application/json' }
    const reply = await sendRaw(gateway.url + path, { method: 'POST', body, headers })
    expect(reply.status).toBeGreaterThanOrEqual(400)
    expect(reply.headers['x-request-id']).toMatch(/^rllm-/)
    expect(reply.headers['x-routellm-request-id']).toBe(reply.headers['x-request-id'])
  })
})

it('an upstream’s own x-request-id reaches the client', async () => {
  gateway.upstream.answer(({ response }) =>
    response.writeHead(500, { 'x-request-id': 'req_upstream', 'content-type': 'application/json' }).end('{}'),
  )
  const reply = await sendRaw(`${gateway.url}/v1/chat/completions`, { method: 'POST', body: chat })
  expect(reply.headers['x-request-id']).toBe('req_upstream')
})
