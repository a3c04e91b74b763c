import { afterEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { buildGateway } from '../../../src/gateway/build-gateway.ts'
import type { Gateway } from '../../../src/gateway/gateway.ts'
import { createServer } from '../../../src/server/server.ts'
import type { Server } from '../../../src/server/server-options.ts'
import { completion, json, type SeenRequest, startUpstream, type Upstream } from '../../support/upstream.ts'

let upstream: Upstream
let gateway: Gateway
let server: Server
let url = ''
afterEach(async () => {
  await server.close()
  await gateway.close()
  await upstream.close()
})

async function start(provider: object = {}): Promise<void> {
  upstream = await startUpstream()
  const config = {
    version: 1,
    providers: {
      up: { kind: 'openai-compatible', baseUrl: upstream.baseUrl, ...provider },
    },
    models: {
      strong: { provider: 'up', upstream: 'big' },
      weak: { provider: 'up', upstream: 'small' },
    },
    routers: { length: {} },
    policy: { strong: 'strong', weak: 'weak' },
    auto: { router: 'length', threshold: 1 },
  }
  gateway = await buildGateway(parseConfig(JSON.stringify(config), 'routellm.yaml'), {
    apiKeys: { up: 'key' },
    routerDependencies: { embedderOptions: {}, hub: {} },
  })
  server = createServer(gateway)
  url = (await server.listen({ port: 0 })).url
}

const ask = (model: string, headers: Record<string, string> = {}, path = '/chat/completions') =>
  fetch(`${url}/v1${path}`, {
    method: 'POST',
    body: JSON.stringify({ model, max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }),
    headers,
  })

const modelOf = ({ body }: SeenRequest): string => JSON.parse(body.toString()).model
const limited = json({ error: { message: 'Slow down' } }, 429, { 'retry-after': '30' })
/** 429 for one model, an answer for the other. */
const limits = (model: string) => (seen: SeenRequest) =>
  (modelOf(seen) === model ? limited : json(completion))(seen)

describe('an upstream that answers 429 and asks for a pause', () => {
  it('gets no request of the model until then, and its clients get 429 with what is left of the pause', async () => {
    await start()
    upstream.answer(limits('small'))
    const first = await ask('weak')
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '30'])
    const second = await ask('weak')
    expect(second.status).toBe(429)
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(25)
    expect(await second.json()).toMatchObject({
      error: { type: 'rate_limit_error', code: 'upstream_rate_limited' },
    })
    const third = await ask('weak', { 'anthropic-version': '2023-06-01' }, '/messages')
    expect(await third.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } })
    expect(upstream.seen).toHaveLength(1)
  })

  it('gets the requests of its other model, and those of a policy go there at once', async () => {
    await start()
    upstream.answer(limits('small'))
    expect((await ask('weak')).status).toBe(429)
    expect((await ask('strong')).status).toBe(200)
    const routed = await ask('auto')
    expect([routed.status, routed.headers.get('x-routellm-model')]).toEqual([200, 'strong'])
    expect(upstream.seen.map(modelOf)).toEqual(['small', 'big', 'big'])
  })

  it('still gets the requests of other clients if each has a credential of its own', async () => {
    await start({ passThrough: true })
    upstream.answer((seen) =>
      (seen.headers.authorization === 'Bearer spent' ? limited : json(completion))(seen),
    )
    expect((await ask('weak', { authorization: 'Bearer spent' })).status).toBe(429)
    expect((await ask('weak', { authorization: 'Bearer fresh' })).status).toBe(200)
  })

  it('is asked again by the gateway itself once the pause is over', async () => {
    await start({ retries: 1 })
    for (let round = 0; round < 20; round++) {
      upstream.answer((seen) => {
        upstream.answer(json(completion))
        json({ error: {} }, 429, { 'retry-after-ms': '30' })(seen)
      })
      expect((await ask('weak')).status).toBe(200)
    }
    expect(upstream.seen).toHaveLength(40)
  })
})

it('an upstream that has failed several times in a row is answered for with 503 and retry-after', async () => {
  await start()
  upstream.answer(json({ error: {} }, 500))
  for (let count = 0; count < 5; count++) expect((await ask('weak')).status).toBe(500)
  const refused = await ask('weak')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await refused.json()).toMatchObject({ error: { code: 'upstream_unavailable' } })
  expect(upstream.seen).toHaveLength(5)
})
