import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import OpenAI7 from 'openai-7'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { type GatewayUnderTest, inFlightSeries, startGateway } from '../../support/gateway-under-test.ts'
import * as messages from '../../support/protocols/messages-bytes.ts'
import * as responses from '../../support/protocols/responses-bytes.ts'
import { json, stream, streamAndHold } from '../../support/upstream.ts'

const records: RequestRecord[] = []
let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await startGateway({ server: { observers: [(record) => void records.push(record)] } })
})
afterAll(() => gateway.close())
beforeEach(() => {
  records.length = 0
})

/** The record of the request that was sent last, once it is over. */
async function lastRecord(): Promise<RequestRecord> {
  await gateway.metricBecomes(inFlightSeries, 0)
  return records.at(-1)!
}

describe('@anthropic-ai/sdk', () => {
  const client = () => new Anthropic({ baseURL: gateway.url, apiKey: 'x'.repeat(16), maxRetries: 0 })
  const asked = { model: 'auto', max_tokens: 100, messages: [{ role: 'user' as const, content: 'hello' }] }

  it('gets a message', async () => {
    gateway.upstream.answer(json(messages.message))
    const { data, response } = await client().messages.create(asked).withResponse()
    expect(data.content).toEqual(messages.message.content)
    expect(data.usage).toEqual(messages.messageUsage)
    expect(response.headers.get('x-routellm-model')).toBe('weak')
  })

  it('accumulates a stream with thinking and a tool call', async () => {
    gateway.upstream.answer(stream(messages.toolStream, 11))
    const final = await client().messages.stream(asked).finalMessage()
    expect(final.stop_reason).toBe('tool_use')
    expect(final.content).toMatchObject([
      { type: 'thinking', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk' },
      { type: 'text', text: "Okay, let's check:" },
      { type: 'tool_use', name: 'get_weather', input: { location: 'San Francisco, CA' } },
    ])
    expect(final.usage.output_tokens).toBe(89)
  })

  it('counts tokens and lists models', async () => {
    gateway.upstream.answer(json({ input_tokens: 2095 }))
    const counted = await client().messages.countTokens({ ...asked, model: 'weak' })
    expect(counted.input_tokens).toBe(2095)
    const ids: string[] = []
    for await (const { id } of client().models.list()) ids.push(id)
    expect(ids).toContain('auto')
  })

  it('gets errors of the upstream and of the gateway as its own', async () => {
    gateway.upstream.answer(json(messages.rateLimited, 429, { 'retry-after': '7' }))
    const limited = await client()
      .messages.create(asked)
      .catch((error: unknown) => error)
    expect(limited).toBeInstanceOf(Anthropic.RateLimitError)
    expect((limited as InstanceType<typeof Anthropic.RateLimitError>).headers.get('retry-after')).toBe('7')
    const unknown = await client()
      .messages.create({ ...asked, model: 'none' })
      .catch((error: unknown) => error)
    expect(unknown).toBeInstanceOf(Anthropic.NotFoundError)
    expect((unknown as Error).message).toContain('not_found_error')
  })

  it('throws where a stream breaks off', async () => {
    const cut = messages.textStream.slice(0, messages.textStream.indexOf('event: content_block_stop'))
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(cut, () => response.destroy())
    })
    await expect(client().messages.stream(asked).finalMessage()).rejects.toThrow()
    expect(await lastRecord()).toMatchObject({ status: 502, tokens: { output: 2 } })
  })

  it('aborts the upstream when it leaves within a stream, and what came is counted', async () => {
    const begun = messages.textStream.slice(0, messages.textStream.indexOf('event: content_block_stop'))
    gateway.upstream.answer(streamAndHold(begun))
    const running = client().messages.stream(asked)
    await new Promise<void>((resolve) => running.on('text', () => resolve()))
    running.abort()
    await expect(running.finalMessage()).rejects.toThrow()
    const seen = gateway.upstream.seen.at(-1)!
    await seen.closed
    expect(seen.wasAborted()).toBe(true)
    expect(await lastRecord()).toMatchObject({ status: 499, tokens: { input: 2321, output: 2 } })
  })
})

describe.each([
  ['openai 6', OpenAI],
  ['openai 7', OpenAI7 as unknown as typeof OpenAI],
])('%s with Responses', (_name, Client) => {
  const client = () => new Client({ baseURL: `${gateway.url}/v1`, apiKey: 'x'.repeat(16), maxRetries: 0 })
  const asked = { model: 'auto', input: 'hello' }

  it('gets a response, and fetches and deletes it', async () => {
    gateway.upstream.answer(json(responses.response))
    const created = await client().responses.create(asked)
    expect(created.output_text).toBe('Under the moonlight, 北京 🙂')
    expect((await client().responses.retrieve(created.id)).id).toBe(created.id)
    gateway.upstream.answer(json({ object: 'list', data: [] }))
    expect((await client().responses.inputItems.list(created.id)).data).toEqual([])
    await client().responses.delete(created.id)
    await expect(client().responses.retrieve(created.id)).rejects.toBeInstanceOf(Client.NotFoundError)
  })

  it('accumulates a stream with reasoning and a tool call', async () => {
    gateway.upstream.answer(stream(responses.toolStream, 11))
    const final = await client().responses.stream(asked).finalResponse()
    expect(final.output).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'The user wants a story.' }] },
      { type: 'function_call', name: 'get_weather', arguments: '{"location":"Paris"}' },
    ])
    expect(final.usage?.total_tokens).toBe(380)
  })

  it('gets the upstream’s 429 with retry-after', async () => {
    gateway.upstream.answer(json(responses.rateLimited, 429, { 'retry-after': '7' }))
    const limited = await client()
      .responses.create(asked)
      .catch((error: unknown) => error)
    expect(limited).toBeInstanceOf(Client.RateLimitError)
    expect((limited as InstanceType<typeof Client.RateLimitError>).headers?.get('retry-after')).toBe('7')
  })

  it('throws where a stream breaks off', async () => {
    const cut = responses.textStream.slice(
      0,
      responses.textStream.indexOf('event: response.output_text.done'),
    )
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(cut, () => response.destroy())
    })
    const read = async () => {
      for await (const _event of await client().responses.create({ ...asked, stream: true })) {
        // each event but the last passes
      }
    }
    await expect(read()).rejects.toThrow(/broke off|closed the connection/)
  })

  it('aborts the upstream when it leaves within a stream', async () => {
    gateway.upstream.answer(
      streamAndHold(
        responses.textStream.slice(0, responses.textStream.indexOf('event: response.output_text.done')),
      ),
    )
    const running = await client().responses.create({ ...asked, stream: true })
    for await (const event of running) if (event.type === 'response.output_text.delta') break
    const seen = gateway.upstream.seen.at(-1)!
    await seen.closed
    expect(await lastRecord()).toMatchObject({ status: 499 })
  })
})
