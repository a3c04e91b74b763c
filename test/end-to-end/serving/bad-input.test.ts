import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type GatewayUnderTest,
  inFlightSeries,
  routerThat,
  startGateway,
} from '../../support/gateway-under-test.ts'

const messages = [{ role: 'user', content: 'hi' }]
const auto = { model: 'auto', messages }
const chat = '/v1/chat/completions'
const route = '/v1/route'
const oneKilobyteOver = 'x'.repeat(64 * 1024 + 1024)

type BadInput = [
  what: string,
  path: string,
  body: unknown,
  status: number,
  code: string,
  message: RegExp,
  param?: string,
]

/** What the client sent, and the error that it gets. Text bodies are sent as they are. */
const badInputs: readonly BadInput[] = [
  ['no body', chat, undefined, 400, 'empty_body', /no body/],
  ['an empty body', chat, '', 400, 'empty_body', /no body/],
  ['cut JSON', chat, '{"model":', 400, 'bad_json', /not JSON/],
  ['text', chat, 'hello', 400, 'bad_json', /not JSON/],
  ['a form', chat, 'model=auto&messages=hi', 400, 'bad_json', /not JSON/],
  ['brackets without end', chat, '['.repeat(60_000), 400, 'bad_json', /more than 512 levels/],
  [
    'a message nested too deeply',
    chat,
    `{"model":"auto","messages":[{"role":"user","content":${'['.repeat(600)}${']'.repeat(600)}}]}`,
    400,
    'bad_json',
    /more than 512 levels/,
  ],
  ['deep JSON to decide on', route, '{"a":'.repeat(600), 400, 'bad_json', /more than 512 levels/],
  ['deep JSON to embed', '/v1/embeddings', '[{"a":'.repeat(600), 400, 'bad_json', /more than 512 levels/],
  [
    'a model named often',
    chat,
    `{${'"model":"weak",'.repeat(65)}"messages":[{"role":"user"}]}`,
    400,
    'bad_model',
    /64 times/,
    'model',
  ],
  ['JSON and more', chat, `${JSON.stringify(auto)}}`, 400, 'bad_json', /not JSON/],
  ['gzip', chat, '\u001f\u008b\u0008', 400, 'bad_json', /not JSON/],
  ['an array', chat, [auto], 400, 'body_not_object', /must be a JSON object, not an array/],
  ['null', chat, 'null', 400, 'body_not_object', /not null/],
  ['a string', chat, '"auto"', 400, 'body_not_object', /not a string/],
  ['no model', chat, { messages }, 400, 'missing_model', /Set model/, 'model'],
  ['model null', chat, { model: null, messages }, 400, 'bad_model', /not null/, 'model'],
  ['model a number', chat, { model: 5, messages }, 400, 'bad_model', /not a number/, 'model'],
  ['model empty', chat, { model: '', messages }, 400, 'bad_model', /not an empty one/, 'model'],
  [
    'an unknown model',
    chat,
    { model: 'gpt-9', messages },
    404,
    'model_not_found',
    /Models: strong, weak/,
    'model',
  ],
  ['a misspelt model', chat, { model: 'stronk', messages }, 404, 'model_not_found', /mean "strong"/, 'model'],
  [
    'an unknown provider',
    chat,
    { model: 'other/x', messages },
    404,
    'model_not_found',
    /providers main/,
    'model',
  ],
  [
    'a provider without a model',
    chat,
    { model: 'main/', messages },
    404,
    'model_not_found',
    /does not exist/,
    'model',
  ],
  [
    'an unknown router',
    chat,
    { model: 'router-nope-0.5', messages },
    400,
    'unknown_router',
    /Routers: words/,
    'model',
  ],
  [
    'a misspelt router',
    chat,
    { model: 'router-word-0.5', messages },
    400,
    'unknown_router',
    /mean "words"/,
    'model',
  ],
  [
    'a router without a name',
    chat,
    { model: 'router--0.5', messages },
    400,
    'bad_model_name',
    /name ""/,
    'model',
  ],
  [
    'a router in capitals',
    chat,
    { model: 'router-Words-0.5', messages },
    400,
    'bad_model_name',
    /a-z/,
    'model',
  ],
  [
    'a threshold above 1',
    chat,
    { model: 'router-words-1.5', messages },
    400,
    'bad_threshold',
    /from 0 to 1/,
    'model',
  ],
  [
    'a percentage as threshold',
    chat,
    { model: 'router-words-50', messages },
    400,
    'bad_threshold',
    /router-words-50pct/,
    'model',
  ],
  [
    'a threshold in words',
    chat,
    { model: 'router-words-half', messages },
    400,
    'bad_threshold',
    /"half"/,
    'model',
  ],
  [
    'a negative threshold',
    chat,
    { model: 'router-words--0.5', messages },
    400,
    'bad_threshold',
    /"-0.5"/,
    'model',
  ],
  ['an exponent', chat, { model: 'router-words-1e-1', messages }, 400, 'bad_threshold', /"1e-1"/, 'model'],
  ['an empty threshold', chat, { model: 'router-words-', messages }, 400, 'bad_threshold', /""/, 'model'],
  ['NaN', chat, { model: 'router-words-NaN', messages }, 400, 'bad_threshold', /"NaN"/, 'model'],
  [
    '101 percent',
    chat,
    { model: 'router-words-101pct', messages },
    400,
    'bad_threshold',
    /0pct to 100pct/,
    'model',
  ],
  [
    'percent of a router without calibration',
    chat,
    { model: 'router-plain-20pct', messages },
    400,
    'no_calibration',
    /routellm calibrate/,
    'model',
  ],
  ['no messages', chat, { model: 'auto' }, 400, 'missing_messages', /no messages/, 'messages'],
  ['messages null', chat, { model: 'auto', messages: null }, 400, 'bad_messages', /not null/, 'messages'],
  [
    'messages a string',
    chat,
    { model: 'auto', messages: 'hi' },
    400,
    'bad_messages',
    /not a string/,
    'messages',
  ],
  [
    'messages an object',
    chat,
    { model: 'auto', messages: {} },
    400,
    'bad_messages',
    /not an object/,
    'messages',
  ],
  [
    'messages empty',
    chat,
    { model: 'auto', messages: [] },
    400,
    'empty_messages',
    /at least one/,
    'messages',
  ],
  [
    'a message that is text',
    chat,
    { model: 'auto', messages: ['hi'] },
    400,
    'bad_message',
    /messages\[0\] must be an object/,
    'messages[0]',
  ],
  [
    'a message that is null',
    chat,
    { model: 'auto', messages: [...messages, null] },
    400,
    'bad_message',
    /not null/,
    'messages[1]',
  ],
  [
    'a message that is an array',
    chat,
    { model: 'auto', messages: [[]] },
    400,
    'bad_message',
    /not an array/,
    'messages[0]',
  ],
  [
    'a message without a role',
    chat,
    { model: 'auto', messages: [{ content: 'hi' }] },
    400,
    'bad_message',
    /it has none/,
    'messages[0].role',
  ],
  [
    'a role that is a number',
    chat,
    { model: 'auto', messages: [{ role: 1 }] },
    400,
    'bad_message',
    /not a number/,
    'messages[0].role',
  ],
  ['a body over the limit', chat, oneKilobyteOver, 413, 'body_too_large', /limit of 65536 bytes/],
  [
    'route: no prompt',
    route,
    { model: 'auto' },
    400,
    'missing_prompt',
    /neither messages nor prompt/,
    'prompt',
  ],
  [
    'route: both',
    route,
    { ...auto, prompt: 'hi' },
    400,
    'ambiguous_prompt',
    /both messages and prompt/,
    'prompt',
  ],
  [
    'route: prompt a list',
    route,
    { model: 'auto', prompt: ['hi'] },
    400,
    'bad_prompt',
    /not an array/,
    'prompt',
  ],
  [
    'route: an unknown router',
    route,
    { model: 'router-x-0.5', prompt: 'hi' },
    400,
    'unknown_router',
    /Routers: words/,
    'model',
  ],
  [
    'embeddings by a router',
    '/v1/embeddings',
    { model: 'auto', input: 'hi' },
    400,
    'router_not_supported',
    /own name/,
    'model',
  ],
  [
    'embeddings without a model',
    '/v1/embeddings',
    { input: 'hi' },
    400,
    'missing_model',
    /names no model/,
    'model',
  ],
  ['a path that is not served', '/v1/assistants', auto, 404, 'unknown_url', /POST \/v1\/chat\/completions/],
  ['a path out of the API', '/v1/../admin', auto, 404, 'unknown_url', /There is no POST/],
  ['the wrong method', '/v1/models', auto, 405, 'method_not_allowed', /takes GET, not POST/],
]

describe('bad input over HTTP', () => {
  let gateway: GatewayUnderTest
  beforeAll(async () => {
    const words = routerThat(() => 0.5)
    gateway = await startGateway({
      parts: { routers: [words, { name: 'plain', strongWinRate: () => 0.5 }] },
      server: { bodyLimitBytes: 64 * 1024 },
    })
  })
  afterAll(() => gateway.close())

  it.each(badInputs)('%s', async (_what, path, body, status, code, message, param) => {
    const reply = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/)
    const { error } = (await reply.json()) as { error: Record<string, unknown> }
    expect({ status: reply.status, ...error }).toEqual({
      status,
      code,
      type: 'invalid_request_error',
      message: expect.stringMatching(message),
      param: param ?? null,
    })
  })

  it('has at least 40 of them, and none reached the upstream', async () => {
    expect(badInputs.length).toBeGreaterThanOrEqual(40)
    expect(gateway.upstream.seen).toHaveLength(0)
    await gateway.metricBecomes(inFlightSeries, 0)
  })
})
