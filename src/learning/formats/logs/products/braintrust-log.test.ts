import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { braintrustLog } from './braintrust-log.ts'
import { portkeyLog } from './portkey-log.ts'

const span = {
  id: 'b',
  created: '2026-10-01T08:30:00.000Z',
  root_span_id: 's',
  span_attributes: { name: 'Chat Completion', type: 'llm' },
  input: [{ role: 'user', content: 'Hi' }],
  output: [{ index: 0, message: { role: 'assistant', content: 'Hello' } }],
  metadata: { model: 'gpt-4o', user_id: 'u1' },
  metrics: { prompt_tokens: 4, prompt_cached_tokens: 1, completion_tokens: 2, estimated_cost: 0.0011 },
  error: null,
}

function request(row: Row, format = braintrustLog) {
  const read = format.read(row, routedPrompt)
  if (read.kind === 'unreadable') throw new Error(read.reason)
  return read.request
}

describe('braintrust log', () => {
  it('reads a span of type llm', () => {
    expect(request(span)).toMatchObject({
      prompt: { text: 'Hi' },
      model: 'gpt-4o',
      inputTokens: 4,
      cachedInputTokens: 1,
      outputTokens: 2,
      costUsd: 0.0011,
      answer: 'Hello',
      user: 'u1',
      time: Date.UTC(2026, 9, 1, 8, 30),
    })
    expect(request({ ...span, span_attributes: '{"name":"x"}' })).toMatchObject({ model: 'gpt-4o' })
  })

  it('counts calls of models only', () => {
    const task = { ...span, span_attributes: { name: 'main', type: 'task' } }
    expect(request(task)).toMatchObject({ notRoutable: 'other-call' })
    expect(request(task)).not.toHaveProperty('costUsd')
  })

  it('sets failed spans apart', () =>
    expect(request({ ...span, error: 'timeout' }).notRoutable).toBe('error'))
})

describe('portkey log', () => {
  const row = {
    request: {
      method: 'POST',
      url: 'https://api.openai.com/v1/chat/completions',
      body: { model: 'gpt-4o', messages: span.input },
    },
    response: {
      status: 200,
      body: { choices: span.output, usage: { prompt_tokens: 4, completion_tokens: 2 } },
    },
    is_success: true,
    ai_model: 'gpt-4o',
    req_units: 4,
    res_units: 2,
    cost: 0.11,
    cost_currency: 'USD',
    cache_status: 'MISS',
  }

  it('reads costs in cents', () => {
    expect(portkeyLog.recognises(row)).toBe(true)
    expect(request(row, portkeyLog)).toMatchObject({
      costUsd: 0.0011,
      model: 'gpt-4o',
      inputTokens: 4,
      answer: 'Hello',
    })
    expect(request(row, portkeyLog)).not.toHaveProperty('notRoutable')
  })

  it('reads bodies as columns of their own', () => {
    const { request: sent, response, ...rest } = row
    const flat = {
      ...rest,
      'request.body': JSON.stringify(sent.body),
      'response.body': JSON.stringify(response.body),
    }
    expect(request(flat, portkeyLog)).toMatchObject({ prompt: { text: 'Hi' }, answer: 'Hello' })
  })

  it('sets apart what a cache answered, and what failed', () => {
    expect(request({ ...row, cache_status: 'SEMANTIC HIT', cost: 0 }, portkeyLog).notRoutable).toBe('cached')
    expect(request({ ...row, is_success: 0, response_status_code: 500 }, portkeyLog).notRoutable).toBe(
      'error',
    )
  })
})
