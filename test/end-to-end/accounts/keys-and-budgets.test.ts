import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import type { ClientKey, GatewayLimits } from '../../../src/config/config.ts'
import { createMemoryLedger } from '../../../src/gateway/accounts/memory/memory-ledger.ts'
import type { ExplainedRoutedDecision } from '../../../src/gateway/decide/explanation/explained-decision.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { createFixedPolicy } from '../../../src/routing/policies/fixed/policy.ts'
import { createPairPolicies } from '../../../src/routing/policies/pair/policy.ts'
import type { Policy } from '../../../src/routing/policies/policy.ts'
import {
  type GatewayUnderTest,
  inFlightSeries,
  startGateway,
  wordRouter,
} from '../../support/gateway-under-test.ts'
import {
  chunk,
  completion,
  event,
  json,
  type Respond,
  silence,
  stream,
  streamAndHold,
  streamOf,
} from '../../support/upstream.ts'

const secret = 'rllm-key-of-the-web-client'
const other = 'rllm-key-of-another-client'

/** 0.01 dollars for each token of the prompt, and 0.1 for each of the reply. */
const prices = { inputUsdPerMillionTokens: 10_000, outputUsdPerMillionTokens: 100_000 }
const strong = { name: 'strong', provider: 'main', upstream: 'big-model', region: 'eu', ...prices }
const weak = {
  name: 'weak',
  provider: 'main',
  upstream: 'small-model',
  region: 'eu',
  tags: ['contract'],
  ...prices,
}
const unpriced = { name: 'unpriced', provider: 'main', upstream: 'other-model' }
const free = {
  name: 'free',
  provider: 'main',
  upstream: 'free-model',
  inputUsdPerMillionTokens: 0,
  outputUsdPerMillionTokens: 0,
}

const dear = {
  ...{ name: 'dear', provider: 'main', upstream: 'dear-model' },
  ...{ inputUsdPerMillionTokens: 100_000, outputUsdPerMillionTokens: 1_000_000 },
}

/** A reply that is charged with 1 dollar. */
const oneDollar = { ...completion, usage: { prompt_tokens: 10, completion_tokens: 9, total_tokens: 19 } }
const request = { model: 'weak', max_tokens: 9, messages: [{ role: 'user', content: 'hello' }] }
const streamed = { ...request, stream: true }

let gateway: GatewayUnderTest
let records: RequestRecord[]
let clock: { now: number }
afterEach(() => gateway.close())

async function start(key: Partial<ClientKey>, limits: Partial<GatewayLimits> = {}): Promise<void> {
  records = []
  clock = { now: Date.UTC(2026, 10, 28, 12) }
  const createApart = createPairPolicies({ strong: dear, weak, routerTimeoutMs: 500 })
  const createPair = createPairPolicies({ strong, weak, routerTimeoutMs: 500 })
  gateway = await startGateway({
    parts: {
      models: [strong, weak, unpriced, free, dear],
      policies: new Map<string, Policy>([
        ['frugal', createPair({ policy: 'frugal', router: wordRouter, threshold: 0.5 })],
        ['plain', createFixedPolicy('plain', weak)],
        ['apart', createApart({ policy: 'apart', router: wordRouter, threshold: 0.5 })],
      ]),
    },
    server: {
      clientKeys: [clientKeyHmac(other)],
      keys: [{ name: 'web', hmac: clientKeyHmac(secret), pacing: true, ...key }],
      limits: { pacing: true, ...limits },
      ledger: createMemoryLedger(() => clock.now),
      observers: [(record) => records.push(record)],
    },
  })
}

const ask = (body: object, key = secret, headers: Record<string, string> = {}) =>
  gateway.chat(body, { headers: { authorization: `Bearer ${key}`, ...headers } })

async function answerOf(
  reply: Response,
): Promise<{ status: number; code?: string; message?: string; retryAfter: string | null }> {
  const body = (await reply.json()) as { error?: { code: string; message: string } }
  return { status: reply.status, ...body.error, retryAfter: reply.headers.get('retry-after') }
}

async function metric(series: string): Promise<number | null> {
  const reply = await fetch(`${gateway.url}/metrics`, { headers: { 'api-key': secret } })
  const line = (await reply.text()).split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}

const left = () => metric('routellm_budget_remaining_usd{key="web"}')

async function metricBecomes(series: string, value: number): Promise<void> {
  while ((await metric(series)) !== value) await new Promise((resolve) => setImmediate(resolve))
}

/** Resolves once nothing is in flight: everything is settled then. */
const settled = () => metricBecomes(inFlightSeries, 0)

describe('a key with a name', () => {
  it('is in the record of its requests; a key without one is not', async () => {
    await start({})
    await ask(request)
    await ask(request, other)
    await ask({ ...request, model: 'nothing' })
    expect(records.map(({ key, status }) => [key, status])).toEqual([
      ['web', 200],
      [null, 200],
      ['web', 404],
    ])
  })

  it('may name its models and policies only, and gets 403 not_allowed for others', async () => {
    await start({ models: ['weak'], policies: ['plain'] })
    const models = [
      'weak',
      'strong',
      'main/big-model',
      'policy-plain',
      'policy-frugal',
      'auto',
      'router-words-0.5',
    ]
    const answers = await Promise.all(models.map(async (model) => answerOf(await ask({ ...request, model }))))
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [200, undefined],
      [403, 'not_allowed'],
      [403, 'not_allowed'],
      [200, undefined],
      ...Array(3).fill([403, 'not_allowed']),
    ])
    expect(answers[1]?.message).toBe('The key "web" may not use "strong". Its models: weak.')
    expect(answers[4]?.message).toBe('The key "web" may not use "policy-frugal". Its policies: policy-plain.')
    for (const { body } of gateway.upstream.seen)
      expect(JSON.parse(body.toString()).model).toBe('small-model')
  })

  it('may name its policies only if it lists policies and no models, over each protocol', async () => {
    await start({ policies: ['plain'] })
    const ask = async (path: string, model: string, body: object) => {
      const reply = await fetch(`${gateway.url}/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
        body: JSON.stringify({ ...body, model }),
      })
      return [reply.status, JSON.stringify(await reply.json()).includes('may not use')]
    }
    for (const [path, body] of [
      ['/chat/completions', request],
      ['/messages', request],
      ['/responses', { input: 'hello' }],
    ] as const) {
      expect(await ask(path, 'policy-plain', body)).toEqual([200, false])
      for (const model of ['weak', 'main/small-model', 'auto', 'policy-frugal'])
        expect([path, model, ...(await ask(path, model, body))]).toEqual([path, model, 403, true])
    }
    for (const path of ['/embeddings', '/messages/count_tokens', '/responses/input_tokens'])
      expect(await ask(path, 'weak', { ...request, input: 'hello' })).toEqual([403, true])
    expect(await ask('/route', 'weak', { prompt: 'hello' })).toEqual([403, true])
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/responses`, {
      headers: { 'api-key': secret },
    })
    await once(socket, 'open')
    const turn = async (model: string) => {
      socket.send(JSON.stringify({ type: 'response.create', model, input: 'hello' }))
      return JSON.parse(String((await once(socket, 'message'))[0]))
    }
    expect(await turn('weak')).toMatchObject({ type: 'error', status: 403, error: { code: 'not_allowed' } })
    expect(await turn('policy-plain')).not.toMatchObject({ status: 403 })
    socket.close()
  })

  it.each<[Partial<ClientKey>, string[]]>([
    [{}, ['auto', 'policy-frugal', 'policy-plain', 'policy-apart', 'router-words-50pct', 'strong', 'weak']],
    [
      { models: ['weak'] },
      ['auto', 'policy-frugal', 'policy-plain', 'policy-apart', 'router-words-50pct', 'weak'],
    ],
    [{ policies: ['plain'] }, ['policy-plain']],
    [{ policies: [] }, []],
    [{ policies: ['plain'], models: ['weak', 'main/other'] }, ['policy-plain', 'weak']],
  ])('sees what it may name in /v1/models: %j', async (key, expected) => {
    await start(key)
    const get = async (path: string, headers: Record<string, string> = {}) => {
      const reply = await fetch(`${gateway.url}/v1/models${path}`, {
        headers: { 'x-api-key': secret, ...headers },
      })
      return { status: reply.status, json: (await reply.json()) as { data: { id: string }[] } }
    }
    const hasAll = key.models === undefined && key.policies === undefined
    const all = [...expected, ...(hasAll ? ['unpriced', 'free', 'dear'] : [])]
    const anthropic = { 'anthropic-version': '2023-06-01' }
    for (const headers of [{}, anthropic])
      expect((await get('', headers)).json.data.map(({ id }) => id)).toEqual(all)
    for (const name of ['auto', 'policy-plain', 'strong', 'weak', 'main/other', 'main/big-model'])
      expect([name, (await get(`/${name}`)).status]).toEqual([
        name,
        hasAll || all.includes(name) || key.models?.includes(name) === true ? 200 : 404,
      ])
  })

  it('leaves a candidate out that it may not use, and says so', async () => {
    await start({ models: ['weak'] })
    const hard = { ...request, model: 'policy-frugal', messages: [{ role: 'user', content: 'a hard one' }] }
    expect((await ask(hard)).headers.get('x-routellm-model')).toBe('weak')
    expect((await ask(hard, other)).headers.get('x-routellm-model')).toBe('strong')
    const reply = await fetch(`${gateway.url}/v1/route`, {
      method: 'POST',
      headers: { 'api-key': secret },
      body: JSON.stringify({ model: 'policy-frugal', prompt: 'a hard one' }),
    })
    const decision = (await reply.json()) as { candidates: object[]; explanation: { summary: string } }
    expect(decision.candidates).toMatchObject([
      { model: 'strong', excluded: 'not-allowed' },
      { model: 'weak', excluded: null },
    ])
    expect(decision.explanation.summary).toContain('the key does not allow strong')
  })

  it('demands its region and tags, which a header cannot take back', async () => {
    await start({ region: 'eu', tags: ['contract'] })
    expect((await ask(request)).status).toBe(200)
    expect(await answerOf(await ask({ ...request, model: 'strong' }))).toMatchObject({
      status: 400,
      code: 'no_candidate',
    })
    expect((await ask(request, secret, { 'x-routellm-region': 'eu' })).status).toBe(200)
    expect(await answerOf(await ask(request, secret, { 'x-routellm-region': 'us' }))).toMatchObject({
      status: 403,
      code: 'not_allowed',
    })
  })
})

describe('limits of a minute', () => {
  it('refuse the request that is one too many with retry-after', async () => {
    await start({ requestsPerMinute: 2 })
    const statuses = [(await ask(request)).status, (await ask(request)).status]
    expect(statuses).toEqual([200, 200])
    const refused = await answerOf(await ask(request))
    expect(refused).toMatchObject({ status: 429, code: 'rate_limit_exceeded', retryAfter: '61' })
    expect(refused.message).toContain('The limit of the key "web" is 2 requests a minute')
    expect((await ask(request, other)).status).toBe(200)
    clock.now += 61_000
    expect((await ask(request)).status).toBe(200)
  })

  it('count the tokens that a request has used', async () => {
    await start({ tokensPerMinute: 40 })
    gateway.upstream.answer(json(oneDollar))
    for (let time = 0; time < 2; time++) {
      expect((await ask({ ...request, max_tokens: 5 })).status).toBe(200)
      await settled()
    }
    expect(await answerOf(await ask(request))).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  })
})

describe('budgets in dollars', () => {
  it.each([['usdPerDay'], ['usdPerMonth']])(
    'case 17: at most 5 of 50 requests at once on a budget for 5: %s',
    async (limit) => {
      await start({ [limit]: 5, pacing: false })
      const waiting: (() => void)[] = []
      gateway.upstream.answer((seen) => void waiting.push(() => json(oneDollar)(seen)))
      const replies = Array.from({ length: 50 }, async () => answerOf(await ask(request)))
      const refusedSeries = 'routellm_requests_total{route="/v1/chat/completions",model="",status="429"}'
      while (((await metric(refusedSeries)) ?? 0) + waiting.length < 50)
        await new Promise((resolve) => setImmediate(resolve))
      for (const answer of waiting) answer()
      const answers = await Promise.all(replies)
      const admitted = answers.filter(({ status }) => status === 200).length
      expect(admitted).toBeGreaterThanOrEqual(4)
      expect(admitted).toBeLessThanOrEqual(5)
      for (const { status, code, retryAfter } of answers.filter((each) => each.status !== 200))
        expect([status, code, Number(retryAfter) >= 1]).toEqual([429, 'budget_exceeded', true])
      await settled()
      expect(await left()).toBeCloseTo(5 - admitted, 9)
    },
  )

  it('settle with the dollars that a request has cost, and tell what is left', async () => {
    await start({ usdPerDay: 3 })
    gateway.upstream.answer(json(oneDollar))
    const first = await ask(request)
    const reserved = 3 - Number(first.headers.get('x-routellm-budget-remaining-usd'))
    expect(reserved).toBeGreaterThan(0.95)
    expect(reserved).toBeLessThan(1.2)
    await settled()
    expect(await left()).toBe(2)
    expect(records[0]?.usd).toBe(1)
    expect((await ask(request, other)).headers.has('x-routellm-budget-remaining-usd')).toBe(false)
  })

  it('begin anew at midnight of UTC', async () => {
    await start({ usdPerDay: 1.5 })
    gateway.upstream.answer(json(oneDollar))
    expect((await ask(request)).status).toBe(200)
    await settled()
    expect(await answerOf(await ask(request))).toMatchObject({
      code: 'budget_exceeded',
      retryAfter: String(12 * 3600),
    })
    clock.now = Date.UTC(2026, 10, 29)
    expect((await ask(request)).status).toBe(200)
  })

  it('count every request of the gateway against its own budget, whatever key it has', async () => {
    await start({}, { usdPerDay: 2.5 })
    gateway.upstream.answer(json(oneDollar))
    for (const key of [secret, other]) {
      expect((await ask(request, key)).status).toBe(200)
      await settled()
    }
    expect(await metric('routellm_budget_remaining_usd{key=""}')).toBe(0.5)
    for (const key of [secret, other])
      expect(await answerOf(await ask(request, key))).toMatchObject({ status: 429, code: 'budget_exceeded' })
  })

  it('take the cheaper candidate if the other one is too dear, and what is free if nothing is left', async () => {
    await start({ usdPerDay: 1.5 })
    gateway.upstream.answer(json(oneDollar))
    const hard = { ...request, model: 'policy-apart', messages: [{ role: 'user', content: 'a hard one' }] }
    expect((await ask(hard)).headers.get('x-routellm-model')).toBe('weak')
    await settled()
    expect((await answerOf(await ask(hard))).code).toBe('budget_exceeded')
    expect((await ask({ ...request, model: 'free' })).status).toBe(200)
  })

  it('case 18: refuse a model without a price, which is counted and never $0 without a budget', async () => {
    await start({ usdPerDay: 5 })
    const refused = await answerOf(await ask({ ...request, model: 'unpriced' }))
    expect(refused).toMatchObject({ status: 400, code: 'no_candidate' })
    expect(refused.message).toContain('unpriced has no price, and the request has a limit in dollars')
    expect((await ask({ ...request, model: 'main/anything' })).status).toBe(400)
    expect(gateway.upstream.seen).toEqual([])
    expect((await ask({ ...request, model: 'unpriced' }, other)).status).toBe(200)
    expect(records.at(-1)?.usd).toBeNull()
    expect(await metric('routellm_unpriced_calls_total{model="unpriced"}')).toBe(1)
    expect(await metric('routellm_usd_total{model="unpriced"}')).toBeNull()
  })
})

describe('what a request that does not end well has cost', () => {
  const promptUsd = 0.08 // of about 8 tokens

  async function spentBy(
    respond: Respond,
    body: object,
    act?: (reply: Promise<Response>, abort: () => void) => Promise<void>,
  ) {
    await start({ usdPerDay: 50 })
    gateway.upstream.answer(respond)
    const controller = new AbortController()
    const reply = gateway.chat(body, { headers: { 'api-key': secret }, signal: controller.signal })
    reply.catch(() => {})
    if (act === undefined) await (await reply).text().catch(() => {})
    else await act(reply, () => controller.abort())
    await settled()
    return 50 - ((await left()) ?? 0)
  }

  it.each<[string, Respond, object, number]>([
    ['an error of the upstream: nothing', json({ error: { message: 'no' } }, 500), request, 0],
    ['an upstream that cannot be reached: nothing', ({ response }) => response.socket?.destroy(), request, 0],
    ['a stream with usage: that', stream(streamOf(['a'], oneDollar.usage)), streamed, 1],
    [
      'a stream without usage: its prompt and its events',
      stream(streamOf(['a', 'b', 'c'])),
      streamed,
      promptUsd + 0.5,
    ],
    [
      'a reply without usage: what was expected',
      json({ ...completion, usage: undefined }),
      request,
      promptUsd + 0.9,
    ],
  ])('%s', async (_name, respond, body, usd) => {
    expect(Math.abs((await spentBy(respond, body)) - usd)).toBeLessThan(0.05)
  })

  it('a stream that the client leaves: its prompt and the events so far', async () => {
    const words = ['one ', 'two ', 'three '].map((content) => event(chunk({ content }))).join('')
    const usd = await spentBy(streamAndHold(words), streamed, async (reply, abort) => {
      const reader = (await reply).body!.getReader()
      let text = ''
      while (!text.includes('three')) text += Buffer.from((await reader.read()).value!).toString()
      abort()
    })
    expect(Math.abs(usd - (promptUsd + 0.3))).toBeLessThan(0.05)
  })

  it('a reply that the client does not wait for: what was expected', async () => {
    const usd = await spentBy(silence, request, async (_reply, abort) => {
      await gateway.upstream.next()
      abort()
    })
    expect(Math.abs(usd - (promptUsd + 0.9))).toBeLessThan(0.05)
  })
})

describe('pacing', () => {
  it('raises the threshold while the dollars go too fast, and the decision says so', async () => {
    await start({ usdPerDay: 4 })
    gateway.upstream.answer(json(oneDollar))
    const hard = { ...request, model: 'auto', messages: [{ role: 'user', content: 'a hard one' }] }
    expect((await ask(hard)).headers.get('x-routellm-threshold')).toBe('0.5')
    await settled()
    expect((await ask(hard)).headers.get('x-routellm-model')).toBe('strong')
    await settled()
    // Half of the budget is left, with three quarters of the day.
    clock.now -= 6 * 3_600_000
    const reply = await ask(hard)
    const threshold = Number(reply.headers.get('x-routellm-threshold'))
    expect(threshold).toBeCloseTo(1 - 0.5 / 1.5 ** 4, 9)
    expect(reply.headers.get('x-routellm-own-threshold')).toBe('0.5')
    expect(reply.headers.get('x-routellm-model')).toBe('weak')
    await settled()
    expect(records.map(({ pace }) => pace)).toEqual([
      null,
      null,
      {
        ...{ factor: expect.closeTo(1.5 ** 4, 9), ownThreshold: 0.5 },
        budget: { key: 'web', limit: 'usdPerDay' },
      },
    ])
    const route = await fetch(`${gateway.url}/v1/route`, {
      method: 'POST',
      headers: { 'api-key': secret },
      body: JSON.stringify({ model: 'auto', prompt: 'a hard one' }),
    })
    const decision = (await route.json()) as ExplainedRoutedDecision
    expect(decision.pace).toBeGreaterThan(1)
    expect(decision).toMatchObject({
      ownThreshold: 0.5,
      pacedBudget: { key: 'web', limit: 'usdPerDay' },
    })
    expect(decision.explanation.summary).toContain(
      `; the threshold was raised from 0.500 to ${decision.threshold?.toFixed(3)}, because the daily budget of the key "web" was being spent too fast`,
    )
  })
})

describe('limits.maxInFlight', () => {
  it('answers a request that is one too many with 429 overloaded', async () => {
    await start({}, { maxInFlight: 2 })
    gateway.upstream.answer(silence)
    const controller = new AbortController()
    for (let time = 0; time < 2; time++) {
      gateway.chat(request, { headers: { 'api-key': other }, signal: controller.signal }).catch(() => {})
      await gateway.upstream.next()
    }
    expect(await answerOf(await ask(request))).toMatchObject({
      status: 429,
      code: 'overloaded',
      retryAfter: '1',
    })
    controller.abort()
    await settled()
    gateway.upstream.answer(json(oneDollar))
    expect((await ask(request)).status).toBe(200)
  })
})

it('case 20: the secret of a key is in no record, header or message', async () => {
  await start({ usdPerDay: 1, models: ['weak'] })
  const replies = [await ask(request), await ask({ ...request, model: 'strong' }), await ask(request)]
  const texts = await Promise.all(
    replies.map(async (reply) => JSON.stringify([...reply.headers]) + (await reply.text())),
  )
  const seen = JSON.stringify([
    texts,
    records,
    gateway.warnings,
    gateway.upstream.seen.map(({ headers, body }) => [headers, body.toString()]),
  ])
  expect(seen).not.toContain(secret)
  expect(
    await (await fetch(`${gateway.url}/metrics`, { headers: { 'api-key': secret } })).text(),
  ).not.toContain(secret)
})
