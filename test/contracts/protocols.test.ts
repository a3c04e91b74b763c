import assert from 'node:assert/strict'
import { describe, expect, it } from 'vitest'
import { chatCompletions } from '../../src/gateway/protocols/chat-completions/protocol.ts'
import { passThrough } from '../../src/gateway/protocols/pass-through/protocol.ts'
import { protocols } from '../../src/gateway/protocols/registry.ts'
import { type ProtocolReply, protocolContract } from '../../src/testing/index.ts'

const usage = { prompt_tokens: 20, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 16 } }
const counted = { promptTokens: 20, cachedPromptTokens: 16, completionTokens: 7 }
const json = 'application/json; charset=utf-8'
const events = 'text/event-stream'

const replies: readonly ProtocolReply[] = [
  { contentType: json, text: JSON.stringify({ id: 'é', choices: [{ usage: 1 }], usage }), usage: counted },
  {
    contentType: json,
    text: JSON.stringify({ usage, service_tier: '"usage":{}', x: [{}] }, null, 1),
    usage: counted,
  },
  { contentType: json, text: JSON.stringify({ choices: [{ usage }] }), usage: null },
  { contentType: json, text: JSON.stringify({ choices: [], usage: null }), usage: null },
  {
    contentType: json,
    text: String.raw`{"us\u0061ge":{"prompt_tokens":20,"completion_tokens":7}, "z":"}"}`,
    usage: { ...counted, cachedPromptTokens: 0 },
  },
  {
    contentType: json,
    text: JSON.stringify({ usage: { prompt_tokens: 1 } }).replace('}}', '},"usage":{"prompt_tokens":2}}'),
    usage: { promptTokens: 2, cachedPromptTokens: 0, completionTokens: 0 },
  },
  {
    contentType: events,
    text: `: ping\n\ndata: {"choices":[{"delta":{"content":"\\"usage\\":{}"}}],"usage":null}\n\ndata: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`,
    usage: counted,
  },
  { contentType: events, text: 'data: {"choices":[]}\r\n\r\ndata:{"a":1}\r\n\r\n', usage: null },
]

function assertOpenAIError(body: unknown, message: string): void {
  assert.ok(typeof body === 'object' && body !== null && 'error' in body)
  assert.ok(typeof body.error === 'object' && body.error !== null)
  assert.deepEqual(Object.keys(body.error), ['message', 'type', 'param', 'code'])
  assert.equal((body.error as { message: unknown }).message, message)
  assert.match(String((body.error as { code: unknown }).code), /^[a-z_]+$/)
}

const messages = [{ role: 'user', content: 'the "model":"auto-test" of a \\ prompt, é' }]

describe('chat completions', () => {
  const cases = protocolContract({
    protocol: chatCompletions,
    requests: [
      JSON.stringify({ model: 'auto-test', messages }),
      JSON.stringify({ messages, stream: true, metadata: { model: 'inner' }, model: 'auto-test' }, null, 2),
      String.raw`{ "n":1.0,"big":123456789012345678901234567890, "messages":[{"role":"user"}],"m\u006fdel" : "auto-test" }`,
      '{"model":"auto-test","messages":[{"role":"user","content":"x"}],"model":"auto-test"}',
    ],
    refused: ['{"model":"auto-test"}', '{"model":"auto-test","messages":[]}', '{"model":"x","messages":[5]}'],
    replies,
    assertErrorBody: assertOpenAIError,
  })
  for (const { name, run } of cases) it(name, run)
})

describe('pass-through', () => {
  const cases = protocolContract({
    protocol: passThrough,
    requests: [JSON.stringify({ input: 'x', model: 'auto-test' }), '{"model":"auto-test","n":1.0}'],
    refused: [],
    replies,
    assertErrorBody: assertOpenAIError,
  })
  for (const { name, run } of cases) it(name, run)
})

it('no two protocols have a name or a path in common', () => {
  const names = protocols.map(({ name }) => name)
  const paths = protocols.flatMap((protocol) => protocol.paths)
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(paths).size).toBe(paths.length)
})
