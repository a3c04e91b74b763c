import { afterEach, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { endpoints } from '../../../src/server/endpoints.ts'
import { type GatewayUnderTest, startGateway, userMessage } from '../../support/gateway-under-test.ts'
import { sendRaw } from '../../support/requests/raw-request.ts'

const key = 'rllm-key-of-a-client'
const wrong = 'rllm-key-of-nobody-here'
const chat = JSON.stringify(userMessage('hello'))

const forms: readonly [string, (key: string) => Record<string, string>][] = [
  ['authorization', (value) => ({ authorization: `Bearer ${value}` })],
  ['authorization in lower case', (value) => ({ authorization: `bearer  ${value}` })],
  ['x-api-key', (value) => ({ 'x-api-key': value })],
  ['api-key', (value) => ({ 'api-key': value })],
  ['x-routellm-key', (value) => ({ 'x-routellm-key': value })],
]

let gateway: GatewayUnderTest
afterEach(() => gateway.close())

const status = async (path: string, headers: Record<string, string>, method = 'GET') =>
  (await sendRaw(`${gateway.url}${path}`, { method, headers, ...(method === 'POST' && { body: chat }) }))
    .status

describe('a client key', () => {
  it.each(forms)('is accepted as %s on every route, and goes no further', async (_name, header) => {
    gateway = await startGateway({ server: { clientKeys: [clientKeyHmac(key)] } })
    for (const [path, method] of endpoints)
      expect(await status(path, header(key), method), path).not.toBe(401)
    for (const { headers } of gateway.upstream.seen) expect(JSON.stringify(headers)).not.toContain(key)
    expect(gateway.upstream.seen.length).toBeGreaterThan(0)
    expect(await status('/v1/models', header(wrong))).toBe(401)
  })

  it('may come beside another credential', async () => {
    gateway = await startGateway({ server: { clientKeys: [clientKeyHmac(key)] } })
    for (const [, header] of forms) {
      const others = { authorization: 'Basic dTpw', 'x-api-key': wrong, 'api-key': '' }
      expect(await status('/v1/models', { ...others, ...header(key) })).toBe(200)
    }
  })

  it('is needed on every route but the open ones', async () => {
    gateway = await startGateway({ server: { clientKeys: [clientKeyHmac(key)] } })
    for (const [path, method] of [...endpoints, ['/nothing', 'GET'] as const])
      expect(await status(path, {}, method), path).toBe(['/', '/health', '/ready'].includes(path) ? 200 : 401)
    expect(gateway.upstream.seen.length).toBe(0)
  })

  it('comes as x-routellm-key only if the other headers are the upstream’s', async () => {
    const server = { clientKeys: [clientKeyHmac(key)], forwardClientKey: true }
    gateway = await startGateway({ server })
    for (const [name, header] of forms)
      expect(await status('/v1/models', header(key)), name).toBe(name === 'x-routellm-key' ? 200 : 401)
  })

  it('that fails is counted, and logged without the key', async () => {
    gateway = await startGateway({ server: { clientKeys: [clientKeyHmac(key)] } })
    const replies = [await status('/v1/models', {}), await status('/v1/models', { 'api-key': wrong })]
    expect(replies).toEqual([401, 401])
    const metrics = await sendRaw(`${gateway.url}/metrics`, { headers: { 'api-key': key } })
    expect(metrics.body.toString()).toContain('routellm_client_key_failures_total{reason="missing"} 1')
    expect(metrics.body.toString()).toContain('routellm_client_key_failures_total{reason="unknown"} 1')
    const [warning, ...others] = gateway.warnings
    expect(others).toEqual([])
    expect(warning?.fields).toEqual({ address: '127.0.0.1', failures: 1 })
    expect(JSON.stringify(gateway.warnings)).not.toContain(wrong)
  })

  it.each([
    ['needs another key', { clientKeys: [clientKeyHmac(key)] }],
    ['needs none', {}],
  ])('that was revoked is refused by a server that %s, and leaves no record', async (_name, settings) => {
    const kept: string[] = []
    const keeper = { keepsText: false, keep: ({ id }: { id: string }) => void kept.push(id), amend() {} }
    const revoked = 'rllm-key-that-is-revoked'
    const keys = [{ name: 'app', hmac: clientKeyHmac(revoked), pacing: true }]
    gateway = await startGateway({ server: { keys, keeper } })
    const [, header] = forms[0]!
    expect(await status('/v1/chat/completions', header(revoked), 'POST')).toBe(200)
    expect(kept).toHaveLength(1)
    await gateway.server.replace(gateway.gateway, settings)
    // At once, since each waits for a while.
    const refusals = forms.map(([, each]) =>
      sendRaw(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers: each(revoked), body: chat }),
    )
    for (const { body, status } of await Promise.all(refusals))
      expect([status, body.toString()]).toEqual([401, expect.stringContaining('The client key was revoked.')])
    expect(kept).toHaveLength(1)
    expect(await status('/v1/models', header(key))).toBe(200)
    expect(await gateway.metric('routellm_client_key_failures_total{reason="revoked"}')).toBe(
      'clientKeys' in settings ? null : forms.length,
    )
  })

  it('that is right is answered while wrong ones wait', async () => {
    gateway = await startGateway({ server: { clientKeys: [clientKeyHmac(key)] } })
    const finished: string[] = []
    const ask = async (value: string) => {
      await status('/v1/models', { 'api-key': value })
      finished.push(value === key ? 'right' : 'wrong')
    }
    await ask(wrong)
    await ask(wrong)
    await Promise.all([ask(wrong), ask(wrong), ask(key)])
    expect(finished).toEqual(['wrong', 'wrong', 'right', 'wrong', 'wrong'])
  })
})
