import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createReceiver, isAuthentic } from '../../../examples/webhook-receiver.mjs'
import { createOperations, type Operations } from '../../../src/cli/commands/serve/background/operations.ts'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import type { Config } from '../../../src/config/config.ts'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { createMemoryLedger } from '../../../src/gateway/accounts/memory/memory-ledger.ts'
import type { RouteStatus } from '../../../src/gateway/certificates/certificate-watch.ts'
import { signDelivery } from '../../../src/server/operations/alerts/signature.ts'
import { type GatewayUnderTest, startGateway, userMessage } from '../../support/gateway-under-test.ts'

const secret = 'planted-webhook-secret'
type Received = { event: string; key: string; state: string; summary: string }
let certificates: readonly RouteStatus[] = []
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function startReceiver() {
  const received: Received[] = []
  const server = createReceiver(secret, (alert: Received) => void received.push(alert))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received }
}

/** A gateway with the operations of `routellm serve`, whose rules are asked every 5 ms. */
async function start(
  alerts: string,
  webhook: string,
): Promise<{ gateway: GatewayUnderTest; operations: Operations; config: Config }> {
  const config = parseConfig(
    `version: 1
alerts:
  webhooks: [{ url: "${webhook}", secretEnv: WEBHOOK_SECRET }]
  ${alerts}
keys: { web: { hmac: "${clientKeyHmac('a-client-key-of-the-test')}", usdPerDay: 0.001 } }
`,
    'routellm.yaml',
  )
  const ledger = createMemoryLedger(Date.now)
  const warnings: unknown[] = []
  const log = { warn: (...each: unknown[]) => void warnings.push(each), error() {} }
  const operations = createOperations({
    store: null,
    ledger,
    log,
    reader: null,
    certificates: { statuses: () => certificates, figures: () => [] },
    custom: null,
    checkEveryMs: 5,
  })
  closers.push(() => operations.close())
  await operations.configure(config, { WEBHOOK_SECRET: secret })
  const price = { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 30 }
  const gateway = await startGateway({
    server: { ...operations.server, ledger, keys: config.server.keys },
    parts: {
      models: [
        { name: 'strong', provider: 'main', upstream: 'big-model', ...price },
        { name: 'weak', provider: 'main', upstream: 'small-model', ...price },
      ],
    },
  })
  closers.push(() => gateway.close())
  return { gateway, operations, config }
}

const becomes = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
const headers = { authorization: 'Bearer a-client-key-of-the-test' }

describe('alerts of a server', () => {
  it('tell of a budget at 80 and 100 percent, signed', async () => {
    const { url, received } = await startReceiver()
    const { gateway } = await start('budgetPercents: [80, 100]', url)
    const usage = { prompt_tokens: 70, completion_tokens: 5 }
    gateway.upstream.answer(({ response }) => {
      const text = JSON.stringify({ id: 'x', object: 'chat.completion', choices: [], usage })
      response.writeHead(200, { 'content-type': 'application/json' }).end(text)
    })
    // 850 millionths of a dollar: 85 % of .001.
    expect((await gateway.chat({ ...userMessage('hello'), max_tokens: 1 }, { headers })).status).toBe(200)
    await becomes(() => received.length === 1)
    expect(received[0]).toMatchObject({
      event: 'budget',
      key: expect.stringMatching(/^budget:key:web:day:.*:80$/),
    })
    expect(received[0]!.summary).toContain('The key "web" has used 80 %')
    const metrics = async () => (await fetch(`${gateway.url}/metrics`, { headers })).text()
    while (!(await metrics()).includes('routellm_alert_deliveries_total{outcome="delivered"} 1'));
    expect(await metrics()).toContain('routellm_alerts_total{event="budget"} 1')
  })

  it('tell of errors, and of their end', async () => {
    const { url, received } = await startReceiver()
    const { gateway } = await start('errorRate: { above: 0.2, leastRequests: 4 }', url)
    gateway.upstream.answer(({ response }) => void response.writeHead(503).end())
    for (let each = 0; each < 4; each++) await (await gateway.chat(userMessage('hard'), { headers })).text()
    await becomes(() => received.some(({ event, state }) => event === 'errors' && state === 'firing'))
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"x","choices":[]}')
    })
    // Also a client's own error is a request that did not fail.
    for (let each = 0; each < 40; each++) await (await gateway.chat('{', { headers })).text()
    await becomes(() => received.some(({ event, state }) => event === 'errors' && state === 'resolved'))
  })

  it('tell of a certificate that is about to end, and that it has been renewed', async () => {
    const { url, received } = await startReceiver()
    const certificate = { maxLoss: 0.05, confidence: 0.95, labels: 600, validUntil: '2026-12-28' }
    const route = {
      name: 'auto',
      router: 'learned',
      threshold: 0.3,
      certificate,
      drift: {},
      sessions: 0,
      paced: 0,
    }
    certificates = [{ ...route, status: { kind: 'valid', daysLeft: 3 } }]
    await start('certificateDays: 5', url)
    await becomes(() => received.length === 1)
    certificates = [{ ...route, status: { kind: 'valid', daysLeft: 30 } }]
    await becomes(() => received.length === 2)
    expect(received.map(({ event, key, state }) => [event, key, state])).toEqual([
      ['certificate', 'certificate:auto:2026-12-28:soon', 'firing'],
      ['certificate', 'certificate:auto:2026-12-28:soon', 'resolved'],
    ])
    certificates = []
  })

  it('go to the receivers of the configuration that is served', async () => {
    const [first, second] = [await startReceiver(), await startReceiver()]
    const { operations, config } = await start('certificateDays: 7', first.url)
    const alert = { event: 'learn', state: 'firing', summary: 'Learned.', details: {} } as const
    operations.raise({ ...alert, key: 'learn:1' })
    await becomes(() => first.received.length === 1)
    const webhooks = [{ url: second.url, secretEnv: 'WEBHOOK_SECRET', events: ['learn' as const] }]
    await operations.configure(
      { ...config, alerts: { ...config.alerts!, webhooks } },
      { WEBHOOK_SECRET: secret },
    )
    operations.raise({ ...alert, key: 'learn:2' })
    operations.raise({ ...alert, event: 'canary', key: 'canary:1' })
    await becomes(() => second.received.length === 1)
    expect([first.received, second.received].map((each) => each.map(({ key }) => key))).toEqual([
      ['learn:1'],
      ['learn:2'],
    ])
  })
})

describe('the signature, as the example checks it', () => {
  const body = '{"a":1}'
  const signed = signDelivery(secret, 1000, body)
  it.each([
    [true, secret, signed, body, 1000],
    [true, secret, signed, body, 1300],
    [false, secret, signed, body, 1301],
    [false, 'another', signed, body, 1000],
    [false, secret, signed, '{"a":2}', 1000],
    [false, secret, signed.replace('t=1000', 't=1001'), body, 1000],
    [false, secret, undefined, body, 1000],
    [false, secret, 't=1000,v1=00', body, 1000],
  ])('is %s: %#', (expected, own, header, text, now) => {
    expect(isAuthentic(own, header, text, now)).toBe(expected)
  })
})
