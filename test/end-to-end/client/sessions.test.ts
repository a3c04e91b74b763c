import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RouteLLM, type RouteLLMOptions } from '../../../src/client/index.ts'
import { json, type RecordingUpstream, startUpstream } from '../../support/servers/recording-upstream.ts'

// The length router finds the one hard and the other easy.
const hard = 'Explain every step of it in detail. '.repeat(200)
const easy = 'What is the capital of France?'
const model = 'router-length-0.5'

let upstream: RecordingUpstream
beforeEach(async () => {
  upstream = await startUpstream('upstream')
})
afterEach(() => upstream.close())

function connected(options: Partial<RouteLLMOptions> = {}): RouteLLM {
  return new RouteLLM({
    routers: ['length', 'random'],
    strongModel: 'strong',
    weakModel: 'weak',
    baseURL: upstream.baseURL,
    apiKey: 'key',
    maxRetries: 1,
    ...options,
  })
}

type Message = { readonly role: 'user' | 'assistant'; readonly content: string }
const user = (content: string): Message => ({ role: 'user', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })
const conversation = [user(hard), assistant('Done.'), user(easy)]
const asked = () => upstream.seen.map(({ body }) => body.model)

/** A reply that says what of its prompt was in the upstream's cache. */
function reply(content: string, prompt: number, cached: number): (response: ServerResponse) => void {
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: 50,
    total_tokens: prompt + 50,
    prompt_tokens_details: { cached_tokens: cached },
  }
  const message = { role: 'assistant', content }
  return (response) =>
    json(response, 200, { id: 'c', choices: [{ index: 0, message, finish_reason: 'stop' }], usage })
}

describe('a conversation of the client', () => {
  it.each([
    ['keeps its model where no price says that a change pays', {}, ['strong', 'strong']],
    ['is decided turn by turn without sessions', { sessions: false }, ['strong', 'weak']],
    ['is decided turn by turn with sessions: off', { sessions: 'off' }, ['strong', 'weak']],
  ] as const)('%s', async (_, options, models) => {
    const client = connected(options)
    await client.chat.completions.create({ model, messages: conversation.slice(0, 1) })
    const { response } = await client.chat.completions
      .create({ model, messages: [...conversation] })
      .withResponse()
    expect(asked()).toEqual(models)
    expect(response.headers.has('x-routellm-session')).toBe(models[1] === 'strong')
  })

  it('never changes its model within a tool loop', async () => {
    const client = connected()
    const tools = [{ type: 'function' as const, function: { name: 'add', parameters: {} } }]
    const call = { id: 'c1', type: 'function' as const, function: { name: 'add', arguments: '{}' } }
    const messages: Parameters<typeof client.chat.completions.create>[0]['messages'] = [user(easy)]
    for (let request = 0; request < 20; request++) {
      await client.chat.completions.create({ model: 'router-random-0.5', messages, tools })
      messages.push(
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c1', content: `${request}` },
      )
    }
    expect(new Set(asked()).size).toBe(1)
  })

  it.each([
    ['in one piece', false],
    ['as a stream', true],
  ])('knows what of a prompt the reply says is cached, %s', async (_, stream) => {
    const client = connected()
    const turns = [user(hard)]
    for (const [prompt, cached] of [
      [9000, 0],
      [9100, 9000],
    ] as const) {
      upstream.next.push((response) => {
        if (!stream) return reply('Done.', prompt, cached)(response)
        const usage = { prompt_tokens: prompt, completion_tokens: 9, total_tokens: prompt + 9 }
        const last = { choices: [], usage: { ...usage, prompt_tokens_details: { cached_tokens: cached } } }
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(`data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`)
      })
      const request = { model, messages: [...turns] }
      if (stream) for await (const _chunk of await client.chat.completions.create({ ...request, stream }));
      else await client.chat.completions.create(request)
      turns.push(assistant('Done.'), user(easy))
    }
    const { session } = await client.route({ model, messages: turns })
    expect(session).toMatchObject({ turn: 3, kept: 'unpriced' })
    expect(session?.cachedTokens).toBeGreaterThan(8900)
  })

  it('is found by x-routellm-session, which goes to no provider, also through withOptions', async () => {
    const client = connected()
    const headers = { 'x-routellm-session': 'chat-17' }
    await client.chat.completions.create({ model, messages: [user(hard)] }, { headers })
    const other = client.withOptions({ timeout: 5000, defaultHeaders: headers })
    const { response } = await other.chat.completions.create({ model, messages: conversation }).withResponse()
    expect(response.headers.get('x-routellm-session')).toBe('chat-17')
    await client.chat.completions.create({ model, messages: conversation })
    expect(asked()).toEqual(['strong', 'strong', 'weak'])
    expect(upstream.seen.map(({ headers }) => headers['x-routellm-session'])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('goes on after failed attempts and after a stream that the caller gives up', async () => {
    const client = connected()
    upstream.next.push((response) => json(response, 500, {}, { 'retry-after-ms': '1' }))
    const first = await client.chat.completions.create({ model, messages: [user(hard)], stream: true })
    for await (const _chunk of first) break
    const second = await client.chat.completions.create({ model, messages: conversation })
    expect(second.choices[0]?.message.content).toBe('from upstream')
    expect(asked()).toEqual(['strong', 'strong', 'strong'])
  })

  it('outlives closed routers', async () => {
    const client = connected()
    await client.chat.completions.create({ model, messages: conversation.slice(0, 1) })
    await client.close()
    await client.chat.completions.create({ model, messages: conversation })
    expect(asked()).toEqual(['strong', 'strong'])
  })

  it('prices a change with the list prices of models at their provider', async () => {
    const body = {
      choices: [{ index: 0, message: { role: 'assistant', content: 'Done.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 30_000, completion_tokens: 50, total_tokens: 30_050 },
    }
    const client = connected({
      strongModel: 'gpt-5',
      weakModel: 'gpt-4o',
      baseURL: 'https://api.openai.com/v1',
      fetch: async () => Response.json(body),
    })
    await client.chat.completions.create({ model, messages: conversation.slice(0, 1) })
    const { session } = await client.route({ model, messages: conversation })
    expect(session?.switchUsd).toEqual(expect.any(Number))
  })

  it('is refused for settings that the server refuses', () => {
    expect(() => connected({ sessions: { idleMinutes: -1 } })).toThrowError(
      expect.objectContaining({ code: 'bad-sessions', message: expect.stringContaining('idleMinutes') }),
    )
  })
})

describe('a warning of the loading', () => {
  it.each([
    ['goes to the logger of the client', 'warn', 2],
    ['is not written if the client logs errors only', 'error', 0],
  ] as const)('%s', async (_, logLevel, count) => {
    const warnings: unknown[] = []
    const log = () => {}
    const client = connected({
      routers: ['length'],
      embedderOptions: { builtinFolder: '/nowhere' },
      logLevel,
      logger: { debug: log, info: log, error: log, warn: (message: unknown) => warnings.push(message) },
    })
    await client.route({ model, prompt: easy })
    const expected = [/^Decisions name no kind of work/, /^Follow-ups are recognised by lists of words only/]
    expect(warnings.sort()).toEqual(expected.slice(0, count).map((text) => expect.stringMatching(text)))
  })
})
