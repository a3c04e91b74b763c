import { afterEach, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { createMetrics } from '../../../src/server/operations/metrics/metrics.ts'
import {
  type GatewayUnderTest,
  inFlightSeries,
  startGateway,
  userMessage,
} from '../../support/gateway-under-test.ts'
import { requestRecord } from '../../support/request-record.ts'

let gateway: GatewayUnderTest
afterEach(() => gateway?.close())

const countSeries = (text: string) => text.split('\n').filter((line) => /^routellm_/.test(line)).length

describe('case 23: what clients make up opens no metric series', () => {
  it('users, sessions, models, paths and methods of 200 clients', async () => {
    gateway = await startGateway()
    const sendAs = async (user: number) => {
      const own = { user: `user-${user}`, metadata: { user_id: `user-${user}` } }
      const headers = { 'x-routellm-session': `session-${user}`, 'user-agent': `agent-${user}` }
      await (await gateway.chat({ ...userMessage(`hello ${user}`), ...own }, { headers })).text()
      await (await gateway.chat({ ...userMessage('hello'), model: `main/model-${user}` })).text()
      await (await gateway.chat({ ...userMessage('hello'), model: `unknown-${user}` })).text()
      await (await gateway.chat({ ...userMessage('hello'), model: `router-words-0.${user + 1000}` })).text()
      await (await fetch(`${gateway.url}/v1/nothing/${user}`)).text()
      await (await fetch(`${gateway.url}/v1/responses/resp_${user}`)).text()
    }
    const series = async () => countSeries(await (await fetch(`${gateway.url}/metrics`)).text())
    for (let user = 0; user < 3; user++) await sendAs(user)
    await gateway.metricBecomes(inFlightSeries, 0)
    const before = await series()
    for (let user = 3; user < 200; user++) await sendAs(user)
    await gateway.metricBecomes(inFlightSeries, 0)
    expect(await series()).toBe(before)
  })

  it('100,000 users, by their records', () => {
    const metrics = createMetrics({
      isConfigured: (model) => model === 'weak',
      waiting: () => 0,
      inFlight: () => 0,
      leftUsd: () => [],
    })
    const observe = (user: number) => {
      const model = `main/model-${user}`
      const call = {
        model,
        tokens: null,
        events: 3,
        usd: null,
        isRefused: false,
        isAborted: false,
        sentMs: 1,
        firstByteMs: 2,
      }
      const own = { id: `rllm-${user}`, model, upstream: `model-${user}`, session: `session-${user}` }
      metrics.observe(requestRecord({ ...own, call, otherCalls: [], side: null }) as RequestRecord)
    }
    observe(0)
    const before = countSeries(metrics.render())
    for (let user = 1; user < 100_000; user++) observe(user)
    expect(countSeries(metrics.render())).toBe(before)
  })
})

it('case 22: replies are shared by no two requests, not even equal ones of two keys', async () => {
  const secrets = ['rllm-key-of-one-client', 'rllm-key-of-other-client']
  gateway = await startGateway({ server: { clientKeys: secrets.map((secret) => clientKeyHmac(secret)) } })
  const bodies = secrets.flatMap((secret) => [
    ...[0, 1].map(() => ({ secret, body: userMessage('hello') })),
    { secret, body: { ...userMessage('hello'), response_format: { type: 'json_object' } } },
    { secret, body: { ...userMessage('hello'), temperature: 0 } },
  ])
  let sent = 0
  gateway.upstream.answer(({ response }) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: `reply-${++sent}` }))
  })
  const ids = []
  for (const { secret, body } of bodies) {
    const reply = await gateway.chat(body, { headers: { 'api-key': secret } })
    ids.push(((await reply.json()) as { id: string }).id)
  }
  expect(ids).toEqual(bodies.map((_body, index) => `reply-${index + 1}`))
})
