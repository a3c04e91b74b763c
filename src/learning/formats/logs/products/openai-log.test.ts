import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { openaiLog } from './openai-log.ts'

const body = {
  model: 'gpt-4o',
  user: 'u-17',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is the capital of France?' },
  ],
}
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_764_000_000,
  model: 'gpt-4o-2024-08-06',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Paris.' }, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 24,
    completion_tokens: 3,
    total_tokens: 27,
    prompt_tokens_details: { cached_tokens: 16 },
  },
}

function request(row: Row) {
  const read = openaiLog.read(row, routedPrompt)
  if (read.kind === 'unreadable') throw new Error(read.reason)
  return read.request
}

describe('openai log', () => {
  it('reads a request beside its response', () => {
    expect(request({ request: body, response: completion })).toEqual({
      prompt: { text: 'What is the capital of France?', system: 'Be brief.' },
      model: 'gpt-4o-2024-08-06',
      askedModel: 'gpt-4o',
      inputTokens: 24,
      cachedInputTokens: 16,
      outputTokens: 3,
      time: 1_764_000_000_000,
      user: 'u-17',
      tags: [],
      answer: 'Paris.',
    })
  })

  it('reads a line of the Batch API that was joined with its result', () => {
    const row = {
      custom_id: 'request-1',
      method: 'POST',
      url: '/v1/chat/completions',
      body,
      response: { status_code: 200, request_id: 'req_1', body: completion },
      error: null,
    }
    expect(request(row)).toMatchObject({
      model: 'gpt-4o-2024-08-06',
      endpoint: '/v1/chat/completions',
      inputTokens: 24,
      answer: 'Paris.',
    })
    expect(request(row)).not.toHaveProperty('notRoutable')
  })

  it('reads a line of the Batch API before it ran, and says what to do about one that lost its request', () => {
    const {
      response: _,
      error: __,
      ...input
    } = { custom_id: 'r', url: '/v1/chat/completions', body, response: 0, error: 0 }
    expect(request(input)).toMatchObject({
      model: 'gpt-4o',
      prompt: { text: 'What is the capital of France?' },
    })
    const result = {
      id: 'batch_req_1',
      custom_id: 'r',
      response: { status_code: 200, body: completion },
      error: null,
    }
    expect(openaiLog.recognises(result)).toBe(true)
    expect(openaiLog.read(result, routedPrompt)).toMatchObject({
      reason: expect.stringContaining('name the input file of the batch too'),
    })
  })

  it('reads a bare chat body with what stands beside it', () => {
    const row = {
      ...body,
      time: '2026-10-01T08:00:00Z',
      cost: 0.0012,
      usage: { input_tokens: 5, output_tokens: 7 },
      tags: ['a', 'b'],
      api_key: 'sk-proj-abcdefgh1234',
    }
    expect(request(row)).toMatchObject({
      time: Date.UTC(2026, 9, 1, 8),
      costUsd: 0.0012,
      inputTokens: 5,
      outputTokens: 7,
      tags: ['a', 'b'],
      key: '…1234',
    })
  })

  it('reads an HTTP envelope whose bodies are text', () => {
    const row = {
      request: {
        method: 'POST',
        url: 'https://api.openai.com/v1/chat/completions?x=1',
        body: JSON.stringify(body),
      },
      response: { status: 200, body: JSON.stringify(completion) },
    }
    expect(request(row)).toMatchObject({
      model: 'gpt-4o-2024-08-06',
      endpoint: '/v1/chat/completions',
      outputTokens: 3,
    })
  })

  it("reads Anthropic's bodies: system beside the messages, cached tokens beside the others", () => {
    const row = {
      request: {
        model: 'claude-sonnet-4-5',
        system: 'Be brief.',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      },
      response: {
        type: 'message',
        model: 'claude-sonnet-4-5-20250929',
        content: [{ type: 'text', text: 'Hi' }],
        usage: {
          input_tokens: 10,
          cache_read_input_tokens: 90,
          cache_creation_input_tokens: 5,
          output_tokens: 2,
        },
      },
    }
    expect(request(row)).toMatchObject({
      prompt: { text: 'Hello', system: 'Be brief.' },
      inputTokens: 105,
      cachedInputTokens: 90,
      outputTokens: 2,
      answer: 'Hi',
    })
  })

  it("reads the Responses API's and Gemini's", () => {
    const responses = {
      request: {
        model: 'gpt-5',
        instructions: 'Be brief.',
        input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
      },
      response: {
        output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hi' }] }],
        usage: { input_tokens: 9, input_tokens_details: { cached_tokens: 4 }, output_tokens: 2 },
      },
    }
    expect(request(responses)).toMatchObject({
      prompt: { text: 'Hello', system: 'Be brief.' },
      cachedInputTokens: 4,
      answer: 'Hi',
    })
    const gemini = {
      request: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
      response: {
        modelVersion: 'x',
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, thoughtsTokenCount: 5 },
      },
      model: 'gemini-2.5-pro',
    }
    expect(request(gemini)).toMatchObject({
      prompt: { text: 'Hello' },
      model: 'gemini-2.5-pro',
      inputTokens: 3,
      outputTokens: 9,
    })
  })

  it('routes on the request behind a follow-up', () => {
    const messages = [
      { role: 'user', content: 'Prove that √2 is irrational.' },
      { role: 'assistant', content: 'First …' },
      { role: 'user', content: 'go on' },
    ]
    expect(request({ messages }).prompt.text).toBe('Prove that √2 is irrational.\n\ngo on')
  })

  it.each<[string, Row, string]>([
    ['a failed call', { request: body, status: 429 }, 'error'],
    ['an error beside no status', { request: body, response: { error: { message: 'x' } } }, 'error'],
    ['a failed line of a batch', { custom_id: 'r', body, response: { status_code: 500 } }, 'error'],
    ['embeddings by the path', { url: '/v1/embeddings', body: { model: 'x', input: 'a' } }, 'embeddings'],
    [
      'embeddings by the model',
      { request: { model: 'text-embedding-3-small', input: ['a', 'b'] } },
      'embeddings',
    ],
    ['moderation', { url: '/v1/moderations', body: { input: 'a' } }, 'other-call'],
    ['images', { request: { model: 'dall-e-3', prompt: 'a cat' } }, 'other-call'],
    [
      'a tool result',
      {
        messages: [
          ...body.messages,
          { role: 'assistant', content: null, tool_calls: [{}] },
          { role: 'tool', content: '{}' },
        ],
      },
      'tool-turn',
    ],
    [
      "Anthropic's tool result",
      { messages: [{ role: 'user', content: [{ type: 'tool_result', content: 'x' }] }] },
      'tool-turn',
    ],
    [
      "a tool's output in the Responses API",
      {
        request: {
          input: [
            { role: 'user', content: 'a' },
            { type: 'function_call_output', output: 'x' },
          ],
        },
      },
      'tool-turn',
    ],
    [
      'an image',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'image_url', image_url: { url: 'x' } },
            ],
          },
        ],
      },
      'attachment',
    ],
    ['null content', { messages: [{ role: 'user', content: null }] }, 'no-text'],
    ['no user turn', { messages: [{ role: 'system', content: 'x' }] }, 'no-text'],
    ['tokens for a prompt', { request: { model: 'x', prompt: [1, 2, 3] } }, 'no-text'],
  ])('keeps %s apart', (_, row, reason) => {
    expect(request(row).notRoutable).toBe(reason)
  })

  it('routes a request that offers tools and is no tool loop', () => {
    expect(request({ request: { ...body, tools: [{ type: 'function' }] } })).not.toHaveProperty('notRoutable')
  })

  it('says what is missing in other rows', () => {
    expect(openaiLog.recognises({ prompt: 'x' })).toBe(false)
    expect(openaiLog.read({ a: 1 }, routedPrompt)).toEqual({
      kind: 'unreadable',
      reason: expect.stringContaining('no request body'),
    })
  })
})
