import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type GatewayUnderTest,
  inFlightSeries,
  startGateway,
  userMessage,
} from '../support/gateway-under-test.ts'
import { chunk, event, type Respond, stream, streamOf } from '../support/upstream.ts'

const request = userMessage('hello')
const streamed = { ...request, stream: true }
const page = '<!DOCTYPE html><html><head><title>Sign in to Example Wi-Fi</title></head><body></body></html>'
const sse = 'text/event-stream'

function answered(contentType: string | null, body: string): Respond {
  return ({ response }) => {
    const type = contentType === null ? {} : { 'content-type': contentType }
    response.writeHead(200, { ...type, server: 'captive/1.0', via: '1.1 proxy.example' }).end(body)
  }
}

/** What stands between answers; each with a word of the error that the client gets. */
const unexpected: readonly [string, string | null, string, string][] = [
  ['an HTML page', 'text/html; charset=utf-8', page, 'Sign in to Example Wi-Fi'],
  ['an HTML page that calls itself JSON', 'application/json', page, 'Sign in to Example Wi-Fi'],
  ['an HTML page that calls itself an event stream', sse, page, 'Sign in to Example Wi-Fi'],
  ['an HTML page after blank lines', null, `\n\n  ${page}`, 'Sign in to Example Wi-Fi'],
  ['a text', 'text/plain', 'upstream connect error', 'upstream connect error'],
  ['an empty body', 'application/json', '', 'an empty body'],
  ['an empty body without a type', null, '', 'an empty body'],
  ['an empty event stream', sse, '', 'an empty body'],
  ['JSON that calls itself an event stream', sse, '{"error":{"message":"no quota"}}', 'no quota'],
]

describe('an upstream that answers 200 without a reply', () => {
  let gateway: GatewayUnderTest
  beforeAll(async () => {
    gateway = await startGateway()
  })
  afterAll(() => gateway.close())

  it.each(unexpected)(
    '(%s) is a 502 that names what came, for JSON and for streams',
    async (_what, type, body, named) => {
      gateway.upstream.answer(answered(type, body))
      for (const [path, asked] of [
        ['/v1/chat/completions', request],
        ['/v1/chat/completions', streamed],
        ['/v1/embeddings', { model: 'weak', input: 'x' }],
        ['/v1/responses', { model: 'weak', input: 'x', stream: true }],
      ] as const) {
        const reply = await fetch(gateway.url + path, { method: 'POST', body: JSON.stringify(asked) })
        expect([path, reply.status]).toEqual([path, 502])
        const { error } = (await reply.json()) as { error: { code: string; message: string } }
        expect(error.code).toBe('upstream_unexpected_reply')
        expect(error.message).toContain(named)
        expect(error.message).toContain('server: "captive/1.0", via: "1.1 proxy.example"')
      }
    },
  )

  it.each([
    ['begins with a page', page],
    ['has no event', ': ping\n\n: ping\n\n'],
    ['is empty', ''],
  ])('in a stream whose head came long before, that %s, is an error event', async (_what, rest) => {
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': sse })
      response.flushHeaders()
    })
    const reply = await gateway.chat(streamed) // the head reaches the client although nothing follows
    expect(reply.status).toBe(200)
    gateway.upstream.seen.at(-1)!.response.end(rest)
    const reader = reply.body!.getReader()
    let text = ''
    const read = async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read())
        text += Buffer.from(part.value)
    }
    await expect(read()).rejects.toThrow()
    expect(text).toContain('"code":"upstream_unexpected_reply"')
  })

  it('is an error of the official client', async () => {
    gateway.upstream.answer(answered('text/html', page))
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'any', maxRetries: 0 })
    const ask = { model: 'auto', messages: [{ role: 'user' as const, content: 'hi' }] }
    await expect(client.chat.completions.create(ask)).rejects.toThrow(/Sign in to Example/)
    await expect(client.chat.completions.create({ ...ask, stream: true })).rejects.toThrow(
      /Sign in to Example/,
    )
  })
})

describe('a reply with an unusual type', () => {
  let gateway: GatewayUnderTest
  const tokens = () => gateway.metric('routellm_tokens_total{model="weak",kind="prompt"}')
  beforeAll(async () => {
    gateway = await startGateway()
  })
  afterAll(() => gateway.close())

  it.each([
    ['JSON without a type', null, '{"id":"x"}'],
    ['JSON that calls itself text', 'text/plain', ' {"id":"x"}'],
    ['JSON that calls itself HTML', 'text/html', '{"id":"x"}'],
    ['an event stream without a type', null, streamOf(['a'])],
    ['an event stream that calls itself text', 'text/plain', streamOf(['a'])],
  ])('passes unchanged: %s', async (_what, type, body) => {
    gateway.upstream.answer(answered(type, body))
    const reply = await gateway.chat(streamed)
    expect(reply.status).toBe(200)
    expect(await reply.text()).toBe(body)
  })

  it.each([null, 'text/plain', 'text/html', 'application/json'])(
    'costs what its usage says: JSON of type %s',
    async (type) => {
      const reply = JSON.stringify({
        id: 'x',
        choices: [],
        usage: { prompt_tokens: 20, completion_tokens: 7 },
      })
      const before = (await tokens()) ?? 0
      gateway.upstream.answer(answered(type, reply))
      expect(await (await gateway.chat(request)).text()).toBe(reply)
      await gateway.metricBecomes(inFlightSeries, 0)
      expect(await tokens()).toBe(before + 20)
    },
  )

  it.each([204, 307, 404, 502])('passes a %i as it is, with HTML or without a body', async (status) => {
    for (const body of status === 204 ? [''] : ['', page]) {
      gateway.upstream.answer(({ response }) => {
        response.writeHead(status, { 'content-type': 'text/html', location: '/elsewhere' }).end(body)
      })
      const reply = await gateway.chat(request, { redirect: 'manual' })
      expect([reply.status, await reply.text()]).toEqual([status, body])
    }
  })

  it('passes audio where audio is answered', async () => {
    gateway.upstream.answer(answered('audio/mpeg', 'ID3…'))
    const body = JSON.stringify({ model: 'weak', input: 'hi', voice: 'alloy' })
    const reply = await fetch(`${gateway.url}/v1/audio/speech`, { method: 'POST', body })
    expect(await reply.text()).toBe('ID3…')
  })
})

describe('the usage of a stream', () => {
  let gateway: GatewayUnderTest
  beforeAll(async () => {
    gateway = await startGateway()
  })
  afterAll(() => gateway.close())

  const usage = { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 }
  const tokens = () => gateway.metric('routellm_tokens_total{model="weak",kind="prompt"}')

  it('is requested upstream and left out for a client that did not request it', async () => {
    gateway.upstream.answer(stream(streamOf(['a', 'b'], usage), 7))
    const before = (await tokens()) ?? 0
    const reply = await gateway.chat(streamed)
    expect(await reply.text()).toBe(streamOf(['a', 'b']))
    const sent = JSON.parse((await gateway.upstream.next()).body.toString())
    expect(sent).toEqual({ ...streamed, model: 'small-model', stream_options: { include_usage: true } })
    await gateway.metricBecomes('routellm_tokens_total{model="weak",kind="prompt"}', before + 20)
  })

  it('passes for a client that requested it, whose bytes go upstream as they are', async () => {
    const asked = { ...streamed, stream_options: { include_usage: true } }
    gateway.upstream.answer(stream(streamOf(['a'], usage)))
    expect(await (await gateway.chat(asked)).text()).toBe(streamOf(['a'], usage))
    expect(JSON.parse((await gateway.upstream.next()).body.toString())).toEqual({
      ...asked,
      model: 'small-model',
    })
  })

  it('stays if it comes beside content', async () => {
    const text = event(chunk({ content: 'a' }, null, { usage })) + event('[DONE]')
    gateway.upstream.answer(stream(text))
    expect(await (await gateway.chat(streamed)).text()).toBe(text)
  })

  it('is not requested for other replies, other endpoints, or a provider for which it is switched off', async () => {
    gateway.upstream.answer(stream(streamOf(['a'])))
    const off = await startGateway({ provider: { requestStreamUsage: false } })
    off.upstream.answer(stream(streamOf(['a'], usage)))
    expect(await (await off.chat(streamed)).text()).toBe(streamOf(['a'], usage))
    await gateway.chat(request)
    const ask = { model: 'weak', input: 'x', stream: true }
    await fetch(`${gateway.url}/v1/responses`, { method: 'POST', body: JSON.stringify(ask) })
    for (const { body } of [...gateway.upstream.seen.slice(-2), ...off.upstream.seen])
      expect(body.toString()).not.toContain('stream_options')
    await off.close()
  })
})
