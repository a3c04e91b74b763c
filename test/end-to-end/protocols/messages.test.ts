import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import { chatCompletions } from '../../../src/gateway/protocols/chat-completions/protocol.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { createHttpProvider } from '../../../src/providers/http/provider.ts'
import { type GatewayUnderTest, startGateway } from '../../support/gateway-under-test.ts'
import { message, rateLimited, textStream, toolStream } from '../../support/protocols/messages-bytes.ts'
import { sendRaw } from '../../support/requests/raw-request.ts'
import { json, stream } from '../../support/upstream.ts'

const prices = {
  inputUsdPerMillionTokens: 5,
  outputUsdPerMillionTokens: 25,
  cacheReadUsdPerMillionTokens: 0.5,
  cacheWriteUsdPerMillionTokens: 6.25,
  cacheWrite1hUsdPerMillionTokens: 10,
}

const records: RequestRecord[] = []
let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await startGateway({
    parts: {
      models: [
        { name: 'strong', provider: 'main', upstream: 'big-model', ...prices },
        { name: 'weak', provider: 'main', upstream: 'small-model', ...prices },
      ],
    },
    server: { observers: [(record) => void records.push(record)] },
  })
})
afterAll(() => gateway.close())
beforeEach(() => {
  records.length = 0
  gateway.upstream.answer(json(message))
})

const version = { 'anthropic-version': '2023-06-01' }
const hello = { model: 'auto', max_tokens: 1024, messages: [{ role: 'user', content: 'hello' }] }

const post = (path: string, body: object | string, headers: Record<string, string> = {}) =>
  sendRaw(gateway.url + path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...version, ...headers },
  })

describe('a message', () => {
  it('is routed, and both bodies pass byte for byte', async () => {
    const sent =
      '{ "max_tokens":1024.0, "messages":[{"role":"user","content":"a hard one, é"}],"model" : "auto" }'
    const reply = await post('/v1/messages', sent)
    expect(reply.headers).toMatchObject({ 'x-routellm-model': 'strong', 'x-routellm-router': 'words' })
    expect(reply.body.toString()).toBe(JSON.stringify(message))
    const seen = gateway.upstream.seen.at(-1)!
    expect(seen.path).toBe('/v1/messages')
    expect(seen.body.toString()).toBe(sent.replace('"auto"', '"big-model"'))
  })

  it('is routed on the user’s words, not on the instructions', async () => {
    const reply = await post('/v1/messages', { ...hello, system: 'This is hard.' })
    expect(reply.headers['x-routellm-model']).toBe('weak')
  })

  it.each([
    ['text', textStream],
    ['tools and thinking', toolStream],
  ])('streams %s byte for byte', async (_what, bytes) => {
    gateway.upstream.answer(stream(bytes, 7))
    const reply = await post('/v1/messages', { ...hello, stream: true })
    expect(reply.body.toString()).toBe(bytes)
    expect(gateway.upstream.seen.at(-1)!.body.toString()).not.toContain('stream_options')
  })

  it('costs the same streamed or not, cache writes by their own prices', async () => {
    await post('/v1/messages', hello)
    gateway.upstream.answer(stream(textStream.replace('"output_tokens":15', '"output_tokens":393')))
    await post('/v1/messages', { ...hello, stream: true })
    const [whole, streamed] = records
    expect(whole).toMatchObject({
      protocol: 'messages',
      path: '/v1/messages',
      tokens: { input: 2321, cachedInput: 2000, cacheWriteInput: 100, cacheWrite1hInput: 200, output: 393 },
    })
    // 21 new, 2,000 read, 100 and 200 written, 393 of the reply.
    expect(whole?.usd).toBeCloseTo((21 * 5 + 2000 * 0.5 + 100 * 6.25 + 200 * 10 + 393 * 25) / 1e6, 12)
    expect(streamed).toMatchObject({ tokens: whole!.tokens!, usd: whole!.usd! })
  })

  it('takes the query, the version and the betas upstream, and no key', async () => {
    await post('/v1/messages?beta=true', hello, {
      'anthropic-beta': 'context-1m-2025-08-07',
      'x-api-key': 'of-the-client',
      'openai-beta': 'x',
      cookie: 'a=b',
    })
    const { path, headers } = gateway.upstream.seen.at(-1)!
    expect(path).toBe('/v1/messages?beta=true')
    expect(headers).toMatchObject({ ...version, 'anthropic-beta': 'context-1m-2025-08-07' })
    for (const name of ['x-api-key', 'openai-beta', 'cookie']) expect(headers).not.toHaveProperty([name])
  })

  it('of another path takes no query upstream', async () => {
    await gateway.chat({ ...hello, model: 'weak' }).then((reply) => reply.text())
    await sendRaw(`${gateway.url}/v1/responses?beta=true`, {
      method: 'POST',
      body: '{"model":"weak","input":"x"}',
    })
    expect(gateway.upstream.seen.at(-1)!.path).toBe('/v1/responses')
  })

  it('refuses a query that is no part of a URL', async () => {
    const reply = await post(`/v1/messages?${'x'.repeat(3000)}`, hello)
    expect(reply).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error' } } })
  })

  it('gets the upstream’s error as it is, with retry-after', async () => {
    gateway.upstream.answer(json(rateLimited, 429, { 'retry-after': '7', 'request-id': 'req_1' }))
    const reply = await post('/v1/messages', hello)
    expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '7', 'request-id': 'req_1' } })
    expect(reply.json).toEqual(rateLimited)
  })
})

describe('count_tokens', () => {
  it('asks the model that it names', async () => {
    gateway.upstream.answer(json({ input_tokens: 2095 }))
    const reply = await post('/v1/messages/count_tokens?beta=true', { ...hello, model: 'strong' })
    expect(reply).toMatchObject({ status: 200, json: { input_tokens: 2095 } })
    const seen = gateway.upstream.seen.at(-1)!
    expect(seen.path).toBe('/v1/messages/count_tokens?beta=true')
    expect(JSON.parse(seen.body.toString())).toMatchObject({ model: 'big-model' })
  })

  it('is an estimate where a router would choose the model', async () => {
    const before = gateway.upstream.seen.length
    const reply = await post('/v1/messages/count_tokens', hello)
    expect(reply).toMatchObject({ status: 200, json: { input_tokens: expect.any(Number) } })
    expect((reply.json as { input_tokens: number }).input_tokens).toBeGreaterThan(4)
    expect(gateway.upstream.seen.length).toBe(before)
    const unknown = await post('/v1/messages/count_tokens', { ...hello, model: 'router-none' })
    expect(unknown).toMatchObject({ status: 400, json: { type: 'error' } })
  })

  it('is an estimate where the provider does not speak Messages', async () => {
    const other = await startGateway({ provider: { protocols: [chatCompletions.name] } })
    const reply = await sendRaw(`${other.url}/v1/messages/count_tokens`, {
      method: 'POST',
      body: JSON.stringify({ ...hello, model: 'weak' }),
    })
    await other.close()
    expect(reply).toMatchObject({ status: 200, json: { input_tokens: expect.any(Number) } })
    expect(other.upstream.seen).toEqual([])
  })
})

describe('an error of the gateway’s own', () => {
  const form = (type: string) => ({
    type: 'error',
    error: { type, message: expect.any(String), code: expect.stringMatching(/^[a-z_]+$/) },
    request_id: expect.stringMatching(/^rllm-/),
  })

  it.each([
    ['bad JSON', '/v1/messages', '{', 400, 'invalid_request_error'],
    ['no messages', '/v1/messages', '{"model":"auto"}', 400, 'invalid_request_error'],
    ['an unknown model', '/v1/messages', JSON.stringify({ ...hello, model: 'no' }), 404, 'not_found_error'],
    ['an unknown path', '/v1/messages/batches', '{}', 404, 'not_found_error'],
    ['a compressed body', '/v1/messages', 'x', 415, 'invalid_request_error'],
  ])('for %s has the form of Messages', async (what, path, body, status, type) => {
    const reply = await post(path, body, what === 'a compressed body' ? { 'content-encoding': 'exi' } : {})
    expect(reply.status).toBe(status)
    expect(reply.json).toEqual(form(type))
    expect((reply.json as { request_id: string }).request_id).toBe(reply.headers['x-request-id'])
  })

  it('for a missing key and for too long a body too', async () => {
    const other = await startGateway({
      server: { clientKeys: [clientKeyHmac('rllm-key-of-a-client')], bodyLimitBytes: 1000 },
    })
    const send = (headers: Record<string, string>, body = JSON.stringify(hello)) =>
      sendRaw(`${other.url}/v1/messages`, { method: 'POST', body, headers })
    const missing = await send({})
    const long = await send({ 'x-api-key': 'rllm-key-of-a-client' }, 'x'.repeat(2000))
    const models = await sendRaw(`${other.url}/v1/models`, { headers: version })
    await other.close()
    expect(missing).toMatchObject({ status: 401, json: form('authentication_error') })
    expect(long).toMatchObject({ status: 413, json: form('request_too_large') })
    expect(models).toMatchObject({ status: 401, json: form('authentication_error') })
  })

  it('within a stream is an error event, and no clean end', async () => {
    const cut = textStream.slice(0, textStream.indexOf('event: content_block_stop'))
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(cut, () => response.destroy())
    })
    const reply = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ ...hello, stream: true }),
    })
    let text = ''
    const read = async () => {
      for await (const chunk of reply.body!) text += Buffer.from(chunk).toString()
    }
    await expect(read()).rejects.toThrow()
    const [, event, data] = /\n\nevent: (\w+)\ndata: (.*)\n\n$/.exec(text) ?? []
    expect(event).toBe('error')
    expect(JSON.parse(data ?? '')).toEqual(form('api_error'))
  })
})

describe('discovery', () => {
  it('lists the models in Anthropic’s form for its clients', async () => {
    const list = await sendRaw(`${gateway.url}/v1/models?limit=1000`, { headers: version })
    const { data, ...page } = list.json as { data: { id: string }[] }
    expect(page).toEqual({ has_more: false, first_id: 'auto', last_id: 'weak' })
    expect(data[0]).toEqual({
      type: 'model',
      id: 'auto',
      display_name: 'auto',
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    const one = await sendRaw(`${gateway.url}/v1/models/weak`, { headers: version })
    expect(one).toMatchObject({ status: 200, json: { type: 'model', id: 'weak' } })
    const none = await sendRaw(`${gateway.url}/v1/models/none`, { headers: version })
    expect(none).toMatchObject({ status: 404, json: { type: 'error', error: { type: 'not_found_error' } } })
  })

  it('answers HEAD on the root, with which Claude Code begins', async () => {
    expect(await sendRaw(`${gateway.url}/`, { method: 'HEAD' })).toMatchObject({ status: 200 })
  })
})

it('a query goes after the one of the base URL', async () => {
  const provider = createHttpProvider({ name: 'p', baseUrl: `${gateway.upstream.baseUrl}?api-version=1` })
  await provider.call({ path: '/messages', query: 'beta=true', body: '{}' })
  await provider.close()
  expect(gateway.upstream.seen.at(-1)!.path).toBe('/v1/messages?api-version=1&beta=true')
})
