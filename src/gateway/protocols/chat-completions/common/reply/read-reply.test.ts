import { describe, expect, it } from 'vitest'
import { readError } from './errors.ts'
import { readReply } from './read-reply.ts'

function completion(message: object, finish_reason: string | null = 'stop', more: object = {}) {
  return { id: 'r', model: 'm', choices: [{ index: 0, message, finish_reason }], ...more }
}

function usageOf(usage: object) {
  return readReply(completion({ content: 'x' }, 'stop', { usage }))?.usage
}

const noUsage = { input: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 0, reasoning: 0 }

describe('readReply', () => {
  // OpenAI, API reference, Create chat completion, example "Default".
  it("reads OpenAI's", () => {
    expect(
      readReply({
        id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
        object: 'chat.completion',
        created: 1741569952,
        model: 'gpt-5.4',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'Hello! How can I assist you today?',
              refusal: null,
              annotations: [],
            },
            logprobs: null,
            finish_reason: 'stop',
          },
        ],
        usage: {
          prompt_tokens: 19,
          completion_tokens: 10,
          total_tokens: 29,
          prompt_tokens_details: { cached_tokens: 8, audio_tokens: 0 },
          completion_tokens_details: { reasoning_tokens: 4, accepted_prediction_tokens: 0 },
        },
        service_tier: 'default',
      }),
    ).toEqual({
      id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
      model: 'gpt-5.4',
      parts: [{ kind: 'text', text: 'Hello! How can I assist you today?' }],
      stop: { reason: 'end', text: null },
      usage: { ...noUsage, input: 19, cacheRead: 8, output: 10, reasoning: 4 },
    })
  })

  it.each([
    // Google, Gemini API, Thought signatures, OpenAI compatibility: the call ends with `stop` there too.
    [
      'a signed call of Gemini',
      completion({
        role: 'assistant',
        tool_calls: [
          {
            extra_content: { google: { thought_signature: '<Signature A>' } },
            function: { arguments: '{"flight":"AA100"}', name: 'check_flight' },
            id: 'function-call-1',
            type: 'function',
          },
        ],
      }),
      [
        {
          kind: 'tool-call',
          id: 'function-call-1',
          name: 'check_flight',
          arguments: '{"flight":"AA100"}',
          state: { form: 'chat.thought-signature', value: '<Signature A>' },
        },
      ],
      'tool-calls',
    ],
    // DeepSeek, API reference, Create chat completion; vLLM, Reasoning outputs.
    [
      'reasoning_content',
      completion({ reasoning_content: 'Let me', content: '9.8' }),
      [
        { kind: 'reasoning', text: 'Let me', state: null },
        { kind: 'text', text: '9.8' },
      ],
      'end',
    ],
    // Mistral, Reasoning: content as a list of parts.
    [
      'thinking parts of Mistral',
      completion({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
          { type: 'text', text: 'ok' },
        ],
      }),
      [
        { kind: 'reasoning', text: 'Hm', state: null },
        { kind: 'text', text: 'ok' },
      ],
      'end',
    ],
    [
      'a call without an id, and with parsed arguments',
      completion({ content: '', tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] }),
      [{ kind: 'tool-call', id: 'call_r_0', name: 'f', arguments: '{"a":1}' }],
      'tool-calls',
    ],
    [
      'a refusal',
      completion({ content: null, refusal: 'No.' }),
      [{ kind: 'refusal', text: 'No.' }],
      'refusal',
    ],
    ['a length', completion({ content: 'x' }, 'length'), [{ kind: 'text', text: 'x' }], 'length'],
    ['a filter', completion({ content: null }, 'content_filter'), [], 'content-filter'],
  ])('reads %s', (_name, body, parts, reason) => {
    const reply = readReply(body)
    expect(reply?.parts).toEqual(parts)
    expect(reply?.stop.reason).toBe(reason)
  })

  // vLLM, OpenAI-compatible server, `stop_reason` of a choice.
  it('reads which text ended the reply', () => {
    const choice = { message: { content: 'x' }, finish_reason: 'stop', stop_reason: '###' }
    expect(readReply({ choices: [choice] })?.stop).toEqual({ reason: 'stop-text', text: '###' })
  })

  it.each([
    // DeepSeek, API reference: `prompt_cache_hit_tokens`.
    [
      { prompt_tokens: 20, completion_tokens: 5, prompt_cache_hit_tokens: 16, prompt_cache_miss_tokens: 4 },
      { input: 20, cacheRead: 16, output: 5 },
    ],
    // xAI, Reasoning: reasoning tokens are in the total only.
    [
      {
        prompt_tokens: 32,
        completion_tokens: 9,
        total_tokens: 135,
        completion_tokens_details: { reasoning_tokens: 94 },
      },
      { input: 32, output: 103, reasoning: 94 },
    ],
    // OpenRouter, Prompt caching: `cache_write_tokens`.
    [
      {
        prompt_tokens: 100,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 80 },
      },
      { input: 100, cacheRead: 10, cacheWrite: 80, output: 1 },
    ],
    [{ prompt_tokens: 3 }, { input: 3 }],
  ])('reads the usage %j', (usage, expected) => {
    expect(usageOf(usage)).toEqual({ ...noUsage, ...expected })
  })

  it.each([[{}], [{ prompt_tokens: 'many' }], [{ prompt_tokens: -1, completion_tokens: Number.NaN }]])(
    'has no usage of %j',
    (usage) => {
      expect(usageOf(usage)).toBeNull()
    },
  )

  it.each([[{}], [{ choices: [] }], [{ choices: [{}] }], [{ choices: 'x' }], [{ error: { message: 'x' } }]])(
    'takes %j for no reply',
    (body) => {
      expect(readReply(body)).toBeNull()
    },
  )
})

describe('readError', () => {
  it.each([
    // OpenAI, Error codes.
    [
      { error: { message: 'Slow down', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' } },
      ['Slow down', 'rate_limit_error', 'rate_limit_exceeded'],
    ],
    // OpenRouter, Errors: the code is the status.
    [{ error: { code: 402, message: 'No credits' } }, ['No credits', 'upstream_error', '402']],
    // Gemini's endpoint answers with a list.
    [
      [{ error: { code: 400, message: 'Bad', status: 'INVALID_ARGUMENT' } }],
      ['Bad', 'INVALID_ARGUMENT', '400'],
    ],
    // Ollama, API, Errors.
    [{ error: 'model not found' }, ['model not found', 'upstream_error', null]],
    // vLLM before 0.10, and Mistral.
    [
      { object: 'error', message: 'Too long', type: 'BadRequestError', code: 400 },
      ['Too long', 'BadRequestError', '400'],
    ],
    // FastAPI, Handling errors.
    [{ detail: 'Not Found' }, ['Not Found', 'upstream_error', null]],
  ])('reads %j', (body, [message, type, code]) => {
    expect(readError(body as never)).toEqual({ message, type, code, param: null })
  })

  it.each([[{}], [{ choices: [] }], [{ error: null }]])('takes %j for no error', (body) => {
    expect(readError(body)).toBeNull()
  })
})
