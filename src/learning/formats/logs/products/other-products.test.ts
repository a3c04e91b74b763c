import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { recogniseFormat } from '../formats.ts'

const question = 'What is the capital of Peru?'
const body = { model: 'gpt-4o', messages: [{ role: 'user', content: question }] }
const completion = {
  model: 'gpt-4o',
  choices: [{ message: { role: 'assistant', content: 'Lima.' } }],
  usage: { prompt_tokens: 40, completion_tokens: 100 },
}
const gemini = {
  request: { contents: [{ role: 'user', parts: [{ text: question }] }] },
  response: {
    candidates: [{ content: { role: 'model', parts: [{ text: 'Lima.' }] } }],
    usageMetadata: { promptTokenCount: 40, candidatesTokenCount: 100 },
  },
}
const text = (value: unknown) => JSON.stringify(value)

/** Rows of products that have no format of their own here. */
const rows: Readonly<Record<string, Row>> = {
  'Amazon Bedrock, a stream of Anthropic': {
    schemaType: 'ModelInvocationLog',
    timestamp: '2026-10-01T08:00:00Z',
    modelId: 'gpt-4o',
    input: {
      inputBodyJson: { messages: [{ role: 'user', content: [{ type: 'text', text: question }] }] },
      inputTokenCount: 40,
    },
    output: {
      outputBodyJson: [
        { type: 'message_start', message: { usage: { input_tokens: 40, output_tokens: 1 } } },
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Lima.' } },
        { type: 'message_delta', usage: { output_tokens: 100 } },
      ],
      outputTokenCount: 100,
    },
  },
  'Amazon Bedrock, Converse': {
    timestamp: '2026-10-01T08:00:00Z',
    modelId: 'gpt-4o',
    input: {
      inputBodyJson: { messages: [{ role: 'user', content: [{ text: question }] }], system: [{ text: 'x' }] },
    },
    output: {
      outputBodyJson: {
        output: { message: { role: 'assistant', content: [{ text: 'Lima.' }] } },
        usage: { inputTokens: 40, outputTokens: 100 },
      },
    },
  },
  'Datadog LLM Observability': {
    start_ns: 1_790_841_600_000_000_000,
    meta: {
      kind: 'llm',
      model_name: 'gpt-4o',
      input: { messages: body.messages },
      output: { messages: [{ role: 'assistant', content: 'Lima.' }] },
    },
    metrics: { input_tokens: 40, output_tokens: 100 },
  },
  'Google Cloud Logging': {
    timestamp: '2026-10-01T08:00:00Z',
    jsonPayload: { full_request: gemini.request, full_response: gemini.response, model: 'gpt-4o' },
  },
  'Vertex AI in BigQuery': {
    logging_time: '2026-10-01 08:00:00',
    model: 'gpt-4o',
    full_request: text(gemini.request),
    full_response: text(gemini.response),
  },
  'Azure API Management': {
    time: '2026-10-01T08:00:00Z',
    properties: { backendRequestBody: text(body), backendResponseBody: text(completion), responseCode: 200 },
  },
  Kong: {
    started_at: 1_790_841_600_000,
    request: { body: text(body), uri: '/v1/chat/completions' },
    response: { body: text(completion), status: 200 },
  },
  'a HAR archive': {
    startedDateTime: '2026-10-01T08:00:00Z',
    request: { method: 'POST', postData: { text: text(body) } },
    response: { status: 200, content: { mimeType: 'application/json', text: text(completion) } },
  },
  PostHog: {
    event: '$ai_generation',
    timestamp: '2026-10-01T08:00:00Z',
    properties: {
      $ai_model: 'gpt-4o',
      $ai_input: body.messages,
      $ai_output_choices: [{ role: 'assistant', content: 'Lima.' }],
      $ai_input_tokens: 40,
      $ai_output_tokens: 100,
    },
  },
  Opik: {
    type: 'llm',
    start_time: '2026-10-01T08:00:00Z',
    input: { messages: body.messages },
    output: { choices: completion.choices },
    model: 'gpt-4o',
    usage: { prompt_tokens: 40, completion_tokens: 100 },
  },
  Weave: {
    op_name: 'openai.chat.completions.create',
    started_at: '2026-10-01T08:00:00Z',
    inputs: { ...body, self: {} },
    output: completion,
  },
  MLflow: {
    trace_id: 't',
    span_id: 's',
    start_time_unix_nano: 1_790_841_600_000_000_000,
    attributes: {
      'mlflow.spanType': '"CHAT_MODEL"',
      'mlflow.spanInputs': text(body),
      'mlflow.spanOutputs': text(completion),
    },
  },
  'a callback of the AI SDK': {
    timestamp: '2026-10-01T08:00:00Z',
    model: 'gpt-4o',
    messages: [{ role: 'user', content: [{ type: 'text', text: question }] }],
    text: 'Lima.',
    usage: { inputTokens: 40, outputTokens: 100 },
  },
  Ollama: {
    created_at: '2026-10-01T08:00:00Z',
    request: body,
    response: {
      model: 'gpt-4o',
      message: { role: 'assistant', content: 'Lima.' },
      done: true,
      prompt_eval_count: 40,
      eval_count: 100,
    },
  },
  'the Responses API': {
    timestamp: '2026-10-01T08:00:00Z',
    request: { model: 'gpt-4o', input: question },
    response: {
      object: 'response',
      model: 'gpt-4o',
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'Lima.' }] }],
      usage: { input_tokens: 40, output_tokens: 100 },
    },
  },
}

describe('rows of products without a format of their own', () => {
  it.each(Object.entries(rows))('%s', (_, row) => {
    expect(recogniseFormat([row], 'log').read(row, routedPrompt)).toMatchObject({
      kind: 'request',
      request: {
        prompt: { text: question },
        model: 'gpt-4o',
        inputTokens: 40,
        outputTokens: 100,
        answer: 'Lima.',
        time: Date.UTC(2026, 9, 1, 8),
      },
    })
  })

  it('are not misread: a request without a body has no prompt', () => {
    const row = {
      request: { method: 'POST', url: 'https://example.org/v1/chat/completions' },
      response: { status: 200 },
    }
    expect(() => recogniseFormat([row], 'log').read(row, routedPrompt)).not.toThrow()
    expect(recogniseFormat([row], 'log').read(row, routedPrompt)).toMatchObject({ kind: 'unreadable' })
  })
})
