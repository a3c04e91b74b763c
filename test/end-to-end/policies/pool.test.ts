import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { buildGateway } from '../../../src/gateway/build-gateway.ts'
import type { Gateway } from '../../../src/gateway/gateway.ts'
import { createServer } from '../../../src/server/server.ts'
import type { Server } from '../../../src/server/server-options.ts'

/** The policies of the example of routellm.yaml, with a router that needs no artifact. */
const file = `version: 1
providers: { demo: { kind: demo } }
models:
  large: { provider: demo, inputUsdPerMillionTokens: 1.25, outputUsdPerMillionTokens: 10 }
  medium: { provider: demo, inputUsdPerMillionTokens: 0.3, outputUsdPerMillionTokens: 2.5 }
  small: { provider: demo, inputUsdPerMillionTokens: 0.05, outputUsdPerMillionTokens: 0.4 }
  local: { provider: demo }
routers: { length: {} }
policy: { kind: pair, strong: large, weak: small }
policies:
  halves: { kind: pair, strong: large, weak: small, router: length, threshold: 0.5 }
  frugal: { kind: cheapest-good-enough, candidates: [large, small], router: length, tolerance: 0.05 }
  by-table:
    kind: cheapest-good-enough
    candidates: [large, medium, small, local]
    quality: { large: 0.9, medium: 0.87, small: 0.6, local: 0.88 }
    tolerance: 0.05
  balanced: { kind: utility, candidates: [large, small], router: length, weights: { quality: 1, usd: 20 }, maxUsdPerRequest: 0.05 }
  capped: { kind: utility, candidates: [large, local], quality: { large: 0.9, local: 0.6 }, weights: {}, maxUsdPerRequest: 0.0001 }
  plain: { kind: fixed, model: small }
auto: { policy: by-table }
`

let gateway: Gateway
let server: Server
let url: string
beforeAll(async () => {
  const options = { apiKeys: {}, routerDependencies: { embedderOptions: {}, hub: {} } }
  gateway = await buildGateway(parseConfig(file, 'f.yaml'), options)
  server = createServer(gateway)
  url = (await server.listen({ port: 0 })).url
})
afterAll(async () => {
  await server.close()
  await gateway.close()
})

const short = 'Hi'
const long = 'Prove that there are infinitely many primes. '.repeat(100)

function post(path: string, body: object): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

it.each([
  ['auto', short, 'by-table', 'medium'],
  ['policy-by-table', long, 'by-table', 'medium'],
  ['policy-frugal', short, 'frugal', 'small'],
  ['policy-frugal', long, 'frugal', 'large'],
  ['policy-balanced', short, 'balanced', 'small'],
  ['policy-plain', long, 'plain', 'small'],
])('%s answers %j by the policy %s with %s', async (model, content, policy, answers) => {
  const reply = await post('/v1/chat/completions', { model, messages: [{ role: 'user', content }] })
  expect(reply.status).toBe(200)
  expect(reply.headers.get('x-routellm-policy')).toBe(policy)
  expect(reply.headers.get('x-routellm-model')).toBe(answers)
  expect(reply.headers.get('x-routellm-strong-win-rate')).toBeNull()
  await reply.text()
})

it('POST /v1/route gives the reasons', async () => {
  const decision = await (await post('/v1/route', { model: 'policy-by-table', prompt: short })).json()
  expect(decision).toMatchObject({
    reason: 'routed',
    model: 'medium',
    policy: 'by-table',
    router: null,
    threshold: null,
    strongWinRate: null,
    candidates: [
      { model: 'large', effort: null, score: 0.9, usd: expect.any(Number), excluded: null },
      { model: 'medium', score: 0.87, usd: expect.any(Number) },
      { model: 'small', score: 0.6, usd: expect.any(Number) },
      { model: 'local', score: 0.88, usd: null, excluded: null },
    ],
    explanation: {
      summary: expect.stringContaining(
        'medium is predicted to lose 0.03 against large (0.87 against 0.9), which is within the tolerance 0.05',
      ),
      flipsAt: expect.closeTo(0.03, 9),
    },
  })
  expect(decision).toHaveProperty(
    'explanation.summary',
    expect.stringContaining('local has no price and counts as the dearest'),
  )
})

it('a request that no candidate may answer is refused with the reason of each', async () => {
  const reply = await post('/v1/chat/completions', {
    model: 'policy-capped',
    messages: [{ role: 'user', content: short }],
  })
  expect(reply.status).toBe(400)
  const { error } = (await reply.json()) as { error: { code: string; message: string } }
  expect(error.code).toBe('no_candidate')
  expect(error.message).toContain('large would cost more than the request may; local has no price')
})

it('expected dollars follow from the lengths of the replies that were observed', async () => {
  const expectedTokens = async () => {
    const { candidates } = await gateway.explain({ model: 'policy-by-table', prompt: short })
    return candidates.find(({ model }) => model === 'small')!.expected!.outputTokens
  }
  const before = await expectedTokens()
  for (let call = 0; call < 5; call++)
    await (
      await post('/v1/chat/completions', { model: 'small', messages: [{ role: 'user', content: short }] })
    ).text()
  expect(await expectedTokens()).toBeLessThan(before)
})

it('GET /v1/models lists the policies, and /metrics counts their decisions', async () => {
  const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] }
  expect(data.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'policy-halves',
      'policy-frugal',
      'policy-by-table',
      'policy-balanced',
      'policy-plain',
    ]),
  )
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toMatch(/routellm_policy_decisions_total\{policy="frugal",model="small"\} 1/)
})
