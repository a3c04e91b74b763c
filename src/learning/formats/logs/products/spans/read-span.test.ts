import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../../row.ts'
import { otelLog, phoenixLog } from './otel-log.ts'
import { readSpan } from './read-span.ts'
import { unpackSpans } from './unpack-spans.ts'

const question = 'What is the capital of Peru?'
const parts = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] })
const input = JSON.stringify([parts('user', question)])
const output = JSON.stringify([{ ...parts('assistant', 'Lima.'), finish_reason: 'stop' }])

const conventions: readonly [string, Row, Row?][] = [
  [
    'OpenTelemetry 1.37',
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 40,
      'gen_ai.usage.cache_read.input_tokens': 8,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.system_instructions': '[{"type":"text","content":"Be brief."}]',
      'gen_ai.input.messages': input,
      'gen_ai.output.messages': output,
    },
  ],
  [
    'OpenTelemetry before, with an event for each message',
    {
      'gen_ai.system': 'openai',
      'gen_ai.operation.name': 'chat',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.usage.prompt_tokens': 40,
      'gen_ai.usage.completion_tokens': 100,
    },
    {
      events: [
        { name: 'gen_ai.system.message', attributes: { content: 'Be brief.' } },
        { name: 'gen_ai.user.message', attributes: [{ key: 'content', value: { stringValue: question } }] },
        { name: 'gen_ai.choice', attributes: { message: '{"role":"assistant","content":"Lima."}' } },
      ],
    },
  ],
  [
    'one event with the prompt',
    {
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.usage.input_tokens': 40,
      'gen_ai.usage.output_tokens': 100,
    },
    {
      events: [
        {
          name: 'gen_ai.content.prompt',
          attributes: { 'gen_ai.prompt': JSON.stringify([{ role: 'user', content: question }]) },
        },
        { name: 'gen_ai.content.completion', attributes: { 'gen_ai.completion': 'Lima.' } },
      ],
    },
  ],
  [
    'Traceloop',
    {
      'llm.request.type': 'chat',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.prompt.0.role': 'system',
      'gen_ai.prompt.0.content': 'Be brief.',
      'gen_ai.prompt.1.role': 'user',
      'gen_ai.prompt.1.content': question,
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': 'Lima.',
      'gen_ai.usage.prompt_tokens': '40',
      'gen_ai.usage.completion_tokens': '100',
    },
  ],
  [
    'OpenInference, flattened',
    {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o-2024-08-06',
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.contents.0.message_content.type': 'text',
      'llm.input_messages.0.message.contents.0.message_content.text': question,
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.content': 'Lima.',
      'llm.token_count.prompt': 40,
      'llm.token_count.completion': 100,
    },
  ],
  [
    'OpenInference, nested',
    {
      openinference: { span: { kind: 'LLM' } },
      llm: {
        model_name: 'gpt-4o-2024-08-06',
        input_messages: [{ message: { role: 'user', content: question } }],
        output_messages: [{ message: { role: 'assistant', content: 'Lima.' } }],
        token_count: { prompt: 40, completion: 100 },
      },
    },
  ],
  [
    'the AI SDK',
    {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.id': 'gpt-4o',
      'ai.response.model': 'gpt-4o-2024-08-06',
      'ai.prompt.messages': JSON.stringify([{ role: 'user', content: [{ type: 'text', text: question }] }]),
      'ai.response.text': 'Lima.',
      'ai.usage.promptTokens': 40,
      'ai.usage.completionTokens': 100,
    },
  ],
]

const otlpValue = (value: unknown) =>
  typeof value === 'number'
    ? { intValue: String(value) }
    : { stringValue: typeof value === 'string' ? value : JSON.stringify(value) }
const keyValues = (attributes: Row) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }))

const spanForms: readonly (readonly [string, (attributes: Row) => Row])[] = [
  ['an object', (attributes) => ({ name: 'chat', start_time: '2026-10-01T08:30:00Z', attributes })],
  [
    'JSON',
    (attributes) => ({
      name: 'chat',
      Timestamp: '2026-10-01 08:30:00',
      SpanAttributes: JSON.stringify(attributes),
    }),
  ],
  [
    'columns',
    (attributes) => ({
      start_time: '2026-10-01T08:30:00Z',
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`attributes.${name}`, value])),
    }),
  ],
]

function request(span: Row) {
  const read = readSpan(span, routedPrompt)
  if (read.kind === 'unreadable') throw new Error(read.reason)
  return read.request
}

const expected = {
  prompt: { text: question },
  model: 'gpt-4o-2024-08-06',
  inputTokens: 40,
  outputTokens: 100,
  answer: 'Lima.',
  time: Date.UTC(2026, 9, 1, 8, 30),
}

describe('a span with the conventions of', () => {
  for (const [form, spanOf] of spanForms)
    it.each(conventions)(`%s and attributes as ${form}`, (_, attributes, beside) => {
      const span = { ...spanOf(attributes), ...beside }
      expect(otelLog.recognises(span)).toBe(true)
      expect(request(span)).toMatchObject(expected)
    })

  it.each(conventions.filter(([name]) => name !== 'OpenInference, nested'))(
    '%s in a line of OTLP',
    (_, attributes, beside) => {
      const span = {
        name: 'chat',
        startTimeUnixNano: '1790843400000000000',
        attributes: keyValues(attributes),
        ...beside,
      }
      const http = {
        name: 'GET /',
        startTimeUnixNano: '1790843400000000000',
        attributes: keyValues({ 'http.route': '/' }),
      }
      const line = {
        resourceSpans: [
          {
            resource: { attributes: keyValues({ 'service.name': 'shop' }) },
            scopeSpans: [{ scope: { name: 'x' }, spans: [http, span] }],
          },
        ],
      }
      expect(otelLog.recognises(line)).toBe(true)
      const [other, call] = unpackSpans(line)
      expect(request(other!)).toMatchObject({ notRoutable: 'other-call', tags: ['service=shop'] })
      expect(request(call!)).toMatchObject({ ...expected, tags: ['service=shop'] })
    },
  )

  it('OpenTelemetry in a trace of Jaeger', () => {
    const [, attributes] = conventions[0]!
    const tags = Object.entries(attributes).map(([key, value]) => ({ key, type: 'string', value }))
    const trace = {
      traceID: 't',
      spans: [{ spanID: 's', operationName: 'chat', startTime: 1_790_843_400_000_000, tags }],
    }
    expect(otelLog.recognises(trace)).toBe(true)
    expect(unpackSpans(trace).map(request)).toMatchObject([expected])
  })
})

describe('a span', () => {
  const [, attributes] = conventions[0]!

  it('has instructions, cached tokens and the model that was asked for', () => {
    expect(request({ attributes })).toMatchObject({
      prompt: { text: question, system: 'Be brief.' },
      cachedInputTokens: 8,
      askedModel: 'gpt-4o',
    })
  })

  it.each<[string, Row, string]>([
    ['failed by its status', { attributes, status: { code: 2 } }, 'error'],
    ['failed by the name of its status', { attributes, status_code: 'ERROR' }, 'error'],
    ['failed by error.type', { attributes: { ...attributes, 'error.type': '429' } }, 'error'],
    [
      'is an embedding',
      { attributes: { ...attributes, 'gen_ai.operation.name': 'embeddings' } },
      'embeddings',
    ],
    ['runs a tool', { attributes: { 'gen_ai.operation.name': 'execute_tool' } }, 'other-call'],
    [
      'is an agent that sums up its calls',
      { attributes: { ...attributes, 'gen_ai.operation.name': 'invoke_agent' } },
      'other-call',
    ],
    [
      'is the outer call of the AI SDK',
      { attributes: { ...conventions.at(-1)![1], 'ai.operationId': 'ai.generateText' } },
      'other-call',
    ],
    ['is a chain', { span_kind: 'CHAIN', 'attributes.input.value': question }, 'other-call'],
    ['has nothing to do with a model', { name: 'GET /', attributes: { 'http.route': '/' } }, 'other-call'],
    [
      'has an image',
      {
        attributes: {
          ...attributes,
          'gen_ai.input.messages': JSON.stringify([
            {
              role: 'user',
              parts: [
                { type: 'text', content: 'What is this?' },
                { type: 'blob', modality: 'image' },
              ],
            },
          ]),
        },
      },
      'attachment',
    ],
    [
      'ends in the result of a tool',
      {
        attributes: {
          ...attributes,
          'gen_ai.input.messages': JSON.stringify([
            parts('user', question),
            { role: 'tool', parts: [{ type: 'tool_call_response', result: 'x' }] },
          ]),
        },
      },
      'tool-turn',
    ],
    [
      'was cut by the limit of an attribute',
      { attributes: { ...attributes, 'gen_ai.input.messages': input.slice(0, 70) } },
      'truncated',
    ],
  ])('%s', (_, span, reason) => expect(request(span).notRoutable).toBe(reason))

  it('of an agent or a tool has no cost and no tokens, because its calls have them', () => {
    const agent = {
      attributes: { ...attributes, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.cost': 1 },
    }
    expect(request(agent)).not.toHaveProperty('costUsd')
    expect(request(agent)).not.toHaveProperty('inputTokens')
    expect(request({ attributes: { ...attributes, 'gen_ai.usage.cost': '0.0042' } }).costUsd).toBe(0.0042)
  })

  it('without recorded messages says how to record them', () => {
    expect(
      readSpan(
        { attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' } },
        routedPrompt,
      ),
    ).toMatchObject({
      reason: expect.stringContaining('CAPTURE_MESSAGE_CONTENT'),
    })
  })

  it('of Phoenix is recognised as such', () => {
    expect(phoenixLog.recognises({ 'attributes.llm.model_name': 'm', span_kind: 'LLM' })).toBe(true)
    expect(phoenixLog.recognises({ attributes })).toBe(false)
    expect(otelLog.recognises({ prompt: 'x', tags: 'a, b', attributes: { color: 'red' } })).toBe(false)
  })
})
