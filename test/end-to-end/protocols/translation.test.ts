import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/gateway/request-record.ts'
import { type GatewayUnderTest, inFlightSeries, startGateway } from '../../support/gateway-under-test.ts'
import { type OfficialClient, officialClients } from '../../support/protocols/official-clients.ts'
import { answer, speakingModel, states } from '../../support/protocols/speaking-model.ts'

// What clients get of text, tools, images, reasoning and failures across protocols: test/end-to-end/clients.
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
  })
})

describe('the header x-routellm-translation', () => {
  beforeEach(async () => {
    gateway = await startGateway({ provider: { protocols: ['chat-completions'], dialect: 'compatible' } })
    gateway.upstream.answer(speakingModel)
  })
  afterEach(() => gateway.close())

  const ask = (path: string, body: object, value: string) =>
    fetch(`${gateway.url}/v1/${path}`, {
      method: 'POST',
      headers: { 'x-routellm-translation': value },
      body: JSON.stringify({ model: 'weak', messages: [{ role: 'user', content: 'Hello' }], ...body }),
    })

  it('refuses what would be dropped, and passes what nothing is dropped of', async () => {
    const refused = await ask('messages', { max_tokens: 9, top_k: 5 }, 'strict')
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('"not_translatable"'),
    ])
    expect((await ask('messages', { max_tokens: 9 }, 'strict')).status).toBe(200)
  })

  it.each(['messages', 'chat/completions'])('with another word is refused in %s', async (path) => {
    const reply = await ask(path, { max_tokens: 9 }, 'strikt')
    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('"bad_header"')])
    expect(gateway.upstream.seen).toEqual([])
    await gateway.metricBecomes(inFlightSeries, 0)
  })
})
