import { describe, expect, it } from 'vitest'
import { readReply } from './chat-reply.ts'

const chat = [
  {
    object: 'chat.completion.chunk',
    model: 'gpt-4o-2024-08-06',
    choices: [{ index: 0, delta: { content: 'Pa' } }],
  },
  { object: 'chat.completion.chunk', choices: [{ index: 1, delta: { content: 'other answer' } }] },
  { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'ris.' } }], usage: null },
  { choices: [], usage: { prompt_tokens: 20, completion_tokens: 40 } },
]
const responses = [
  { type: 'response.created', response: { model: 'gpt-5', created_at: 1_790_000_000, usage: null } },
  { type: 'response.output_text.delta', delta: 'Pa' },
  { type: 'response.output_text.delta', delta: 'ris.' },
  {
    type: 'response.completed',
    response: {
      model: 'gpt-5',
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'Paris.' }] }],
      usage: { input_tokens: 20, input_tokens_details: { cached_tokens: 4 }, output_tokens: 40 },
    },
  },
]
const messages = [
  {
    type: 'message_start',
    message: {
      model: 'claude-sonnet-4-5',
      content: [],
      usage: { input_tokens: 10, cache_read_input_tokens: 10, output_tokens: 1 },
    },
  },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Pa' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ris.' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 40 } },
]
const gemini = [
  { candidates: [{ content: { parts: [{ text: 'Pa' }] } }], usageMetadata: { promptTokenCount: 20 } },
  {
    candidates: [{ content: { parts: [{ text: 'thinking', thought: true }, { text: 'ris.' }] } }],
    usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 30, thoughtsTokenCount: 10 },
  },
]
const groq = [
  { choices: [{ delta: { content: 'Paris.' } }] },
  { choices: [{ delta: {} }], x_groq: { usage: { prompt_tokens: 20, completion_tokens: 40 } } },
]
const ollama = [
  { model: 'llama3.1', message: { role: 'assistant', content: 'Pa' }, done: false },
  { model: 'llama3.1', message: { content: 'ris.' }, done: true, prompt_eval_count: 20, eval_count: 40 },
]
const bedrock = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { delta: { text: 'Paris.' }, contentBlockIndex: 0 } },
  { metadata: { usage: { inputTokens: 20, outputTokens: 40 } } },
]
const completions = [
  { object: 'text_completion', choices: [{ index: 0, text: 'Pa' }] },
  {
    object: 'text_completion',
    choices: [{ index: 0, text: 'ris.' }],
    usage: { prompt_tokens: 20, completion_tokens: 40 },
  },
]

const sse = (chunks: readonly object[]) =>
  `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`
const namedEvents = (chunks: readonly object[]) =>
  chunks.map((chunk) => `event: x\r\ndata: ${JSON.stringify(chunk)}\r\n\r\n`).join('')

const streams: readonly (readonly [string, readonly object[]])[] = [
  ['chat completions', chat],
  ['the Responses API', responses],
  ["Anthropic's messages", messages],
  ['Gemini', gemini],
  ['Groq', groq],
  ['Ollama', ollama],
  ['Bedrock', bedrock],
  ['completions', completions],
]
const forms: readonly (readonly [string, (chunks: readonly object[]) => unknown])[] = [
  ['a list of chunks', (chunks) => chunks],
  ['the JSON of a list', (chunks) => JSON.stringify(chunks)],
  ['a list of texts', (chunks) => chunks.map((chunk) => JSON.stringify(chunk))],
  ['a list of lines of an event stream', (chunks) => sse(chunks).split('\n')],
  [
    'a list of events with data',
    (chunks) => chunks.map((data) => ({ event: 'x', data: JSON.stringify(data) })),
  ],
  ['an event stream', sse],
  ['an event stream with names and CRLF', namedEvents],
  ['an event stream that is a JSON text', (chunks) => JSON.stringify(sse(chunks))],
  ['an envelope', (chunks) => ({ status: 200, body: sse(chunks) })],
  ['an envelope of chunks', (chunks) => ({ status: 200, body: chunks })],
]

describe('a reply that is a stream', () => {
  for (const [api, chunks] of streams)
    it.each(forms)(`of ${api} as %s has the text and the usage of the reply`, (_, form) => {
      expect(readReply(form(chunks))).toMatchObject({
        answer: 'Paris.',
        tokens: { inputTokens: 20, outputTokens: 40 },
        isFailed: false,
      })
    })

  it("is read as JSON Lines, Ollama's form", () => {
    const lines = ollama.map((chunk) => JSON.stringify(chunk)).join('\n')
    expect(readReply(lines)).toMatchObject({
      answer: 'Paris.',
      tokens: { inputTokens: 20, outputTokens: 40 },
    })
  })

  it('keeps what the last chunk does not repeat, and its model, cost and cached tokens', () => {
    const last = { choices: [], usage: { prompt_tokens: 20, completion_tokens: 40, cost: 0.0042 } }
    expect(readReply(sse([...chat, last]))).toMatchObject({ model: 'gpt-4o-2024-08-06', costUsd: 0.0042 })
    expect(readReply(messages).tokens).toEqual({ inputTokens: 20, cachedInputTokens: 10, outputTokens: 40 })
    expect(readReply(responses)).toMatchObject({ model: 'gpt-5', tokens: { cachedInputTokens: 4 } })
  })

  it('has no tokens if the stream says none', () => {
    expect(readReply(sse(chat.slice(0, 3)))).toEqual({
      answer: 'Paris.',
      model: 'gpt-4o-2024-08-06',
      tokens: {},
      isFailed: false,
    })
  })

  it('failed if an event says so', () => {
    expect(readReply(sse([{ type: 'error', error: { type: 'overloaded_error' } }])).isFailed).toBe(true)
    expect(readReply([{ type: 'response.failed', response: { error: { code: 'x' } } }]).isFailed).toBe(true)
  })

  it('is no text that only looks like one', () => {
    expect(readReply('data: the plural of datum').answer).toBe('data: the plural of datum')
    expect(readReply('id: 7\ndata: none').answer).toBe('id: 7\ndata: none')
  })
})
