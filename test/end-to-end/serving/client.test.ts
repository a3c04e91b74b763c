import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { RouteLLM, type RouteLLMOptions } from '../../../src/client/index.ts'
import {
  ArtifactError,
  ConfigError,
  InvalidRequestError,
  loadRouterArtifact,
  RouteLLMError,
  saveRouterArtifact,
} from '../../../src/index.ts'
import { json, type RecordingUpstream, startUpstream } from '../../support/servers/recording-upstream.ts'

// The length router's win rate rises with length, so these two are far apart whatever its calibration.
const easy = 'Hi'
const hard = 'Explain every step of it in detail. '.repeat(200)
const model = 'router-length-0.5'
const builtinArtifact = fileURLToPath(new URL('../../../artifacts/builtin/', import.meta.url))

let strong: RecordingUpstream
let weak: RecordingUpstream

beforeEach(async () => {
  ;[strong, weak] = await Promise.all([startUpstream('strong'), startUpstream('weak')])
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all([strong.close(), weak.close()])
})

/** Strong at the client's own base URL, weak at another provider with a key of its own. */
function connected(options: Partial<RouteLLMOptions> = {}): RouteLLM {
  return new RouteLLM({
    routers: ['length', 'random'],
    strongModel: 'openai/gpt-5',
    weakModel: 'local/llama3.1',
    baseURL: strong.baseURL,
    apiKey: 'strong-key',
    providers: { local: { baseURL: weak.baseURL, apiKey: 'weak-key' } },
    ...options,
  })
}

function user(content: string) {
  return [{ role: 'user' as const, content }]
}

/** Answers at once with an error that says not to wait before the retry. */
function failWith(status: number) {
  return (response: Parameters<typeof json>[0]) =>
    json(response, status, { error: { message: 'no' } }, { 'retry-after-ms': '1' })
}

describe('a routed call', () => {
  it('goes to the model, base URL and key that the decision names', async () => {
    const client = connected()
    const [one, other] = [
      await client.chat.completions.create({ model, messages: user(hard), temperature: 0.3 }),
      await client.chat.completions.create({ model, messages: user(easy) }),
    ]
    expect([one.choices[0]?.message.content, other.choices[0]?.message.content]).toEqual([
      'from strong',
      'from weak',
    ])
    expect(strong.seen).toHaveLength(1)
    expect(strong.seen[0]).toMatchObject({
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer strong-key' },
      body: { model: 'gpt-5', messages: user(hard), temperature: 0.3 },
    })
    expect(weak.seen).toHaveLength(1)
    expect(weak.seen[0]).toMatchObject({
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer weak-key' },
      body: { model: 'llama3.1', messages: user(easy) },
    })
  })

  it('leaves the request object of the caller as it was', async () => {
    const request = { model, messages: user(easy) }
    await connected().chat.completions.create(request)
    expect(request).toEqual({ model, messages: user(easy) })
  })

  it.each(['auto', 'router-length-50pct', 'router-random-0'])('understands %s', async (name) => {
    const reply = await connected().chat.completions.create({ model: name, messages: user(hard) })
    expect(reply.choices[0]?.message.content).toBe('from strong')
  })

  it('says in the response headers what was decided', async () => {
    const { data, response } = await connected()
      .chat.completions.create({ model, messages: user(easy) })
      .withResponse()
    expect(data.choices[0]?.message.content).toBe('from weak')
    expect(response.headers.get('x-routellm-model')).toBe('local/llama3.1')
    expect(response.headers.get('x-routellm-router')).toBe('length')
    expect(response.headers.get('x-routellm-threshold')).toBe('0.5')
    expect(Number(response.headers.get('x-routellm-strong-win-rate'))).toBeLessThan(0.5)
    expect(response.headers.get('content-type')).toBe('application/json')
    // Nothing of it is on the wire.
    expect(Object.keys(weak.seen[0]?.headers ?? {}).filter((name) => name.startsWith('x-routellm'))).toEqual(
      [],
    )
  })

  it('answers after one upstream call if a model has a name that no header can carry', async () => {
    const client = connected({ weakModel: 'local/模型 100%', maxRetries: 2 })
    const { data, response } = await client.chat.completions
      .create({ model, messages: user(easy) })
      .withResponse()
    expect(data.choices[0]?.message.content).toBe('from weak')
    expect(weak.seen).toMatchObject([{ body: { model: '模型 100%' } }])
    expect(decodeURIComponent(response.headers.get('x-routellm-model') ?? '')).toBe('local/模型 100%')
  })

  it('streams', async () => {
    const stream = await connected().chat.completions.create({ model, messages: user(easy), stream: true })
    let text = ''
    for await (const part of stream) text += part.choices[0]?.delta.content ?? ''
    expect(text).toBe('from weak')
    expect(weak.seen[0]?.body).toMatchObject({ stream: true, model: 'llama3.1' })
  })

  it('streams through the stream helper', async () => {
    const final = await connected()
      .chat.completions.stream({ model, messages: user(easy) })
      .finalContent()
    expect(final).toBe('from weak')
  })

  it('runs tools, each turn routed', async () => {
    const added: number[] = []
    const runner = connected().chat.completions.runTools({
      model,
      messages: user(hard),
      tools: [
        {
          type: 'function',
          function: {
            name: 'add',
            description: 'adds',
            parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } },
            parse: JSON.parse,
            function: ({ a, b }: { a: number; b: number }) => {
              added.push(a + b)
              return String(a + b)
            },
          },
        },
      ],
    })
    expect(await runner.finalContent()).toBe('from strong')
    expect(added).toEqual([3])
    expect(strong.seen.map(({ body }) => body.model)).toEqual(['gpt-5', 'gpt-5'])
    expect(strong.seen[0]?.body).toHaveProperty('tools')
  })

  it('parses', async () => {
    const reply = await connected().chat.completions.parse({ model, messages: user(easy) })
    expect(reply.choices[0]?.message.content).toBe('from weak')
  })
})

describe('other calls', () => {
  it('pass through untouched', async () => {
    const client = connected()
    await client.chat.completions.create({ model: 'gpt-4o-mini', messages: user(easy) })
    await client.embeddings
      .create({ model: 'text-embedding-3-small', input: 'x', encoding_format: 'float' })
      .catch(() => {})
    await client.get('/models?after=x')
    expect(strong.seen.map(({ url, body }) => [url, body.model])).toEqual([
      ['/v1/chat/completions', 'gpt-4o-mini'],
      ['/v1/embeddings', 'text-embedding-3-small'],
      ['/v1/models?after=x', undefined],
    ])
    expect(weak.seen).toEqual([])
  })

  it('reach either model of the pair by its name, without a router', async () => {
    const client = connected({ routers: ['/nowhere/at-all'] })
    await client.chat.completions.create({ model: 'local/llama3.1', messages: user(hard) })
    expect(weak.seen[0]).toMatchObject({
      headers: { authorization: 'Bearer weak-key' },
      body: { model: 'llama3.1' },
    })
  })
})

describe('keys', () => {
  it('of one provider never go to another', async () => {
    const client = connected({
      organization: 'org-own',
      project: 'proj-own',
      defaultHeaders: { Authorization: 'Bearer planted', 'x-api-key': 'planted', 'x-team': 'a' },
      defaultQuery: { token: 'planted' },
      providers: { local: { baseURL: weak.baseURL } },
    })
    await client.chat.completions.create(
      { model, messages: user(easy) },
      { headers: { authorization: 'Bearer planted' } },
    )
    expect(weak.seen[0]?.headers.authorization).toBeUndefined()
    expect(weak.seen[0]?.headers['x-team']).toBe('a')
    expect(JSON.stringify(weak.seen)).not.toMatch(/planted|strong-key|org-own|proj-own/)
  })

  it('of a function are asked for the own base URL only', async () => {
    const apiKey = vi.fn(async () => 'rotated')
    const client = connected({ apiKey })
    await client.chat.completions.create({ model, messages: user(easy) })
    expect(apiKey).not.toHaveBeenCalled()
    await client.chat.completions.create({ model, messages: user(hard) })
    expect(strong.seen[0]?.headers.authorization).toBe('Bearer rotated')
  })

  it('are not needed to construct, to route, to score, or to call a provider without one', async () => {
    vi.stubEnv('OPENAI_API_KEY', undefined)
    vi.stubEnv('OPENAI_ADMIN_KEY', undefined)
    const client = connected({ apiKey: null, providers: { local: { baseURL: weak.baseURL } } })
    expect(client.apiKey).toBeNull()
    expect((await client.route({ model, prompt: hard })).model).toBe('openai/gpt-5')
    expect(await client.scoreMany([easy, hard])).toHaveLength(2)
    await client.chat.completions.create({ model, messages: user(easy) })
    expect(weak.seen[0]?.headers.authorization).toBeUndefined()
    const call = client.chat.completions.create({ model, messages: user(hard) })
    await expect(call).rejects.toMatchObject({
      code: 'missing-api-key',
      message: expect.stringContaining(strong.baseURL),
    })
    await expect(call).rejects.toBeInstanceOf(RouteLLMError)
    const child = client.withOptions({ maxRetries: 0 })
    await expect(child.chat.completions.create({ model, messages: user(hard) })).rejects.toMatchObject({
      code: 'missing-api-key',
    })
    expect(strong.seen).toEqual([])
    await client.withOptions({ apiKey: 'late' }).chat.completions.create({ model, messages: user(hard) })
    expect(strong.seen[0]?.headers.authorization).toBe('Bearer late')
  })

  it('come from the environment as in the base class', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'from-environment')
    vi.stubEnv('OPENAI_BASE_URL', strong.baseURL)
    const client = new RouteLLM({ routers: ['length'], strongModel: 'gpt-5', weakModel: 'gpt-5-nano' })
    await client.chat.completions.create({ model, messages: user(easy) })
    expect(strong.seen[0]).toMatchObject({
      headers: { authorization: 'Bearer from-environment' },
      body: { model: 'gpt-5-nano' },
    })
  })
})

describe('close', () => {
  it('before anything was loaded is nothing; afterwards routers load again when they are needed', async () => {
    const client = connected()
    await client.close()
    const [before] = await client.scoreMany([hard])
    await client.close()
    await client.withOptions({ maxRetries: 0 }).close()
    expect((await client.scoreMany([hard]))[0]).toBe(before)
    await client.chat.completions.create({ model, messages: user(hard) })
    expect(strong.seen).toHaveLength(1)
  })
})

describe('retries, timeouts and aborts', () => {
  it.each([429, 500])('retries %i as often as the base class, and decides once', async (status) => {
    const base = new OpenAI({ baseURL: weak.baseURL, apiKey: 'k', maxRetries: 2 })
    weak.next.push(failWith(status), failWith(status), failWith(status))
    await expect(base.chat.completions.create({ model: 'm', messages: user(easy) })).rejects.toMatchObject({
      status,
    })
    const attempts = weak.seen.length
    weak.seen.length = 0

    const client = connected({ maxRetries: 2 })
    weak.next.push(failWith(status), failWith(status), failWith(status))
    await expect(client.chat.completions.create({ model, messages: user(easy) })).rejects.toMatchObject({
      status,
    })
    expect(weak.seen).toHaveLength(attempts)
    expect(weak.seen.map(({ body, headers }) => [body.model, headers.authorization])).toEqual(
      Array(attempts).fill(['llama3.1', 'Bearer weak-key']),
    )
  })

  it('succeeds on a retry, with the decision in its headers', async () => {
    weak.next.push(failWith(500))
    const { data, response } = await connected()
      .chat.completions.create({ model, messages: user(easy) })
      .withResponse()
    expect(data.choices[0]?.message.content).toBe('from weak')
    expect(response.headers.get('x-routellm-router')).toBe('length')
    expect(weak.seen).toHaveLength(2)
  })

  it('keeps options of one request', async () => {
    weak.next.push(failWith(500))
    const call = connected().chat.completions.create({ model, messages: user(easy) }, { maxRetries: 0 })
    await expect(call).rejects.toMatchObject({ status: 500 })
    expect(weak.seen).toHaveLength(1)
  })

  it('times out as the base class does', async () => {
    weak.next.push(() => {})
    const call = connected({ timeout: 1000, maxRetries: 0 }).chat.completions.create({
      model,
      messages: user(easy),
    })
    await expect(call).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError)
    await weak.aborted()
  })

  it('aborts the upstream request', async () => {
    const controller = new AbortController()
    const arrived = new Promise<void>((resolve) => weak.next.push(() => resolve()))
    const call = connected().chat.completions.create(
      { model, messages: user(easy) },
      { signal: controller.signal },
    )
    await arrived
    controller.abort()
    await expect(call).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    await weak.aborted()
  })

  it('sends nothing for a call that was aborted before', async () => {
    const call = connected().chat.completions.create(
      { model, messages: user(easy) },
      { signal: AbortSignal.abort() },
    )
    await expect(call).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
    expect(weak.seen).toEqual([])
  })

  it('aborts a stream', async () => {
    weak.next.push((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(
        'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[]}\n\n',
      )
    })
    const stream = await connected().chat.completions.create({ model, messages: user(easy), stream: true })
    for await (const _ of stream) stream.controller.abort()
    await weak.aborted()
  })
})

describe('withOptions', () => {
  it('gives a RouteLLM that routes once, with the new options', async () => {
    const fetches: string[] = []
    const client = connected({
      fetch: (url, init) => {
        fetches.push(String(url))
        return fetch(url, init)
      },
    })
    const child = client
      .withOptions({ maxRetries: 0, defaultHeaders: { 'x-child': 'yes' } })
      .withOptions({ timeout: 5_000 })
    expect(child).toBeInstanceOf(RouteLLM)
    // The same fetch: a child of a child is not wrapped once more.
    expect(Reflect.get(child, 'fetch')).toBe(Reflect.get(client, 'fetch'))
    const { response } = await child.chat.completions.create({ model, messages: user(easy) }).withResponse()
    expect(fetches).toHaveLength(1)
    expect(weak.seen).toHaveLength(1)
    expect(weak.seen[0]).toMatchObject({ headers: { 'x-child': 'yes', authorization: 'Bearer weak-key' } })
    expect(response.headers.get('x-routellm-model')).toBe('local/llama3.1')
  })
})

describe('route and scoreMany', () => {
  it('explain a decision on a prompt or on messages', async () => {
    const client = connected()
    const [byPrompt, byMessages] = [
      await client.route({ model, prompt: hard }),
      await client.route({ model, messages: user(hard) }),
    ]
    const { session, ...alone } = byMessages
    expect(byPrompt).toEqual(alone)
    expect(session).toMatchObject({ turn: 1, kept: null })
    expect(byPrompt).toMatchObject({
      reason: 'routed',
      model: 'openai/gpt-5',
      router: 'length',
      threshold: 0.5,
    })
    expect(byPrompt.explanation.flipsAt).toBe(byPrompt.strongWinRate)
    expect(await client.route({ model: 'gpt-4o', prompt: hard })).toMatchObject({
      reason: 'fixed-model',
      model: 'gpt-4o',
    })
  })

  it('score with the first router, or with the one that is named', async () => {
    const client = connected()
    const winRates = await client.scoreMany([easy, hard, easy])
    expect(winRates).toBeInstanceOf(Float64Array)
    expect(winRates[0]).toBe(winRates[2])
    expect(winRates[1]).toBeGreaterThan(winRates[0] ?? 1)
    expect(await client.scoreMany([easy], { router: 'random' })).not.toEqual(await client.scoreMany([easy]))
    await expect(client.scoreMany([easy], { router: 'mff' })).rejects.toMatchObject({
      code: 'unknown-router',
    })
  })
})

describe('what is wrong is said', () => {
  it.each([
    ['router-lenght-0.5', 'unknown-router', 'length'],
    ['router-length-50', 'bad-threshold', 'router-length-50pct'],
    ['router-length-short', 'bad-threshold', 'there is no router "length-short"'],
  ])('%s', async (name, code, says) => {
    const call = connected().chat.completions.create({ model: name, messages: user(easy) })
    await expect(call).rejects.toBeInstanceOf(InvalidRequestError)
    await expect(call).rejects.toMatchObject({ code, message: expect.stringContaining(says) })
    expect([...strong.seen, ...weak.seen]).toEqual([])
  })

  it('of a router that cannot be loaded, on every call', async () => {
    const client = connected({ routers: ['/nowhere/my-router'] })
    for (let call = 0; call < 2; call++)
      await expect(client.route({ model: 'auto', prompt: easy })).rejects.toMatchObject({
        message: expect.stringContaining('/nowhere/my-router'),
      })
  })

  it('and a router that can be loaded later is loaded then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'routellm-client-'))
    const router = join(folder, 'my-router')
    const client = connected({ routers: [router] })
    await expect(client.route({ model: 'auto', prompt: easy })).rejects.toBeInstanceOf(ArtifactError)
    await saveRouterArtifact(router, await loadRouterArtifact(builtinArtifact))
    expect(await client.route({ model: 'auto', prompt: easy })).toMatchObject({ router: 'my-router' })
    await rm(folder, { recursive: true })
  })

  it.each([
    ['one model', { weakModel: 'openai/gpt-5' }, 'a pair needs two models'],
    ['no model', { strongModel: '' }, 'strongModel is missing'],
    [
      'a base URL without scheme',
      { providers: { local: { baseURL: 'localhost:1' } } },
      'providers.local.baseURL',
    ],
  ])('%s at construction', (_what, options, says) => {
    expect(() => connected(options)).toThrow(ConfigError)
    expect(() => connected(options)).toThrow(says)
  })
})

describe('types', () => {
  it('are those of the official client', () => {
    expectTypeOf<RouteLLM>().toExtend<OpenAI>()
    expectTypeOf<RouteLLM['chat']['completions']['create']>().toEqualTypeOf<
      OpenAI['chat']['completions']['create']
    >()
    expectTypeOf<ReturnType<RouteLLM['withOptions']>>().toExtend<RouteLLM>()
    const asOpenAI: OpenAI = connected()
    expect(asOpenAI).toBeInstanceOf(OpenAI)
  })
})
