import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type GatewayUnderTest,
  inFlightSeries,
  providerKey,
  routerThat,
  startGateway,
  userMessage,
} from '../../support/gateway-under-test.ts'
import { chunk, completion, event, json, stream, streamOf } from '../../support/upstream.ts'

describe('chat completions', () => {
  let gateway: GatewayUnderTest
  let client: OpenAI
  beforeEach(async () => {
    gateway = await startGateway({ parts: { taskReader: { taskOf: () => 'translation', read: () => null } } })
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-client-planted-key', maxRetries: 0 })
  })
  afterEach(() => gateway.close())

  /** The body that the upstream got for a request that was sent as this text. */
  async function upstreamBodyOf(text: string): Promise<string> {
    expect((await gateway.chat(text)).status).toBe(200)
    return (await gateway.upstream.next()).body.toString()
  }

  it.each([
    ['router-words-0.5', 'a hard question', 'big-model', 'strong'],
    ['router-words-0.5', 'hello', 'small-model', 'weak'],
    ['router-words-0.1', 'hello', 'big-model', 'strong'], // equal is strong
    ['router-words-0.91', 'a hard question', 'small-model', 'weak'],
    ['router-words-95pct', 'hello', 'big-model', 'strong'],
    ['router-words-50pct', 'hello', 'small-model', 'weak'],
    ['auto', 'a hard question', 'big-model', 'strong'],
  ])('%s, "%s" → %s', async (model, content, upstreamModel, name) => {
    const { data, response } = await client.chat.completions
      .create({ model, messages: [{ role: 'user', content }] })
      .withResponse()
    expect(data.choices[0]?.message.content).toBe('Hello, 北京 🙂')
    expect(response.headers.get('x-routellm-model')).toBe(name)
    expect(JSON.parse((await gateway.upstream.next()).body.toString()).model).toBe(upstreamModel)
  })

  it('says in headers what was decided, on JSON and on streams', async () => {
    const expectHeaders = (headers: Headers) => {
      expect(headers.get('x-routellm-request-id')).toMatch(/^rllm-[0-9a-f]{12}-[0-9a-z]+$/)
      expect(headers.get('x-routellm-model')).toBe('strong')
      expect(headers.get('x-routellm-router')).toBe('words')
      expect(headers.get('x-routellm-threshold')).toBe('0.25')
      expect(headers.get('x-routellm-strong-win-rate')).toBe('0.9')
      expect(Number(headers.get('x-routellm-overhead-ms'))).toBeGreaterThan(0)
      expect(headers.get('x-routellm-fallback')).toBeNull()
    }
    const request = { ...userMessage('hard'), model: 'router-words-0.25' }
    const first = await gateway.chat(request)
    expectHeaders(first.headers)
    gateway.upstream.answer(stream(streamOf(['a'])))
    const second = await gateway.chat({ ...request, stream: true })
    expectHeaders(second.headers)
    expect(second.headers.get('x-routellm-request-id')).not.toBe(first.headers.get('x-routellm-request-id'))
    await Promise.all([first.text(), second.text()])
  })

  it.each([
    ['strong', 'big-model', 'strong'],
    ['main/some/model:tag', 'some/model:tag', 'main/some/model:tag'],
    ['main/größe\r\nx: y', 'größe\r\nx: y', 'main/gr%c3%b6%c3%9fe%0d%0ax:%20y'],
  ])('a model of its own name: %s', async (model, upstreamModel, header) => {
    const reply = await gateway.chat({ ...userMessage('hard'), model })
    expect(reply.status).toBe(200)
    expect(reply.headers.get('x-routellm-model')).toBe(header)
    expect(reply.headers.get('x-routellm-router')).toBeNull()
    expect(JSON.parse((await gateway.upstream.next()).body.toString()).model).toBe(upstreamModel)
  })

  it('case 26: unknown and future fields of the request survive byte for byte', async () => {
    const request = String.raw`{ "x_future" : {"model":"inner","big":123456789012345678901234567890,"one":1.0},
      "messages":[{"role":"user","content":"h\u0069 \"model\":\"x\"","x":null}],"temperature":1e0,
      "tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"seed":1,"seed":2, "model" : "auto" }`
    expect(await upstreamBodyOf(request)).toBe(request.replace('"model" : "auto"', '"model" : "small-model"'))
  })

  it('case 26: the reply reaches the client byte for byte, its model’s name included', async () => {
    const reply =
      '{"id":"x", "n":1.0, "big":123456789012345678901234567890,\n "model":"upstream-model","x_new":[{}]}'
    gateway.upstream.answer(({ response }) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'x-request-id': 'req_1',
        'x-new-header': 'yes',
      })
      response.end(reply)
    })
    const received = await gateway.chat(userMessage('hi'))
    expect(await received.text()).toBe(reply)
    expect(received.headers.get('x-request-id')).toBe('req_1')
    expect(received.headers.get('x-new-header')).toBe('yes')
  })

  it('case 26: index of tool calls and finish_reason survive a stream', async () => {
    const call = (index: number, part: string) => ({ tool_calls: [{ index, function: { arguments: part } }] })
    const events = [call(0, '{"a"'), call(1, '{"b"'), call(0, ':1}'), call(1, ':2}')].map((delta) =>
      chunk(delta),
    )
    gateway.upstream.answer(
      stream([...events, chunk({}, 'tool_calls')].map(event).join('') + event('[DONE]')),
    )
    const reply = await client.chat.completions.create({
      model: 'auto',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    })
    const parts: [number, string][] = []
    let finish: string | null = null
    for await (const { choices } of reply) {
      for (const { index, function: called } of choices[0]?.delta.tool_calls ?? []) {
        parts.push([index, called?.arguments ?? ''])
      }
      finish = choices[0]?.finish_reason ?? finish
    }
    expect(parts).toEqual([
      [0, '{"a"'],
      [1, '{"b"'],
      [0, ':1}'],
      [1, ':2}'],
    ])
    expect(finish).toBe('tool_calls')
  })

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['an image alone', [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]],
    ['audio alone', [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }]],
    ['a file alone', [{ type: 'file', file: { file_id: 'file-1' } }]],
    ['parts of a kind yet to come', [{ type: 'hologram', hologram: {} }, null, 5]],
  ])('case 29: content that is %s is routed on no text and sent whole', async (_name, content) => {
    const request = JSON.stringify(userMessage(content))
    expect(await upstreamBodyOf(request)).toBe(request.replace('"auto"', '"small-model"'))
  })

  it('case 29: content parts are routed on the text there is', async () => {
    const content = [
      { type: 'text', text: 'a hard' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      { type: 'text', text: 'question' },
    ]
    const reply = await gateway.chat(userMessage(content))
    expect(reply.headers.get('x-routellm-model')).toBe('strong')
    await reply.text()
  })

  it('case 27: an 8 MB image goes through and is not logged', async () => {
    const url = `data:image/png;base64,${'A'.repeat(8 << 20)}`
    const request = JSON.stringify(userMessage([{ type: 'image_url', image_url: { url } }]))
    const body = await upstreamBodyOf(request)
    expect(body === request.replace('"auto"', '"small-model"')).toBe(true)
    expect(JSON.stringify(gateway.warnings)).not.toContain('AAAA')
  })

  it('sends the provider’s key and never the client’s key, cookies or addresses', async () => {
    await (
      await gateway.chat(userMessage('hi'), {
        headers: {
          authorization: 'Bearer sk-client-planted-key',
          cookie: 'session=planted',
          'x-forwarded-for': '1.2.3.4',
          'x-api-key': 'sk-client-planted-key',
          'openai-organization': 'org-planted',
          'idempotency-key': 'once',
          traceparent: '00-1-2-01',
        },
      })
    ).text()
    const { headers, path } = await gateway.upstream.next()
    expect(path).toBe('/v1/chat/completions')
    expect(headers).toEqual({
      host: new URL(gateway.upstream.url).host,
      connection: 'keep-alive',
      'content-type': 'application/json',
      accept: '*/*',
      'accept-encoding': 'identity',
      'x-routellm-hops': expect.stringMatching(/^[0-9a-f]{12}$/),
      'user-agent': expect.stringMatching(/^routellm\//),
      authorization: `Bearer ${providerKey}`,
      'idempotency-key': 'once',
      traceparent: '00-1-2-01',
      'content-length': expect.any(String),
    })
  })

  it('withholds what belongs to the upstream’s connection', async () => {
    gateway.upstream.answer(
      json(completion, 200, {
        'set-cookie': 'a=b',
        'x-routellm-model': 'forged',
        'access-control-allow-origin': '*',
      }),
    )
    const reply = await gateway.chat(userMessage('hi'))
    expect(reply.headers.get('set-cookie')).toBeNull()
    expect(reply.headers.get('access-control-allow-origin')).toBeNull()
    expect(reply.headers.get('x-routellm-model')).toBe('weak')
    await reply.text()
  })

  it('passes other endpoints through for a model of its own name', async () => {
    const reply = { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.5] }], model: 'm' }
    gateway.upstream.answer(json(reply))
    const embeddings = await client.embeddings.create({ model: 'weak', input: 'x', encoding_format: 'float' })
    expect(embeddings.data[0]?.embedding).toEqual([0.5])
    const seen = await gateway.upstream.next()
    expect(seen.path).toBe('/v1/embeddings')
    expect(JSON.parse(seen.body.toString()).model).toBe('small-model')
  })

  it('lists models and finds one, as the official client asks', async () => {
    const ids = []
    for await (const model of client.models.list()) ids.push(model.id)
    expect(ids).toEqual(['auto', 'router-words-50pct', 'strong', 'weak'])
    expect(await client.models.retrieve('strong')).toMatchObject({
      id: 'strong',
      object: 'model',
      owned_by: 'main',
    })
    await expect(client.models.retrieve('none')).rejects.toThrow(OpenAI.NotFoundError)
  })

  it.each(['auto', 'router-words', 'router-words-0.3', 'router-words-30pct', 'main/meta-llama/Llama-3.1-8B'])(
    'finds the model %s, which chat accepts',
    async (id) => {
      expect((await gateway.chat({ ...userMessage('hard'), model: id })).status).toBe(200)
      expect(await client.models.retrieve(id)).toMatchObject({ id, object: 'model' })
      const unescaped = await fetch(`${gateway.url}/v1/models/${id}`)
      expect(await unescaped.json()).toMatchObject({ id })
    },
  )

  it.each(['router-nope', 'router-words-7', 'policy-none', 'elsewhere/x'])(
    'finds no model %s, which chat refuses',
    async (id) => {
      expect((await gateway.chat({ ...userMessage('hard'), model: id })).status).toBeGreaterThan(399)
      await expect(client.models.retrieve(id)).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
    },
  )

  it('counts requests, decisions, tokens and overhead; names that clients make up share one series', async () => {
    for (const model of ['auto', 'main/a', 'main/b'])
      await (await gateway.chat({ ...userMessage('hard'), model })).text()
    await gateway.metricBecomes(inFlightSeries, 0)
    const route = 'route="/v1/chat/completions"'
    expect(await gateway.metric(`routellm_requests_total{${route},model="strong",status="200"}`)).toBe(1)
    expect(await gateway.metric(`routellm_requests_total{${route},model="main/*",status="200"}`)).toBe(2)
    expect(await gateway.metric('routellm_decisions_total{router="words",side="strong"}')).toBe(1)
    expect(await gateway.metric('routellm_tasks_total{task="translation"}')).toBe(1)
    expect(await gateway.metric('routellm_tokens_total{model="main/*",kind="cached_prompt"}')).toBe(32)
    expect(await gateway.metric('routellm_overhead_seconds_count')).toBe(3)
    expect(await gateway.metric('routellm_upstream_seconds_count{model="strong"}')).toBe(1)
  })
})

describe('the content type of a request', () => {
  it.each([
    ['application/json; charset=utf-8', 200],
    ['application/x-www-form-urlencoded', 200], // what `curl -d` says
    ['text/plain', 200],
    ['json', 415],
  ])('%s → %i', async (contentType, status) => {
    const gateway = await startGateway()
    const reply = await gateway.chat(userMessage('hi'), { headers: { 'content-type': contentType } })
    expect(reply.status).toBe(status)
    if (status !== 200) expect(await reply.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
    await gateway.close()
  })
})

describe('POST /v1/route', () => {
  it('answers with the decision in words, and calls no model', async () => {
    const gateway = await startGateway({
      parts: {
        routers: [
          Object.assign(
            routerThat(() => 0.62),
            {
              explain: () => ({
                strongWinRate: 0.62,
                contributions: [
                  { feature: 'numbers', value: 3, effect: 0.8 },
                  { feature: 'length', value: 4, effect: -0.3 },
                ],
              }),
            },
          ),
        ],
      },
    })
    const reply = await fetch(`${gateway.url}/v1/route`, {
      method: 'POST',
      body: JSON.stringify({ model: 'auto', prompt: 'hi' }),
    })
    expect(await reply.json()).toEqual({
      reason: 'routed',
      model: 'strong',
      policy: null,
      router: 'words',
      threshold: 0.5,
      strongWinRate: 0.62,
      task: null,
      candidates: [
        { model: 'strong', effort: null, score: 0.62, usd: null, excluded: null },
        { model: 'weak', effort: null, score: 0.38, usd: null, excluded: null },
      ],
      explanation: {
        summary: 'strong win rate 0.62 ≥ threshold 0.5, so strong answers; raised most by numbers (+0.80)',
        contributions: [
          { feature: 'numbers', value: 3, effect: 0.8 },
          { feature: 'length', value: 4, effect: -0.3 },
        ],
        flipsAt: 0.62,
      },
    })
    expect(gateway.upstream.seen).toHaveLength(0)
    await gateway.close()
  })
})

describe('case 25: a router that fails', () => {
  it.each([
    [
      'throws',
      'router-error',
      () => {
        throw new Error('planted prompt in a message')
      },
    ],
    ['rejects', 'router-error', () => Promise.reject(new Error('planted prompt in a message'))],
    ['returns NaN', 'router-error', () => Number.NaN],
    ['returns 1.5', 'router-error', () => 1.5],
    ['promises NaN', 'router-error', async () => Number.NaN],
    ['never answers', 'router-timeout', () => new Promise<number>(() => {})],
  ])(
    'that %s: the strong model answers, and header, log and metrics say so',
    async (_what, fallback, score) => {
      const gateway = await startGateway({ parts: { routers: [routerThat(score)], routerTimeoutMs: 50 } })
      const reply = await gateway.chat(userMessage('planted prompt'))
      expect(reply.status).toBe(200)
      expect(await reply.json()).toEqual(completion)
      expect(reply.headers.get('x-routellm-model')).toBe('strong')
      expect(reply.headers.get('x-routellm-fallback')).toBe(fallback)
      expect(reply.headers.get('x-routellm-strong-win-rate')).toBeNull()
      expect(gateway.warnings).toEqual([
        {
          fields: { fallback, router: 'words', problem: expect.any(String) },
          message: expect.stringContaining('safest model'),
        },
      ])
      expect(JSON.stringify(gateway.warnings)).not.toContain('planted prompt')
      expect(
        await gateway.metric(`routellm_router_fallbacks_total{router="words",reason="${fallback}"}`),
      ).toBe(1)
      await gateway.close()
    },
  )

  it('that is given up is told so by its signal', async () => {
    let reason: unknown
    const gateway = await startGateway({
      parts: {
        routerTimeoutMs: 20,
        routers: [
          routerThat(
            (_prompt, signal) =>
              new Promise((_resolve, reject) => {
                signal?.addEventListener('abort', () => {
                  reason = signal.reason
                  reject(signal.reason)
                })
              }),
          ),
        ],
      },
    })
    await (await gateway.chat(userMessage('hi'))).text()
    expect(reason).toMatchObject({ code: 'router-timeout' })
    await gateway.close()
  })
})
