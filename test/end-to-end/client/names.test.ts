import type OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RouteLLM, type RouteLLMOptions } from '../../../src/client/index.ts'
import { ConfigError, InvalidRequestError } from '../../../src/index.ts'

/** A request as `fetch` got it. */
type Sent = { readonly url: string; readonly model: unknown; readonly authorization: string | null }

let sent: Sent[]

beforeEach(() => {
  sent = []
  vi.stubEnv('OPENAI_BASE_URL', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

async function record(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  // The official client looks at the class of a response before it sends a form.
  if (String(url) === 'data:,') return new Response()
  const { body } = init
  const model =
    body instanceof FormData ? body.get('model') : JSON.parse(typeof body === 'string' ? body : '{}').model
  sent.push({ url: String(url), model, authorization: new Headers(init.headers).get('authorization') })
  return Response.json({ id: 'x', object: 'x', data: [], choices: [], output: [] })
}

const local = { baseURL: 'http://127.0.0.1:11434/v1', apiKey: 'local-key' }

function clientOf(options: Partial<RouteLLMOptions> = {}): RouteLLM {
  return new RouteLLM({
    routers: ['length'],
    strongModel: 'openai/gpt-5',
    weakModel: 'local/llama3.1',
    providers: { local },
    apiKey: 'own-key',
    maxRetries: 0,
    fetch: record,
    ...options,
  })
}

const messages = [{ role: 'user' as const, content: 'Hi' }]
const file = new File(['a'], 'a.wav')

/** Every endpoint of the official client that sends something of the user's to a model by its name. */
const endpoints: Readonly<Record<string, (client: OpenAI, model: string) => PromiseLike<unknown>>> = {
  '/chat/completions': (client, model) => client.chat.completions.create({ model, messages }),
  '/completions': (client, model) => client.completions.create({ model, prompt: 'Hi' }),
  '/embeddings': (client, model) =>
    client.embeddings.create({ model, input: 'Hi', encoding_format: 'float' }),
  '/responses': (client, model) => client.responses.create({ model, input: 'Hi' }),
  '/moderations': (client, model) => client.moderations.create({ model, input: 'Hi' }),
  '/images/generations': (client, model) => client.images.generate({ model, prompt: 'Hi' }),
  '/images/edits': (client, model) => client.images.edit({ model, prompt: 'Hi', image: file }),
  '/audio/speech': (client, model) => client.audio.speech.create({ model, input: 'Hi', voice: 'alloy' }),
  '/audio/transcriptions': (client, model) => client.audio.transcriptions.create({ model, file }),
  '/audio/translations': (client, model) => client.audio.translations.create({ model, file }),
}

describe('a model name on every endpoint', () => {
  it.each(Object.keys(endpoints))('%s reaches the provider that its prefix names', async (path) => {
    await endpoints[path]?.(clientOf(), 'local/nomic-embed-text:v1.5')
    expect(sent).toEqual([
      {
        url: `${local.baseURL}${path}`,
        model: 'nomic-embed-text:v1.5',
        authorization: 'Bearer local-key',
      },
    ])
  })

  it.each(Object.keys(endpoints))('%s takes a bare name to the own base URL', async (path) => {
    await endpoints[path]?.(clientOf(), 'gpt-4o-mini')
    await endpoints[path]?.(clientOf(), 'openai/gpt-4o-mini')
    const own = {
      url: `https://api.openai.com/v1${path}`,
      model: 'gpt-4o-mini',
      authorization: 'Bearer own-key',
    }
    expect(sent).toEqual([own, own])
  })

  it.each(Object.keys(endpoints))('%s sends nothing for a prefix that is no provider', async (path) => {
    const call = endpoints[path]?.(clientOf(), 'vllm/llama3.1')
    await expect(call).rejects.toMatchObject({
      code: 'unknown-provider',
      message: expect.stringContaining('no provider "vllm" is configured'),
    })
    expect(sent).toEqual([])
  })

  it.each(Object.keys(endpoints))(
    '%s sends nothing to elsewhere for a model of another provider',
    async (path) => {
      const call = endpoints[path]?.(clientOf(), 'llama3.1')
      await expect(call).rejects.toThrow('Did you mean "local/llama3.1"?')
      expect(sent).toEqual([])
    },
  )

  it.each(Object.keys(endpoints).filter((path) => path !== '/chat/completions'))(
    '%s refuses routers and policies',
    async (path) => {
      for (const model of ['auto', 'router-length-0.5', 'router-length', 'policy-frugal'])
        await expect(endpoints[path]?.(clientOf(), model)).rejects.toMatchObject({
          code: 'router-not-supported',
        })
      expect(sent).toEqual([])
    },
  )

  it('is resolved in the path of a model too', async () => {
    const client = clientOf()
    await client.models.retrieve('local/hf.co/x:Q4_K_M')
    await client.models.retrieve('gpt-5')
    await expect(client.models.retrieve('vllm/x')).rejects.toBeInstanceOf(InvalidRequestError)
    expect(sent.map(({ url }) => url)).toEqual([
      `${local.baseURL}/models/hf.co%2Fx%3AQ4_K_M`,
      'https://api.openai.com/v1/models/gpt-5',
    ])
  })

  it('is left alone in a request to an absolute URL', async () => {
    await clientOf().post('https://example.com/any', { body: { model: 'vllm/x' } })
    expect(sent).toMatchObject([{ url: 'https://example.com/any', model: 'vllm/x' }])
  })
})

describe('the names of the pair', () => {
  it('are sent as they are written to an own base URL without providers', async () => {
    const client = new RouteLLM({
      routers: ['length'],
      strongModel: 'openai/gpt-oss-120b',
      weakModel: 'anthropic/claude-haiku',
      baseURL: 'https://openrouter.ai/api/v1',
      apiKey: 'k',
      maxRetries: 0,
      fetch: record,
    })
    await client.chat.completions.create({ model: 'router-length-0', messages })
    await client.chat.completions.create({ model: 'router-length-1', messages })
    await client.withOptions({ timeout: 1000 }).embeddings.create({ model: 'nomic/embed', input: 'x' })
    expect(sent.map(({ model }) => model)).toEqual([
      'openai/gpt-oss-120b',
      'anthropic/claude-haiku',
      'nomic/embed',
    ])
  })

  it('are so for a base URL of the environment', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'https://api.groq.com/openai/v1')
    const client = clientOf({ weakModel: 'openai/gpt-oss-20b', providers: {} })
    await client.chat.completions.create({ model: 'router-length-0', messages })
    expect(sent).toMatchObject([
      { url: 'https://api.groq.com/openai/v1/chat/completions', model: 'openai/gpt-5' },
    ])
  })

  it.each<[string, Partial<RouteLLMOptions>, string]>([
    ['without providers', { providers: {} }, 'weakModel local/llama3.1: no provider "local" is configured'],
    ['beside other providers', { strongModel: 'anthropic/opus' }, 'no provider "anthropic" is configured'],
    ['one model written twice', { weakModel: 'gpt-5' }, 'a pair needs two models'],
  ])('are refused at construction: %s', (_what, options, says) => {
    expect(() => clientOf(options)).toThrow(ConfigError)
    expect(() => clientOf(options)).toThrow(says)
  })

  it('share the routers of the client that withOptions was called on', async () => {
    const client = clientOf()
    const child = client.withOptions({ timeout: 1000 })
    expect(await child.scoreMany(['Hi'])).toEqual(await client.scoreMany(['Hi']))
    expect((await child.route({ model: 'local/llama3.1', prompt: 'Hi' })).model).toBe('local/llama3.1')
  })
})
