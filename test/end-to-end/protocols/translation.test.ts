import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { type GatewayUnderTest, inFlightSeries, startGateway } from '../../support/gateway-under-test.ts'
import { type OfficialClient, officialClients } from '../../support/protocols/official-clients.ts'
import {
  answer,
  reasoning,
  speakingModel,
  states,
  toolResult,
} from '../../support/protocols/speaking-model.ts'
import { silence } from '../../support/upstream.ts'

const upstreams = [
  ['chat-completions', states.chat],
  ['messages', states.messages],
  ['responses', states.responses],
] as const

const prices = {
  inputUsdPerMillionTokens: 10,
  cacheReadUsdPerMillionTokens: 1,
  outputUsdPerMillionTokens: 40,
}
const models = [
  { name: 'strong', provider: 'main', upstream: 'big-model', ...prices },
  { name: 'weak', provider: 'main', upstream: 'small-model', ...prices },
]

let gateway: GatewayUnderTest
let records: RequestRecord[]
const tokens = { input: 100, cached: 60, output: 30 }

describe.each(upstreams)('before an upstream that speaks %s', (spoken, state) => {
  beforeEach(async () => {
    records = []
    gateway = await startGateway({
      provider: { protocols: [spoken], dialect: 'compatible' },
      parts: { fallbacks: { pair: 'none', policies: new Map() }, models },
      server: { observers: [(record) => void records.push(record)] },
    })
    gateway.upstream.answer(speakingModel)
  })
  afterEach(() => gateway.close())

  const clients = officialClients.map((create) => [create('http://x', 'x').protocol, create] as const)
  describe.each(clients)('the official client of %s', (protocol, create) => {
    const open = (model = 'auto'): OfficialClient => create(gateway.url, model)

    it.each([false, true])('reads answer, reasoning and usage (stream: %s)', async (stream) => {
      const said = await open().ask('What is 5 + 7?', { stream })
      expect(said).toEqual({ text: answer, reasoning, calls: [], tokens })
      await gateway.metricBecomes(inFlightSeries, 0)
      expect(records).toMatchObject([
        { status: 200, protocol, model: 'weak', tokens: { input: 100, cachedInput: 60, output: 30 } },
      ])
    })

    it('case 9: pays as much for a streamed reply as for the same reply whole', async () => {
      for (const stream of [false, true]) await open().ask('What is 5 + 7?', { stream })
      await gateway.metricBecomes(inFlightSeries, 0)
      // 40 new tokens and 60 cached ones of the prompt, 30 of the reply.
      const usd = (40 * 10 + 60 * 1 + 30 * 40) / 1e6
      expect(records.map((record) => [record.stream, record.usd])).toEqual([
        [false, usd],
        [true, usd],
      ])
    })

    it.each([false, true])(
      'calls tools, and the model gets its own reasoning back (stream: %s)',
      async (stream) => {
        const client = open()
        const called = await client.ask('What is 5 + 7?', { stream, tools: true })
        expect(called).toMatchObject({ calls: [{ name: 'add', arguments: { a: 5, b: 7 } }], reasoning })
        const said = await client.answerCalls({ stream, tools: true })
        expect(said).toMatchObject({ text: answer, calls: [] })
        const sent = gateway.upstream.seen.at(-1)!.body.toString()
        expect(sent).toContain(toolResult)
        expect(sent).toContain(state)
        expect(sent).not.toContain('rllm1.')
      },
    )

    it('another model does not get it', async () => {
      const client = open('weak')
      await client.ask('What is 5 + 7?', { tools: true })
      const said = await client.answerCalls({ tools: true, model: 'strong' })
      expect(said.text).toBe(answer)
      const seen = gateway.upstream.seen.at(-1)!
      expect(JSON.parse(seen.body.toString()).model).toBe('big-model')
      // A chat model's reasoning is text: whoever is asked next may read it.
      if (spoken !== 'chat-completions' || protocol !== spoken)
        expect(seen.body.toString()).not.toContain(state)
    })

    it('gets a refusal in its own form', async () => {
      await expect(open().ask('Please be busy.')).rejects.toMatchObject({
        status: 429,
        message: expect.stringContaining('Too many.'),
      })
    })

    it('hears of a reply that breaks off', async () => {
      await expect(open().ask('Please break off.', { stream: true })).rejects.toThrow()
      await gateway.metricBecomes(inFlightSeries, 0)
      expect(records[0]?.status).toBe(502)
    })

    it('leaves, and the upstream is aborted', async () => {
      gateway.upstream.answer(silence)
      const controller = new AbortController()
      const asked = open().ask('hello', { stream: true, signal: controller.signal })
      asked.catch(() => {})
      const seen = await gateway.upstream.next()
      controller.abort()
      await seen.closed
      await gateway.metricBecomes(inFlightSeries, 0)
      await expect(asked).rejects.toThrow()
    })
  })
})
