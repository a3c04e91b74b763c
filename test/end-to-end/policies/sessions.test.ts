import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { findCacheTerms } from '../../../src/routing/sessions/cache-costs.ts'
import { createSessions, defaultSessionOptions } from '../../../src/routing/sessions/sessions.ts'
import { toAgentRequests } from '../../support/conversations/agent-requests.ts'
import { type GatewayUnderTest, startGateway } from '../../support/gateway-under-test.ts'
import { completion, json, stream, streamOf } from '../../support/upstream.ts'

const prices = (input: number) => ({
  inputUsdPerMillionTokens: input,
  outputUsdPerMillionTokens: 5 * input,
})
const parts = {
  models: [
    { name: 'strong', provider: 'main', upstream: 'big-model', ...prices(5) },
    { name: 'weak', provider: 'main', upstream: 'small-model', ...prices(2.5) },
  ],
}

let now = 1e12
const records: RequestRecord[] = []
let gateway: GatewayUnderTest
beforeEach(async () => {
  records.length = 0
  gateway = await startGateway({
    parts: {
      ...parts,
      sessions: createSessions({
        options: defaultSessionOptions,
        findTerms: () => findCacheTerms('anthropic'),
        now: () => now,
      }),
    },
    server: { observers: [(record) => records.push(record)] },
  })
})
afterEach(() => gateway.close())

/** The router says strong for "hard", else weak. */
const turns = [
  {
    words: 'A hard one: fix the loop',
    calls: ['ls', 'cat a.ts', 'npm test'].map((input) => ({ name: 'bash', input, output: 'hello' })),
    answer: 'Done.',
  },
  { words: 'Name the colours of the rainbow', calls: [], answer: 'Red …' },
]

function usage(prompt: number, cached: number): object {
  return {
    prompt_tokens: prompt,
    completion_tokens: 50,
    total_tokens: prompt + 50,
    prompt_tokens_details: { cached_tokens: cached },
  }
}

describe('a conversation of an agent', () => {
  it('keeps its model in a tool loop, and its session is in replies, decisions and the log', async () => {
    let prompt = 20_000
    const seen: (string | null)[] = []
    for (const { body, headers } of toAgentRequests('opencode', turns)) {
      gateway.upstream.answer(json({ ...completion, usage: usage(prompt, prompt - 200) }))
      prompt += 200
      const reply = await gateway.chat({ ...body }, { headers })
      await reply.text()
      seen.push(reply.headers.get('x-routellm-model'))
      expect(reply.headers.get('x-routellm-session')).toMatch(/^[\w-]{16}$/)
    }
    // A turn of the user, three tool results, and a turn that the router finds easy.
    expect(seen.slice(0, 4)).toEqual(['strong', 'strong', 'strong', 'strong'])
    // What the decision says is what was done.
    const { body, headers } = toAgentRequests('opencode', turns).at(-1)!
    const decision = await route({ ...body }, headers)
    expect(decision.model).toBe(seen[4])
    expect(decision.session).toMatchObject({ turn: 2 })
    expect(JSON.stringify(decision)).not.toContain('ses_0123456789abcdef')
    await expect.poll(() => records.filter(({ session }) => session !== null).length).toBe(5)
    expect(new Set(records.filter(({ status }) => status === 200).map(({ session }) => session)).size).toBe(2)
  })

  it('says why it keeps or switches', async () => {
    const messages: object[] = [{ role: 'user', content: `hard ${'word '.repeat(20_000)}` }]
    const headers = { 'x-routellm-session': 'chat-1' }
    gateway.upstream.answer(json({ ...completion, usage: usage(25_000, 0) }))
    await (await gateway.chat({ model: 'auto', messages }, { headers })).text()
    messages.push(
      { role: 'assistant', content: 'ok' },
      { role: 'user', content: 'Name the colours of the rainbow' },
    )
    const kept = await route({ model: 'auto', messages }, headers)
    expect(kept).toMatchObject({ reason: 'routed', model: 'strong', strongWinRate: 0.1 })
    expect(kept.session).toMatchObject({ id: 'chat-1', turn: 2, kept: 'dollars', cachedTokens: 25_000 })
    expect(kept.explanation.summary).toContain('strong keeps turn 2 of the conversation')
    expect(kept.explanation.summary).toMatch(/so weak answers.*a cold cache would cost \$0\.072/)
    now += 6 * 60_000
    const idle = await route({ model: 'auto', messages }, headers)
    expect(idle).toMatchObject({
      model: 'weak',
      session: { switched: 'idle', switchUsd: 0, cachedTokens: 0 },
    })
    const reply = await gateway.chat({ model: 'auto', messages }, { headers })
    await reply.text()
    expect([reply.headers.get('x-routellm-session'), reply.headers.get('x-routellm-model')]).toEqual([
      'chat-1',
      'weak',
    ])
  })

  it('learns the cache from the usage of a stream', async () => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'user', content: `hard ${'word '.repeat(5000)}` },
    ]
    gateway.upstream.answer(stream(streamOf(['ok'], usage(7000, 0))))
    for await (const chunk of await client.chat.completions.create({ model: 'auto', messages, stream: true }))
      expect(chunk.usage ?? null).toBeNull()
    messages.push({ role: 'assistant', content: 'ok' }, { role: 'user', content: 'hard too' })
    expect((await route({ model: 'auto', messages }, {})).session).toMatchObject({
      turn: 2,
      cachedTokens: 7000,
    })
  })

  it('is not remembered by /v1/route, nor by a request that names a model', async () => {
    const messages = [{ role: 'user', content: 'hard' }]
    await route({ model: 'auto', messages }, {})
    const named = await gateway.chat({ model: 'weak', messages })
    await named.text()
    expect(named.headers.get('x-routellm-session')).toBeNull()
    const next = [
      ...messages,
      { role: 'assistant', content: 'ok' },
      { role: 'user', content: 'Name a colour' },
    ]
    expect(await route({ model: 'auto', messages: next }, {})).toMatchObject({
      model: 'weak',
      session: { switched: null, kept: null },
    })
  })
})

it('without sessions each request is decided alone', async () => {
  const alone = await startGateway({ parts })
  try {
    const { body, headers } = toAgentRequests('opencode', turns).at(-1)!
    const reply = await alone.chat({ ...body }, { headers })
    await reply.text()
    expect(reply.headers.get('x-routellm-model')).toBe('weak')
    expect(reply.headers.get('x-routellm-session')).toBeNull()
    expect(await (await post(alone, { ...body }, headers)).json()).not.toHaveProperty('session')
  } finally {
    await alone.close()
  }
})

function post({ url }: GatewayUnderTest, body: object, headers: Record<string, string>): Promise<Response> {
  return fetch(`${url}/v1/route`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

async function route(body: object, headers: Record<string, string>) {
  const reply = await post(gateway, body, headers)
  expect(reply.status).toBe(200)
  return JSON.parse(await reply.text())
}
