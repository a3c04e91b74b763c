import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientKeyHmac } from '../../../src/config/client-key.ts'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { createHttpProvider } from '../../../src/providers/http/provider.ts'
import { createSessions, defaultSessionOptions } from '../../../src/routing/sessions/sessions.ts'
import { createResponseOrigins } from '../../../src/server/inference/stored/response-origins.ts'
import { type GatewayUnderTest, startGateway } from '../../support/gateway-under-test.ts'
import { rateLimited, response, textStream, toolStream } from '../../support/protocols/responses-bytes.ts'
import { sendRaw } from '../../support/requests/raw-request.ts'
import { json, startUpstream, stream, type Upstream } from '../../support/upstream.ts'

const records: RequestRecord[] = []
let gateway: GatewayUnderTest
let second: Upstream
beforeAll(async () => {
  second = await startUpstream(json({ ...response, id: 'resp_of_the_second' }))
  const other = createHttpProvider({
    name: 'other',
    baseUrl: second.baseUrl,
    protocols: ['responses'],
  })
  gateway = await startGateway({
    server: { observers: [(record) => void records.push(record)] },
    parts: {
      models: [
        { name: 'strong', provider: 'other', upstream: 'big-model' },
        { name: 'weak', provider: 'main', upstream: 'small-model' },
      ],
    },
    providers: [other],
  })
})
afterAll(async () => {
  await gateway.close()
  await second.close()
})
beforeEach(() => {
  records.length = 0
  gateway.upstream.answer(json(response))
})

const send = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  sendRaw(gateway.url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
const ask = (body: object, headers: Record<string, string> = {}) =>
  send('POST', '/v1/responses', { model: 'auto', ...body }, headers)

describe('a response', () => {
  it('is routed on its input, and both bodies pass byte for byte', async () => {
    const reply = await ask({ input: 'hi', instructions: 'This is hard.' })
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'x-routellm-model': 'weak', 'x-routellm-router': 'words' },
    })
    expect(reply.body.toString()).toBe(JSON.stringify(response))
    expect(
      (await ask({ input: [{ role: 'user', content: 'a hard one' }] })).headers['x-routellm-model'],
    ).toBe('strong')
  })

  it.each([
    ['text', textStream],
    ['tools and reasoning', toolStream],
  ])('streams %s byte for byte', async (_what, bytes) => {
    gateway.upstream.answer(stream(bytes, 7))
    const reply = await ask({ input: 'hi', stream: true })
    expect(reply.body.toString()).toBe(bytes)
    expect(records[0]?.tokens).toEqual({
      input: 328,
      cachedInput: 256,
      cacheWriteInput: 64,
      cacheWrite1hInput: 0,
      output: 52,
    })
  })

  it('takes Codex’ headers upstream', async () => {
    const headers = { 'x-codex-turn-state': 'abc', session_id: 's-1', originator: 'codex_cli_rs' }
    await ask({ input: 'hi' }, { ...headers, 'anthropic-beta': 'x' })
    expect(gateway.upstream.seen.at(-1)!.headers).toMatchObject(headers)
    expect(gateway.upstream.seen.at(-1)!.headers).not.toHaveProperty(['anthropic-beta'])
  })

  it('that is refused gets the upstream’s error, and retry-after', async () => {
    gateway.upstream.answer(json(rateLimited, 429, { 'retry-after': '7' }))
    const reply = await ask({ model: 'weak', input: 'hi' })
    expect(reply).toMatchObject({ status: 429, headers: { 'retry-after': '7' }, json: rateLimited })
  })

  it('that breaks off is an error event, and no clean end', async () => {
    const cut = textStream.slice(0, textStream.indexOf('event: response.output_text.done'))
    gateway.upstream.answer(({ response: reply }) => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.write(cut, () => reply.destroy())
    })
    await expect(ask({ input: 'hi', stream: true })).rejects.toThrow()
    expect(records[0]).toMatchObject({ status: 502, events: 2 })
  })
})

describe('a stored response', () => {
  it('is fetched from the provider that made it, and deleted there', async () => {
    await ask({ input: 'a hard one' })
    const asked: (string | undefined)[] = []
    second.answer((seen) => {
      asked.push(seen.response.req.method)
      json({ ...response, id: 'resp_of_the_second' })(seen)
    })
    const fetched = await send(
      'GET',
      '/v1/responses/resp_of_the_second?include[]=reasoning.encrypted_content',
    )
    expect(fetched).toMatchObject({ status: 200, headers: { 'x-routellm-model': 'strong' } })
    expect(second.seen.at(-1)).toMatchObject({
      path: '/v1/responses/resp_of_the_second?include[]=reasoning.encrypted_content',
      body: Buffer.alloc(0),
    })
    // What it cost was counted when it was made.
    expect(records.at(-1)).toMatchObject({ path: '/v1/responses/{id}', tokens: null, usd: null, status: 200 })
    expect(await send('GET', '/responses/resp_of_the_second/input_items')).toMatchObject({ status: 200 })
    expect(await send('POST', '/v1/responses/resp_of_the_second/cancel')).toMatchObject({ status: 200 })
    expect(await send('DELETE', '/v1/responses/resp_of_the_second')).toMatchObject({ status: 200 })
    expect(asked).toEqual(['GET', 'GET', 'POST', 'DELETE'])
    expect(await send('GET', '/v1/responses/resp_of_the_second')).toMatchObject({
      status: 404,
      json: { error: { code: 'unknown_request' } },
    })
  })

  it('of a stream is known too', async () => {
    gateway.upstream.answer(stream(textStream))
    await ask({ input: 'hi', stream: true })
    gateway.upstream.answer(json(response))
    expect(await send('GET', `/v1/responses/${response.id}`)).toMatchObject({ status: 200, json: response })
  })

  it.each([
    ['GET', '/v1/responses/resp_unknown', 404, 'unknown_request'],
    ['GET', '/v1/responses/resp_1/nothing', 404, 'unknown_url'],
    ['PUT', '/v1/responses/resp_1', 404, 'unknown_url'],
    ['GET', '/v1/responses/..%2F..%2Fmodels', 404, 'unknown_url'],
    ['GET', '/v1/responses/compact', 405, 'method_not_allowed'],
    ['GET', '/v1/responses', 405, 'method_not_allowed'],
  ])('%s %s is %i %s', async (method, path, status, code) => {
    const before = gateway.upstream.seen.length
    expect(await send(method, path)).toMatchObject({ status, json: { error: { code } } })
    expect(gateway.upstream.seen.length).toBe(before)
  })

  it('is continued at the provider that keeps it, whatever the router says', async () => {
    second.answer(json({ ...response, id: 'resp_kept' }))
    await ask({ input: 'a hard one' })
    const next = await ask({ input: 'thanks', previous_response_id: 'resp_kept' })
    expect(next.headers['x-routellm-model']).toBe('strong')
    const elsewhere = await ask({ input: 'thanks', previous_response_id: 'resp_of_nobody' })
    expect(elsewhere.headers['x-routellm-model']).toBe('weak')
  })

  it('is remembered in a bounded way', () => {
    const origins = createResponseOrigins(10)
    for (let index = 0; index < 100; index++)
      origins.add(`resp_${index}`, { model: 'm', provider: 'p', key: null })
    expect(origins.find('resp_99')).toEqual({ model: 'm', provider: 'p', key: null })
    expect(origins.find('resp_1')).toBeUndefined()
    origins.add('x'.repeat(1000), { model: 'm', provider: 'p', key: null })
    expect(origins.find('x'.repeat(1000))).toBeUndefined()
    expect(origins.find(5)).toBeUndefined()
  })
})

describe('input_tokens and compact', () => {
  it('go to the model that the body names', async () => {
    gateway.upstream.answer(json({ object: 'response.input_tokens', input_tokens: 11 }))
    const counted = await send('POST', '/v1/responses/input_tokens', { model: 'weak', input: 'hi' })
    expect(counted.json).toEqual({ object: 'response.input_tokens', input_tokens: 11 })
    expect(gateway.upstream.seen.at(-1)!.path).toBe('/v1/responses/input_tokens')
    await send('POST', '/v1/responses/compact', { model: 'weak', input: 'hi' })
    expect(gateway.upstream.seen.at(-1)!.path).toBe('/v1/responses/compact')
  })

  it('are an estimate and a decision where a router is named', async () => {
    const before = gateway.upstream.seen.length
    const counted = await send('POST', '/v1/responses/input_tokens', { model: 'auto', input: 'hi' })
    expect(counted.json).toEqual({ object: 'response.input_tokens', input_tokens: expect.any(Number) })
    expect(gateway.upstream.seen.length).toBe(before)
    const compacted = await send('POST', '/v1/responses/compact', { model: 'auto', input: 'hi' })
    expect(compacted.headers['x-routellm-model']).toBe('weak')
  })
})

describe('a compaction by a router', () => {
  const compact = (own: GatewayUnderTest) =>
    sendRaw(`${own.url}/v1/responses/compact`, {
      method: 'POST',
      body: JSON.stringify({ model: 'auto', input: 'a hard one' }),
    })
  const chatOnly = (own: { readonly baseUrl: string }) =>
    createHttpProvider({ name: 'chat', baseUrl: own.baseUrl, apiKey: 'key', protocols: ['chat-completions'] })

  it('goes to a candidate whose provider serves it, also if the other one is the choice', async () => {
    const chat = await startUpstream()
    const own = await startGateway({
      providers: [chatOnly(chat)],
      parts: {
        models: [
          { name: 'strong', provider: 'chat', upstream: 'big-model' },
          { name: 'weak', provider: 'main', upstream: 'small-model' },
        ],
      },
    })
    own.upstream.answer(json(response))
    const compacted = await compact(own)
    const whole = await own.chat({ model: 'auto', messages: [{ role: 'user', content: 'a hard one' }] })
    await own.close()
    await chat.close()
    expect([compacted.status, compacted.headers['x-routellm-model']]).toEqual([200, 'weak'])
    expect([whole.status, whole.headers.get('x-routellm-model')]).toEqual([200, 'strong'])
    expect(chat.seen.map(({ path }) => path)).toEqual(['/v1/chat/completions'])
  })

  it('is refused with the reason for each candidate if none is at such a provider', async () => {
    const own = await startGateway({ provider: { protocols: ['chat-completions'] } })
    const compacted = await compact(own)
    await own.close()
    expect(compacted.status).toBe(400)
    expect(JSON.parse(String(compacted.body)).error).toMatchObject({
      code: 'no_candidate',
      message: expect.stringContaining('strong is at main, which does not serve this path; weak is at main'),
    })
    expect(own.upstream.seen).toEqual([])
  })
})

it('a conversation is known by its previous response', async () => {
  const sessions = createSessions({ options: defaultSessionOptions, findTerms: () => null })
  const own = await startGateway({ parts: { sessions } })
  own.upstream.answer(json(response))
  const turn = (body: object) =>
    sendRaw(`${own.url}/v1/responses`, { method: 'POST', body: JSON.stringify({ model: 'auto', ...body }) })
  const first = await turn({ input: 'hello' })
  const next = await turn({ input: 'and then?', previous_response_id: response.id })
  await own.close()
  expect(first.headers['x-routellm-session']).toBeDefined()
  expect(next.headers['x-routellm-session']).toBe(first.headers['x-routellm-session'])
})

it('a response of another key is neither fetched nor continued', async () => {
  const [web, batch] = ['secret-of-the-web-key', 'secret-of-the-batch-key']
  const keyOf = (name: string, secret: string) => ({ name, hmac: clientKeyHmac(secret), pacing: true })
  const own = await startGateway({ server: { keys: [keyOf('web', web), keyOf('batch', batch)] } })
  own.upstream.answer(json(response))
  const ask = (secret: string, method: string, path: string, body?: object) =>
    sendRaw(own.url + path, {
      method,
      headers: { authorization: `Bearer ${secret}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const next = { model: 'auto', input: 'and then?', previous_response_id: response.id }
  await ask(web, 'POST', '/v1/responses', { model: 'auto', input: 'hello' })
  const fetched = await ask(batch, 'GET', `/v1/responses/${response.id}`)
  const continued = await ask(batch, 'POST', '/v1/responses', next)
  const asked = own.upstream.seen.length
  const itself = await ask(web, 'POST', '/v1/responses', next)
  await own.close()
  expect([fetched.status, continued.status, itself.status]).toEqual([404, 404, 200])
  expect(JSON.parse(continued.body.toString()).error).toMatchObject({
    code: 'unknown_request',
    param: 'previous_response_id',
  })
  expect(asked).toBe(1)
})
