import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Model } from '../../../src/routing/catalogue/model.ts'
import { type GatewayUnderTest, startGateway, userMessage } from '../../support/gateway-under-test.ts'

const models: readonly Model[] = [
  { name: 'strong', provider: 'main', upstream: 'big-model', effort: 'high' },
  { name: 'weak', provider: 'main', upstream: 'small-model' },
]

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await startGateway({ parts: { models } })
})
afterAll(() => gateway.close())

describe('the effort of a model', () => {
  let before = 0
  beforeEach(() => {
    before = gateway.upstream.seen.length
  })

  async function sent(path: string, body: string): Promise<{ effort: string | null; body: string }> {
    const { headers } = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return {
      effort: headers.get('x-routellm-effort'),
      body: gateway.upstream.seen[before]!.body.toString(),
    }
  }

  const chat = '/v1/chat/completions'
  const hard = '"messages":[{"role":"user","content":"hard"}]'

  it.each([
    [
      'is added',
      `{"model":"auto",${hard},"n":1.0}`,
      `{"reasoning_effort":"high","model":"big-model",${hard},"n":1.0}`,
    ],
    [
      'takes the place of the client’s, because a router chose the model with it',
      `{"model":"auto",${hard}, "reasoning_effort" : "low"}`,
      `{"model":"big-model",${hard}, "reasoning_effort" : "high"}`,
    ],
    [
      'takes the place of each, however it is spelt',
      `{"model":"auto",${hard},"reasoning_effort":"low","reasoning\\u005feffort":null}`,
      `{"model":"big-model",${hard},"reasoning_effort":"high","reasoning\\u005feffort":"high"}`,
    ],
    [
      'is added to a model that the client named',
      `{"model":"strong",${hard},"reasoning_effort":null}`,
      `{"model":"big-model",${hard},"reasoning_effort":"high"}`,
    ],
  ])('%s', async (_what, body, expected) => {
    expect(await sent(chat, body)).toEqual({ effort: 'high', body: expected })
  })

  it('leaves the client’s if the client named the model', async () => {
    const body = `{"model":"strong",${hard},"reasoning_effort":"low"}`
    expect(await sent(chat, body)).toEqual({ effort: null, body: body.replace('"strong"', '"big-model"') })
  })

  it('is not sent to a model without one', async () => {
    const body = JSON.stringify({ ...userMessage('easy'), reasoning_effort: 'low' })
    expect(await sent(chat, body)).toEqual({ effort: null, body: body.replace('"auto"', '"small-model"') })
  })

  it.each([
    ['{"model":"strong","input":"x"}', '{"reasoning":{"effort":"high"},"model":"big-model","input":"x"}'],
    [
      '{"model":"strong","reasoning":{"summary":"auto"}}',
      '{"model":"big-model","reasoning":{"effort":"high","summary":"auto"}}',
    ],
    ['{"model":"strong","reasoning":{}}', '{"model":"big-model","reasoning":{"effort":"high"}}'],
    ['{"model":"strong","reasoning":null}', '{"model":"big-model","reasoning":{"effort":"high"}}'],
  ])('is written into a Responses request: %s', async (body, expected) => {
    expect(await sent('/v1/responses', body)).toEqual({ effort: 'high', body: expected })
  })

  it('leaves the client’s in a Responses request, and every other endpoint alone', async () => {
    const own = '{"model":"strong","reasoning":{"effort":"low"}}'
    expect(await sent('/v1/responses', own)).toEqual({
      effort: null,
      body: own.replace('"strong"', '"big-model"'),
    })
    before = gateway.upstream.seen.length
    const embeddings = '{"model":"strong","input":"x"}'
    expect(await sent('/v1/embeddings', embeddings)).toEqual({
      effort: null,
      body: embeddings.replace('"strong"', '"big-model"'),
    })
  })
})
