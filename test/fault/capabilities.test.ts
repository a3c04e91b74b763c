import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Model } from '../../src/routing/catalogue/model.ts'
import { type GatewayUnderTest, routerThat, startGateway, wordRouter } from '../support/gateway-under-test.ts'

const strong: Model = {
  name: 'strong',
  provider: 'main',
  upstream: 'big-model',
  contextTokens: 100_000,
  maxOutputTokens: 4000,
  modalities: ['text', 'image'],
  tools: true,
  structuredOutput: true,
  region: 'us',
  tags: ['contract'],
}
const weak: Model = {
  name: 'weak',
  provider: 'main',
  upstream: 'small-model',
  contextTokens: 8000,
  maxOutputTokens: 1000,
  modalities: ['text', 'audio', 'file'],
  tools: false,
  structuredOutput: false,
  region: 'eu',
  tags: ['contract', 'on-site'],
}

const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }
const schema = { type: 'json_schema', json_schema: { name: 'city', schema: { type: 'object' } } }
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }
const audio = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
const file = { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } }

const easy = 'What is this?'
const hard = 'What is this? It is hard.'
function asking(content: unknown, fields: object = {}) {
  return { model: 'auto', messages: [{ role: 'user', content }], ...fields }
}
const withPart = (text: string, part: object) => asking([{ type: 'text', text }, part])

type Decision = {
  model: string
  router: string | null
  candidates: { model: string; excluded: string | null }[]
  explanation: { summary: string }
}

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await startGateway({ parts: { models: [strong, weak] } })
})
afterAll(() => gateway.close())

async function route(body: object, headers: Record<string, string> = {}): Promise<Decision> {
  const reply = await fetch(`${gateway.url}/v1/route`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
  return (await reply.json()) as Decision
}

async function answering(body: object, headers: Record<string, string> = {}): Promise<string | null> {
  const reply = await gateway.chat(body, { headers })
  await reply.arrayBuffer()
  return reply.headers.get('x-routellm-model')
}

describe('fault C5: a request goes to a model that can answer it', () => {
  it('without further needs it goes where the router says', async () => {
    expect(await answering(asking(easy))).toBe('weak')
    expect(await answering(asking(hard))).toBe('strong')
  })

  const needing: [string, object, Record<string, string>, string, string, string][] = [
    ['an image', withPart(easy, image), {}, 'strong', 'modality', 'weak cannot read images'],
    ['audio', withPart(hard, audio), {}, 'weak', 'modality', 'strong cannot read audio'],
    ['a file', withPart(hard, file), {}, 'weak', 'modality', 'strong cannot read files'],
    [
      'a long prompt',
      asking(`${easy} ${'word '.repeat(12_000)}`),
      {},
      'strong',
      'context',
      'weak has a context of 8,000 tokens',
    ],
    [
      'prompt and reply together',
      asking(`${easy} ${'word '.repeat(8000)}`, { max_tokens: 900 }),
      {},
      'strong',
      'context',
      'and a reply of up to 900',
    ],
    [
      'a long reply',
      asking(easy, { max_completion_tokens: 2000 }),
      {},
      'strong',
      'output',
      'weak writes at most 1,000 tokens',
    ],
    ['tools', asking(easy, { tools: [tool] }), {}, 'strong', 'tools', 'weak cannot call tools'],
    [
      'a schema',
      asking(easy, { response_format: schema }),
      {},
      'strong',
      'structured-output',
      'weak does not follow a JSON schema',
    ],
    [
      'a region',
      asking(easy),
      { 'x-routellm-region': 'us' },
      'strong',
      'region',
      'weak runs in eu, and the request demands us',
    ],
    [
      'a tag',
      asking(hard),
      { 'x-routellm-tags': 'contract, on-site' },
      'weak',
      'tags',
      'strong lacks the tag on-site',
    ],
  ]
  it.each(needing)('%s', async (_what, body, headers, model, excluded, why) => {
    expect(await answering(body, headers)).toBe(model)
    const decision = await route(body, headers)
    expect(decision).toMatchObject({ model, router: null })
    const other = model === 'strong' ? 'weak' : 'strong'
    expect(decision.candidates).toEqual(
      ['strong', 'weak'].map((name) =>
        expect.objectContaining({ model: name, excluded: name === other ? excluded : null }),
      ),
    )
    expect(decision.explanation.summary).toContain(why)
    expect(decision.explanation.summary).toContain(`, so ${model} answers`)
  })

  it('case 04: an image does not go to the text-only weak model, with text or without', async () => {
    const asked = withPart('What is in this image?', image)
    const textOnly = await startGateway({
      parts: {
        models: [
          { ...strong, modalities: ['text', 'image'] },
          { ...weak, modalities: ['text'] },
        ],
      },
    })
    for (const body of [
      asked,
      asking([image]),
      asking('And the next?', { messages: [...asked.messages, { role: 'user', content: 'And the next?' }] }),
    ]) {
      const reply = await textOnly.chat(body)
      expect(reply.headers.get('x-routellm-model')).toBe('strong')
      expect(reply.headers.get('x-routellm-router')).toBeNull()
      await reply.arrayBuffer()
    }
    await textOnly.close()
  })

  it('a prompt alone is measured too, as /v1/route takes it', async () => {
    expect(await route({ model: 'auto', prompt: `${easy} ${'word '.repeat(12_000)}` })).toMatchObject({
      model: 'strong',
    })
    expect(await route({ model: 'auto', prompt: easy, tools: [tool] })).toMatchObject({ model: 'strong' })
  })

  it('a model asked for by its own name gets what it may not be able to answer', async () => {
    const asked = { ...withPart(easy, image), model: 'weak' }
    expect(await answering(asked)).toBe('weak')
    const { explanation } = await route(asked)
    expect(explanation.summary).toBe(
      'the request names weak itself, so nothing was scored; but weak cannot read images',
    )
  })

  it('but not what demands another region or another tag', async () => {
    const before = gateway.upstream.seen.length
    const reply = await gateway.chat(
      { ...asking(easy), model: 'weak' },
      { headers: { 'x-routellm-region': 'us' } },
    )
    expect(reply.status).toBe(400)
    expect(await reply.json()).toMatchObject({ error: { code: 'no_candidate' } })
    const embedding = await fetch(`${gateway.url}/v1/embeddings`, {
      method: 'POST',
      body: '{"model":"weak","input":"x"}',
      headers: { 'content-type': 'application/json', 'x-routellm-tags': 'audited' },
    })
    expect(embedding.status).toBe(400)
    expect(gateway.upstream.seen).toHaveLength(before)
  })

  it('if no model can answer, it is a 400 that names each and why', async () => {
    const before = gateway.upstream.seen.length
    const body = asking([{ type: 'text', text: easy }, image, audio])
    const reply = await gateway.chat(body)
    expect(reply.status).toBe(400)
    const { error } = (await reply.json()) as { error: { code: string; message: string } }
    expect(error.code).toBe('no_candidate')
    expect(error.message).toContain('strong cannot read audio; weak cannot read images')
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 2 })
    const call = client.chat.completions.create(
      { model: 'auto', messages: [{ role: 'user', content: easy }] },
      { headers: { 'x-routellm-region': 'moon' } },
    )
    await expect(call).rejects.toMatchObject({ status: 400, code: 'no_candidate' })
    expect(gateway.upstream.seen).toHaveLength(before)
  })

  it('the headers of a demand stay here', async () => {
    await answering(asking(easy), { 'x-routellm-region': 'eu', 'x-routellm-tags': 'on-site' })
    expect(Object.keys(gateway.upstream.seen.at(-1)!.headers).join()).not.toMatch(/routellm-(region|tags)/)
  })
})

describe('case 25: a router that fails', () => {
  const failing = routerThat(() => {
    throw new Error('no')
  })

  it('falls to the strong model if that can answer, and else to the weak one', async () => {
    const failed = await startGateway({ parts: { models: [strong, weak], routers: [failing] } })
    const plain = await failed.chat(asking(easy))
    expect(plain.headers.get('x-routellm-model')).toBe('strong')
    expect(plain.headers.get('x-routellm-fallback')).toBe('router-error')
    const spoken = await failed.chat(withPart(easy, audio))
    expect(spoken.headers.get('x-routellm-model')).toBe('weak')
    expect(spoken.status).toBe(200)
    await failed.close()
  })

  it('falls to the strong model for a prompt that may be too long for both, which is then asked', async () => {
    const tight = { contextTokens: 10_000 }
    const failed = await startGateway({
      parts: {
        models: [
          { ...strong, ...tight },
          { ...weak, ...tight },
        ],
        routers: [failing],
      },
    })
    const long = `${easy} ${'word '.repeat(12_000)}`
    const reply = await failed.chat(asking(long))
    expect(reply.headers.get('x-routellm-model')).toBe('strong')
    expect((await failed.chat(asking(long.repeat(3)))).status).toBe(400)
    await failed.close()
    const working = await startGateway({
      parts: {
        models: [
          { ...strong, ...tight },
          { ...weak, ...tight },
        ],
        routers: [wordRouter],
      },
    })
    expect((await working.chat(asking(long))).headers.get('x-routellm-model')).toBe('weak')
    await working.close()
  })
})
