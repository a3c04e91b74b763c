import assert from 'node:assert/strict'
import { describe, expect, it } from 'vitest'
import { chatCompletions } from '../../src/gateway/protocols/chat-completions/protocol.ts'
import { messages as messagesProtocol } from '../../src/gateway/protocols/messages/protocol.ts'
import { passThrough } from '../../src/gateway/protocols/pass-through/protocol.ts'
import { protocols } from '../../src/gateway/protocols/registry.ts'
import { responses } from '../../src/gateway/protocols/responses/protocol.ts'
import { type ProtocolReply, protocolContract } from '../../src/testing/index.ts'
import * as messagesBytes from '../support/protocols/messages-bytes.ts'
import * as responsesBytes from '../support/protocols/responses-bytes.ts'

const usage = { prompt_tokens: 20, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 16 } }
const noWrites = { cacheWritePromptTokens: 0, cacheWrite1hPromptTokens: 0 }
const counted = { promptTokens: 20, cachedPromptTokens: 16, ...noWrites, completionTokens: 7 }
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
    usage: { promptTokens: 2, cachedPromptTokens: 0, ...noWrites, completionTokens: 0 },
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

const messageCounts = {
  promptTokens: 2321,
  cachedPromptTokens: 2000,
  cacheWritePromptTokens: 100,
  cacheWrite1hPromptTokens: 200,
}

function assertMessagesError(body: unknown, message: string): void {
  const { error, request_id } = body as ReturnType<typeof messagesProtocol.errorBody> & {
    error: { type: string; message: string; code: string }
    request_id: string
  }
  const { type, code } = error
  assert.deepEqual(body, { type: 'error', error: { type, message, code }, request_id })
  assert.match(code, /^[a-z_]+$/)
  assert.match(error.type, /^[a-z_]+$/)
  assert.equal(request_id, 'rllm-1')
}

describe('messages', () => {
  const { message, textStream, toolStream } = messagesBytes
  const beginning = textStream.slice(0, textStream.indexOf('event: message_delta'))
  const cases = protocolContract({
    protocol: messagesProtocol,
    requests: [
      JSON.stringify({ model: 'auto-test', max_tokens: 1024, messages }),
      JSON.stringify({ system: [{ type: 'text', text: 'model' }], messages, model: 'auto-test' }, null, 2),
      '{"output_config":{"format":null},"n":1.0,"messages":[{"role":"user"}],"m\\u006fdel" : "auto-test" }',
      '{"model":"auto-test","messages":[{"role":"user","content":"x"}],"output_config":null}',
    ],
    refused: ['{"model":"auto-test"}', '{"model":"auto-test","messages":[]}', '{"model":"x","messages":[5]}'],
    replies: [
      {
        contentType: json,
        text: JSON.stringify(message),
        usage: { ...messageCounts, completionTokens: 393 },
      },
      { contentType: events, text: textStream, usage: { ...messageCounts, completionTokens: 15 } },
      { contentType: events, text: toolStream, usage: { ...messageCounts, completionTokens: 89 } },
      // Broken off before the usage of the reply: two pieces of text have come.
      { contentType: events, text: beginning, usage: { ...messageCounts, completionTokens: 2 } },
      { contentType: events, text: messagesBytes.overloaded, usage: null },
      {
        contentType: json,
        text: '{"usage":{"input_tokens":3,"output_tokens":4}}',
        usage: { promptTokens: 3, cachedPromptTokens: 0, ...noWrites, completionTokens: 4 },
      },
      {
        // A compaction on the server's side is charged beside what `usage` says.
        contentType: json,
        text: JSON.stringify({
          usage: {
            input_tokens: 23_000,
            output_tokens: 1000,
            iterations: [
              { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
              { type: 'message', input_tokens: 23_000, output_tokens: 1000 },
            ],
          },
        }),
        usage: { promptTokens: 203_000, cachedPromptTokens: 0, ...noWrites, completionTokens: 4500 },
      },
    ],
    assertErrorBody: assertMessagesError,
  })
  for (const { name, run } of cases) it(name, run)
})

describe('responses', () => {
  const { response, textStream, toolStream } = responsesBytes
  const responseCounts = {
    promptTokens: 328,
    cachedPromptTokens: 256,
    cacheWritePromptTokens: 64,
    cacheWrite1hPromptTokens: 0,
    completionTokens: 52,
  }
  const cases = protocolContract({
    protocol: responses,
    requests: [
      JSON.stringify({ model: 'auto-test', input: 'the "model":"auto-test" of a prompt, é' }),
      JSON.stringify({ input: messages, reasoning: { effort: null }, model: 'auto-test' }, null, 2),
      '{"model":"auto-test","input":[{"type":"reasoning","summary":[]}],"reasoning":null,"n":1.0}',
      '{"model":"auto-test","previous_response_id":"resp_1"}',
    ],
    refused: ['{"model":"auto-test","input":5}', '{"model":"auto-test","input":["x"]}'],
    replies: [
      { contentType: json, text: JSON.stringify(response), usage: responseCounts },
      { contentType: json, text: JSON.stringify(response, null, 2), usage: responseCounts },
      { contentType: events, text: textStream, usage: responseCounts },
      { contentType: events, text: toolStream, usage: responseCounts },
      { contentType: events, text: textStream.slice(0, textStream.indexOf('"usage":{')), usage: null },
    ],
    assertErrorBody: (body, message) => {
      const { error } = body as { error: unknown }
      assertOpenAIError({ error }, message)
    },
  })
  for (const { name, run } of cases) it(name, run)
})

it('no two protocols have a name or a path in common', () => {
  const names = protocols.map(({ name }) => name)
  const paths = protocols.flatMap((protocol) => protocol.paths)
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(paths).size).toBe(paths.length)
})
