import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { findExchange } from './exchange.ts'
import { readRequest } from './read-request.ts'

const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'What is the capital of Peru?' }] }
const completion = {
  model: 'gpt-4o-2024-08-06',
  choices: [{ message: { role: 'assistant', content: 'Lima.' } }],
  usage: { prompt_tokens: 40, completion_tokens: 100 },
}

function request(row: Row) {
  const read = readRequest(row, { noRequest: 'has no request' }, routedPrompt)
  if (read.kind === 'unreadable') throw new Error(read.reason)
  return read.request
}

const text = (value: unknown) => JSON.stringify(value)
const wrappings: readonly (readonly [string, Row])[] = [
  ['request, response', { request: body, response: completion }],
  ['bodies in envelopes', { request: { method: 'POST', body }, response: { status: 200, body: completion } }],
  ['bodies as JSON texts', { request: text(body), response: text(completion) }],
  [
    'envelopes as JSON texts with JSON texts',
    { request: text({ body: text(body) }), response: text({ body: text(completion) }) },
  ],
  ['input, output', { input: body, output: completion }],
  ['inputs, outputs', { inputs: body, outputs: completion }],
  [
    'only messages as input, choices as output',
    {
      input: body.messages,
      output: completion.choices,
      metadata: { model: 'gpt-4o-2024-08-06' },
      metrics: { prompt_tokens: 40, completion_tokens: 100 },
    },
  ],
  ['args, kwargs', { input: { args: [], kwargs: body }, output: completion }],
  ['an argument', { input: { args: [body], kwargs: {} }, output: completion }],
  ['requestBody, responseBody', { requestBody: body, responseBody: completion }],
  ['request_body, response_body', { request_body: text(body), response_body: text(completion) }],
  ['reqPayload, respPayload', { reqPayload: body, respPayload: completion }],
  ['llm_request, llm_response', { llm_request: body, llm_response: completion }],
  ['Request, Response', { Request: body, Response: completion }],
  ['req, res', { req: { body }, res: { body: completion } }],
  [
    'inputBodyJson, outputBodyJson',
    { modelId: 'x', input: { inputBodyJson: body }, output: { outputBodyJson: completion } },
  ],
  ['a log line around them', { severity: 'INFO', jsonPayload: { request: body, response: completion } }],
  [
    'a search engine around them',
    {
      _index: 'i',
      _source: { http: { request: { body: text(body) }, response: { body: text(completion) } } },
    },
  ],
  [
    'a message that is JSON',
    { level: 'info', message: text({ event: 'call', request: body, response: completion }) },
  ],
  ['data around them', { data: { input: body, output: completion } }],
  ['the request beside its reply', { ...body, response: completion }],
]

describe('findExchange', () => {
  it.each(wrappings)('finds %s', (_, row) =>
    expect(request(row)).toMatchObject({
      prompt: { text: 'What is the capital of Peru?' },
      model: 'gpt-4o-2024-08-06',
      inputTokens: 40,
      outputTokens: 100,
      answer: 'Lima.',
    }),
  )

  it.each<[string, Row, Row]>([
    ['a status beside them', { statusCode: 500 }, { notRoutable: 'error' }],
    ['no success', { success: false }, { notRoutable: 'error' }],
    ['an error', { error: { message: 'x' } }, { notRoutable: 'error' }],
    ['cached: true', { cached: true, cost: 0 }, { notRoutable: 'cached' }],
    ['a cache status', { cache_status: 'SEMANTIC HIT' }, { notRoutable: 'cached' }],
    ['a header', { headers: { 'cf-aig-cache-status': 'HIT' } }, { notRoutable: 'cached' }],
    ['metadata', { metadata: { cache_hit: 'True', user_id: 'u' } }, { notRoutable: 'cached', user: 'u' }],
    ['a cost', { total_cost: '0.0042' }, { costUsd: 0.0042 }],
    ['a cost in metrics', { metrics: { estimated_cost: 0.0042 } }, { costUsd: 0.0042 }],
    ['a cost in cents', { cost_cents: 0.42 }, { costUsd: 0.0042 }],
    ['an epoch', { timestamp: '1790843400' }, { time: 1_790_843_400_000 }],
  ])('reads %s', (_, beside, fields) => {
    for (const [, row] of wrappings.slice(0, 3)) expect(request({ ...row, ...beside })).toMatchObject(fields)
  })

  it.each<[string, Row]>([
    ['a miss', { cache_status: 'MISS' }],
    ['cached: false', { cached: 'false', cache_hit: 0 }],
    ['no error', { error: {}, errors: [], status: 'success', is_success: 1 }],
    ['a status of something else', { guardrail: { status: 'failed' }, metadata: { status: 'error' } }],
  ])('is not misled by %s', (_, beside) =>
    expect(request({ request: body, response: completion, ...beside })).not.toHaveProperty('notRoutable'),
  )

  it('does not pay again for the reply that a cache repeats', () => {
    const response = { ...completion, usage: { ...completion.usage, cost: 0.0042 } }
    expect(request({ request: body, response }).costUsd).toBe(0.0042)
    expect(request({ request: body, response, cached: true })).not.toHaveProperty('costUsd')
  })

  it('reads the usage beside a text, and does not pay for it again if it is from a cache', () => {
    const usage = { input_tokens: 40, output_tokens: 100, cost: 0.0042 }
    const row = { prompt: 'Hi', completion: 'Hello', model: 'm', usage }
    expect(request(row)).toMatchObject({
      inputTokens: 40,
      outputTokens: 100,
      costUsd: 0.0042,
      answer: 'Hello',
    })
    expect(request({ ...row, cached: true })).not.toHaveProperty('costUsd')
    const { usage: _, ...plain } = row
    expect(request({ ...plain, tokens: { input: 40, output: 100 } })).toMatchObject({
      inputTokens: 40,
      outputTokens: 100,
    })
  })

  it('says which model was asked for if another name answered', () => {
    expect(request({ request: body, response: completion }).askedModel).toBe('gpt-4o')
    expect(request({ request: body })).not.toHaveProperty('askedModel')
  })

  it('prefers messages to a text, and the row itself to what it nests', () => {
    expect(request({ query: 'SELECT 1', request: body }).prompt.text).toBe('What is the capital of Peru?')
    const metadata = { messages: [{ role: 'user', content: 'inner' }] }
    expect(request({ ...body, metadata }).prompt.text).toBe('What is the capital of Peru?')
    expect(request({ prompt: 'Hi', response: 'Hello' })).toMatchObject({
      prompt: { text: 'Hi' },
      answer: 'Hello',
    })
  })

  it('finds no request in a reply', () => {
    expect(
      findExchange({ response: { ...completion, messages: body.messages } }, routedPrompt).call,
    ).toBeUndefined()
  })

  it('looks at a bounded part of a row', () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, { index }]))
    expect(findExchange(many, routedPrompt).places.length).toBeLessThanOrEqual(400)
    let deep: Row = { request: body }
    for (let depth = 0; depth < 50; depth++) deep = { deep }
    expect(findExchange(deep, routedPrompt).call).toBeUndefined()
    expect(findExchange({ ['proxyserver'.repeat(1000)]: { request: body } }, routedPrompt).call).toBeDefined()
  })
})
