import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientKeyHmac, newClientKey } from '../../../src/config/client-key.ts'
import { parseConfig } from '../../../src/config/parse-config.ts'
import { buildGateway } from '../../../src/gateway/build-gateway.ts'
import type { Gateway } from '../../../src/gateway/gateway.ts'
import { createServer } from '../../../src/server/server.ts'
import type { Server } from '../../../src/server/server-options.ts'
import { sampleTexts } from '../../../src/testing/sample-texts.ts'
import { officialClients } from '../protocols/official-clients.ts'
import { answer, speakingModel } from '../protocols/speaking-model.ts'
import { chunk, event, json, silence, startUpstream, streamAndHold, type Upstream } from '../upstream.ts'
import type { RunningEdge, StartEdge } from './start-edge.ts'

const providerKey = 'sk-provider-planted-key'
const spoken = ['chat-completions', 'messages', 'responses'] as const

/** Stands for a body of 33 MB in the titles of tests. */
const tooLarge = 'too large'

const prompts = [
  ...sampleTexts.map(({ text }) => text),
  'What is the capital of France?',
  'Prove that there are infinitely many primes, and give the contrapositive of each step.',
  'Écris un poème sur la mer, en alexandrins.',
  '请把这句话翻译成英文：今天天气很好。',
  'Write a Rust function that merges two sorted iterators lazily; explain its lifetimes.',
  'hi',
  '🙂',
  'x'.repeat(20_000),
  'Which of these is a mammal? (A) trout (B) whale (C) gecko (D) wasp',
]

/** A configuration whose models answer at one upstream, in each protocol. */
function edgeConfig({ baseUrl }: Upstream) {
  const provider = (protocol: (typeof spoken)[number]) => ({
    kind: 'openai-compatible' as const,
    baseUrl,
    apiKeyEnv: 'UPSTREAM_KEY',
    protocols: [protocol],
  })
  return {
    version: 1 as const,
    providers: Object.fromEntries(spoken.map((protocol) => [protocol, provider(protocol)])),
    models: {
      strong: {
        provider: 'chat-completions',
        upstream: 'big',
        inputUsdPerMillionTokens: 5,
        outputUsdPerMillionTokens: 20,
      },
      weak: {
        provider: 'chat-completions',
        upstream: 'small',
        inputUsdPerMillionTokens: 1,
        outputUsdPerMillionTokens: 2,
      },
      ...Object.fromEntries(
        spoken.map((protocol) => [`by-${protocol}`, { provider: protocol, upstream: 'talker' }]),
      ),
    },
    routers: { mf: {}, length: {}, rules: {}, random: {} },
    auto: { router: 'mf', threshold: 0.4 },
  }
}

type Decided = Readonly<Record<'reason' | 'model' | 'policy' | 'router' | 'threshold' | 'task', unknown>> & {
  readonly candidates: readonly { readonly model: string; readonly usd: number | null }[]
  readonly strongWinRate: number | null
}

export type EdgeCaseOptions = {
  readonly start: StartEdge
  /** A few-label router, trained on this machine. */
  readonly fewLabelFolder: () => string
}

/** What the fetch handler does in every runtime, on real sockets. */
export function describeEdge(runtime: string, { start, fewLabelFolder }: EdgeCaseOptions): void {
  describe(`the fetch handler in ${runtime}`, () => {
    let upstream: Upstream
    let edge: RunningEdge
    let node: Gateway
    let server: Server
    let nodeUrl = ''
    beforeAll(async () => {
      upstream = await startUpstream()
      const config = edgeConfig(upstream)
      const withTrained = (artifact: string) => ({
        ...config,
        routers: { ...config.routers, mine: { artifact } },
        policies: {
          mine: { kind: 'pair' as const, strong: 'strong', weak: 'weak', router: 'mine' },
          cheap: {
            kind: 'cheapest-good-enough' as const,
            candidates: ['strong', 'weak'],
            quality: { strong: 0.9, weak: 0.6 },
            tolerance: 0.05,
          },
        },
      })
      const folder = fewLabelFolder()
      edge = await start({
        config: withTrained('mine'),
        env: { UPSTREAM_KEY: providerKey },
        open: true,
        folders: [folder],
      })
      node = await buildGateway(parseConfig(JSON.stringify(withTrained(folder)), 'routellm.yaml'), {
        apiKeys: {},
        routerDependencies: { embedderOptions: {}, hub: {} },
      })
      server = createServer(node)
      nodeUrl = (await server.listen({ port: 0 })).url
    })
    afterAll(async () => {
      await edge?.close()
      await server?.close()
      await node?.close()
      await upstream?.close()
    })

    const post = (path: string, body: object | string, init: RequestInit = {}) =>
      fetch(`${edge.url}${path}`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
      })
    const ask = (content: string, more: object = {}) => ({
      model: 'auto',
      messages: [{ role: 'user', content }],
      ...more,
    })

    it.each([
      'auto',
      'router-mf-30pct',
      'router-length-0.5',
      'router-rules',
      'router-random-50pct',
      'policy-mine',
      'policy-cheap',
    ])('decides on %s as the server does', async (model) => {
      for (const prompt of prompts) {
        const init = { method: 'POST', body: JSON.stringify({ model, prompt }) }
        const [decided, expected] = (await Promise.all(
          [edge.url, nodeUrl].map(async (url) => (await fetch(`${url}/v1/route`, init)).json()),
        )) as [Decided, Decided]
        for (const key of ['reason', 'model', 'policy', 'router', 'threshold', 'task'] as const)
          expect(decided[key]).toBe(expected[key])
        const costs = ({ candidates }: Decided) => candidates.map(({ model, usd }) => [model, usd])
        expect(costs(decided)).toEqual(costs(expected))
        // Releases of engines round exponentials differently in the last place.
        if (expected.strongWinRate === null) expect(decided.strongWinRate).toBeNull()
        else expect(decided.strongWinRate).toBeCloseTo(expected.strongWinRate, 12)
      }
    })

    it('sends the request with the upstream name and the key, and its decision with the reply', async () => {
      upstream.answer(json({ id: 'x', choices: [] }))
      const response = await post('/v1/chat/completions', ask('hi', { temperature: 0.25 }))
      expect(await response.json()).toEqual({ id: 'x', choices: [] })
      expect(response.headers.get('x-routellm-model')).toBe('weak')
      expect(response.headers.get('x-routellm-router')).toBe('mf')
      expect(response.headers.get('x-routellm-threshold')).toBe('0.4')
      expect(Number(response.headers.get('x-routellm-strong-win-rate'))).toBeLessThan(0.4)
      expect(response.headers.get('x-routellm-request-id')).toMatch(/^rllm-[0-9a-f]{12}-/)
      const { headers, body } = upstream.seen.at(-1)!
      expect(headers.authorization).toBe(`Bearer ${providerKey}`)
      expect(JSON.parse(body.toString())).toEqual(ask('hi', { model: 'small', temperature: 0.25 }))
    })

    describe.each(officialClients)('an official client', (createClient) => {
      it.each(spoken.flatMap((protocol) => [false, true].map((stream) => [protocol, stream] as const)))(
        'calls a tool of a model that speaks %s, stream: %s',
        async (protocol, stream) => {
          upstream.answer(speakingModel)
          const client = createClient(edge.url, `by-${protocol}`)
          const asked = await client.ask('What is 5 + 7?', { stream, tools: true })
          expect(asked.calls).toEqual([{ name: 'add', arguments: { a: 5, b: 7 } }])
          const answered = await client.answerCalls({ stream, tools: true })
          expect(answered.text).toBe(answer)
          expect(answered.tokens).toEqual({ input: 100, cached: 60, output: 30 })
        },
      )
    })

    it('passes a stream on as it comes', async () => {
      upstream.answer(streamAndHold(event(chunk({ role: 'assistant', content: 'one' }))))
      const response = await post('/v1/chat/completions', ask('hi', { stream: true }))
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
      const reader = response.body!.getReader()
      const first = await reader.read()
      expect(Buffer.from(first.value!).toString()).toContain('"one"')
      const held = upstream.seen.at(-1)!.response
      held.end(event(chunk({ content: 'two' })) + event('[DONE]'))
      let rest = ''
      for (let read = await reader.read(); !read.done; read = await reader.read())
        rest += Buffer.from(read.value).toString()
      expect(rest).toContain('"two"')
      expect(rest).toMatch(/data: \[DONE\]\n\n$/)
    })

    it.each([
      ['before the reply', silence, { stream: false }],
      ['before the first event', silence, { stream: true }],
      ['within a stream', streamAndHold(event(chunk({ content: 'one' }))), { stream: true }],
    ])('aborts the upstream when the connection of the client breaks %s', async (_when, respond, more) => {
      upstream.answer(respond)
      const count = upstream.seen.length
      const body = JSON.stringify(ask('hi', more))
      const socket = connect(Number(new URL(edge.url).port), '127.0.0.1').on('error', () => {})
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: edge\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
      while (upstream.seen.length === count) await wait(5)
      const seen = upstream.seen.at(-1)!
      if (respond !== silence) await once(socket, 'data')
      socket.resetAndDestroy()
      await seen.closed
      expect(seen.wasAborted()).toBe(true)
    })

    it('ends a stream that breaks off with an error event and no clean end', async () => {
      upstream.answer(({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(event(chunk({ content: 'one' })), () =>
          setTimeout(() => response.socket?.destroy(), 50),
        )
      })
      const client = new OpenAI({ baseURL: `${edge.url}/v1`, apiKey: 'unused', maxRetries: 0 })
      const stream = await client.chat.completions.create({
        model: 'weak',
        messages: [{ role: 'user', content: 'hi' }],
        stream: true,
      })
      const words: string[] = []
      const reading = (async () => {
        for await (const { choices } of stream) words.push(choices[0]?.delta.content ?? '')
      })()
      await expect(reading).rejects.toThrow(/broke off|closed the connection/)
      expect(words).toEqual(['one'])
    })

    it('lets the strong model answer where the weak one fails', async () => {
      upstream.answer((seen) => {
        const { model } = JSON.parse(seen.body.toString())
        json(
          model === 'small' ? { error: { message: 'down' } } : { id: 'strong one' },
          model === 'small' ? 500 : 200,
        )(seen)
      })
      const response = await post('/v1/chat/completions', ask('hi'))
      expect(response.headers.get('x-routellm-fallback')).toBe('upstream-error')
      expect(await response.json()).toEqual({ id: 'strong one' })
    })

    it('never shows the key of a provider, whatever the upstream says', async () => {
      upstream.answer(json({ error: { message: `Incorrect API key provided: ${providerKey}` } }, 401))
      const response = await post('/v1/chat/completions', ask('hi', { model: 'weak' }))
      expect(response.status).toBe(401)
      const said = await response.text()
      expect(said).toContain('Incorrect API key provided: ***')
      expect(said + edge.log()).not.toContain(providerKey)
    })

    it('answers an upstream that is not there with 502 in the form of the protocol', async () => {
      upstream.answer(({ response }) => response.socket?.destroy())
      const response = await post('/v1/messages', { ...ask('hi', { model: 'by-messages' }), max_tokens: 5 })
      expect(response.status).toBe(502)
      expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'api_error' } })
    })

    it.each([
      ['POST', '/v1/chat/completions', '{', 400, { error: { code: 'bad_json' } }],
      ['POST', '/v1/messages', '{', 400, { type: 'error', error: { type: 'invalid_request_error' } }],
      [
        'POST',
        '/v1/chat/completions',
        '{"model":"router-knn","messages":[{"role":"user","content":"hi"}]}',
        400,
        { error: { code: 'unknown_router' } },
      ],
      ['POST', '/v1/chat/completions', tooLarge, 413, { error: { code: 'body_too_large' } }],
      ['GET', '/v1/responses/resp_1', undefined, 404, { error: { code: 'unknown_url' } }],
      ['GET', '/metrics', undefined, 404, { error: { code: 'unknown_url' } }],
      ['PUT', '/v1/models', undefined, 405, { error: { code: 'method_not_allowed' } }],
      ['GET', '/v1/models/nobody', undefined, 404, { error: { code: 'model_not_found' } }],
    ])('%s %s with %j', async (method, path, body, status, expected) => {
      const sent = body === tooLarge ? JSON.stringify(ask('x'.repeat(33 << 20))) : body
      const response = await fetch(`${edge.url}${path}`, {
        method,
        ...(sent !== undefined && { body: sent }),
      })
      expect(response.status).toBe(status)
      expect(await response.json()).toMatchObject(expected)
    })

    it.each([
      ['another origin', { origin: 'https://page.example' }, 403],
      ['another origin, as browsers say', { 'sec-fetch-site': 'cross-site' }, 403],
      [
        'its own origin behind a proxy',
        { origin: 'https://page.example', 'sec-fetch-site': 'same-origin' },
        200,
      ],
    ])('answers a page of %s', async (_which, headers, status) => {
      upstream.answer(json({ id: 'x', choices: [] }))
      const count = upstream.seen.length
      const response = await post('/v1/chat/completions', ask('hi', { model: 'weak' }), { headers })
      expect(response.status).toBe(status)
      expect(upstream.seen.length - count).toBe(status === 200 ? 1 : 0)
      if (status === 403) expect(await response.json()).toMatchObject({ error: { code: 'foreign_origin' } })
    })

    it('answers an upstream whose status no Response has', async () => {
      upstream.answer(json({ error: { message: 'odd' } }, 999))
      const response = await post('/v1/chat/completions', ask('hi', { model: 'weak' }))
      expect(response.status).toBe(502)
    })

    it('lists the models in the form of the client', async () => {
      const openai = new OpenAI({ baseURL: `${edge.url}/v1`, apiKey: 'unused' })
      const names = (await openai.models.list()).data.map(({ id }) => id)
      expect(names).toEqual(node.models().map(({ id }) => id))
      const response = await fetch(`${edge.url}/v1/models`, {
        headers: { 'anthropic-version': '2023-06-01' },
      })
      expect(await response.json()).toMatchObject({ has_more: false, first_id: 'auto' })
      expect(await (await fetch(`${edge.url}/health`)).json()).toMatchObject({ status: 'ok' })
    })

    it('reads a compressed body', async () => {
      upstream.answer(json({ id: 'x', choices: [] }))
      const compressed = new Response(
        new Blob([JSON.stringify(ask('hi'))]).stream().pipeThrough(new CompressionStream('gzip')),
      )
      const response = await post('/v1/chat/completions', '', {
        body: await compressed.arrayBuffer(),
        headers: { 'content-encoding': 'gzip' },
      })
      expect(response.status).toBe(200)
      const refused = await post('/v1/chat/completions', 'xx', { headers: { 'content-encoding': 'gzip' } })
      expect(await refused.json()).toMatchObject({ error: { code: 'bad_encoding' } })
    })
  })

  describe(`the fetch handler with client keys in ${runtime}`, () => {
    const key = newClientKey()
    const limited = newClientKey()
    let upstream: Upstream
    let edge: RunningEdge
    beforeAll(async () => {
      upstream = await startUpstream()
      edge = await start({
        config: {
          ...edgeConfig(upstream),
          server: { clientKeys: [clientKeyHmac(key)] },
          keys: { web: { hmac: clientKeyHmac(limited), models: ['weak'] } },
        },
        env: { UPSTREAM_KEY: providerKey },
      })
    })
    afterAll(async () => {
      await edge?.close()
      await upstream?.close()
    })

    it.each([
      ['no key', {}, 401],
      ['another key', { authorization: `Bearer ${newClientKey()}` }, 401],
      ['a key as a bearer', { authorization: `Bearer ${key}` }, 200],
      ['a key as x-api-key', { 'x-api-key': key }, 200],
    ])('answers a request with %s', async (_what, headers, status) => {
      const body = JSON.stringify({ model: 'strong', messages: [{ role: 'user', content: 'hi' }] })
      const response = await fetch(`${edge.url}/v1/chat/completions`, { method: 'POST', body, headers })
      expect(response.status).toBe(status)
      if (status === 401) expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key' } })
      else expect(upstream.seen.at(-1)!.headers.authorization).toBe(`Bearer ${providerKey}`)
    })

    it('keeps a key to its models', async () => {
      const body = JSON.stringify({ model: 'strong', messages: [{ role: 'user', content: 'hi' }] })
      const headers = { authorization: `Bearer ${limited}` }
      const response = await fetch(`${edge.url}/v1/chat/completions`, { method: 'POST', body, headers })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ error: { code: 'not_allowed' } })
    })
  })
}
