import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { litellmLog } from './litellm-log.ts'

const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'What is the capital of France?' },
]
/** A row of LiteLLM_SpendLogs with store_prompts_in_spend_logs. */
const spendLog = {
  request_id: 'chatcmpl-1',
  call_type: 'acompletion',
  api_key: '88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b',
  spend: 0.00009,
  total_tokens: 27,
  prompt_tokens: 24,
  completion_tokens: 3,
  startTime: '2026-10-01T08:15:00.000000+00:00',
  endTime: '2026-10-01T08:15:02.000000+00:00',
  model: 'gpt-4o-2024-08-06',
  model_id: 'm-1',
  model_group: 'gpt-4o',
  custom_llm_provider: 'openai',
  api_base: 'https://api.openai.com/v1/',
  user: 'default_user_id',
  metadata: {
    user_api_key_alias: 'web-app',
    user_api_key_team_alias: 'shop',
    usage_object: { prompt_tokens_details: { cached_tokens: 16 } },
  },
  cache_hit: 'False',
  request_tags: ['support', 'User-Agent: OpenAI', 'User-Agent: OpenAI/Python 1.2'],
  end_user: 'u-17',
  messages,
  response: { model: 'gpt-4o-2024-08-06', choices: [{ message: { content: 'Paris.' } }] },
  session_id: 's-1',
  status: 'success',
}

function request(row: Row) {
  const read = litellmLog.read(row, routedPrompt)
  if (read.kind === 'unreadable') throw new Error(read.reason)
  return read.request
}

describe('litellm log', () => {
  const expected = {
    prompt: { text: 'What is the capital of France?', system: 'Be brief.' },
    model: 'gpt-4o-2024-08-06',
    inputTokens: 24,
    cachedInputTokens: 16,
    outputTokens: 3,
    costUsd: 0.00009,
    time: Date.UTC(2026, 9, 1, 8, 15),
    user: 'u-17',
    key: 'web-app',
    tags: ['support', 'team=shop'],
    endpoint: 'acompletion',
    answer: 'Paris.',
  }

  it('reads a spend log', () => {
    expect(litellmLog.recognises(spendLog)).toBe(true)
    expect(request(spendLog)).toEqual(expected)
  })

  it('reads a dump of the table, whose JSON columns are text', () => {
    const row = Object.fromEntries(
      Object.entries(spendLog).map(([key, value]) => [
        key,
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      ]),
    )
    expect(request(row)).toEqual(expected)
  })

  it('finds the messages in proxy_server_request, where some versions keep them alone', () => {
    const body = { model: 'gpt-4o', messages }
    expect(request({ ...spendLog, messages: {}, proxy_server_request: body })).toEqual(expected)
    const envelope = { url: 'http://x/chat/completions', method: 'POST', body }
    expect(request({ ...spendLog, messages: {}, proxy_server_request: envelope })).toEqual(expected)
  })

  it('reads the standard logging payload of the bucket loggers', () => {
    const { spend, startTime: _, ...row } = spendLog
    const payload = { ...row, response_cost: spend, startTime: Date.UTC(2026, 9, 1, 8, 15) / 1000 }
    expect(litellmLog.recognises(payload)).toBe(true)
    expect(request(payload)).toEqual(expected)
  })

  it('never shows a key: of a hash the last four characters', () => {
    expect(request({ ...spendLog, metadata: {} }).key).toBe('…6b4b')
  })

  it('keeps failures, cached answers and embeddings apart, and needs no messages for that', () => {
    const without = { ...spendLog, messages: {} }
    expect(request({ ...without, status: 'failure' }).notRoutable).toBe('error')
    expect(request({ ...spendLog, cache_hit: 'True', spend: 0 }).notRoutable).toBe('cached')
    expect(request({ ...without, call_type: 'aembedding' }).notRoutable).toBe('embeddings')
    expect(request({ ...without, call_type: 'amoderation' }).notRoutable).toBe('other-call')
  })

  it('says what to switch on where prompts are not stored, or were redacted', () => {
    const reason = expect.stringContaining('store_prompts_in_spend_logs: true')
    expect(litellmLog.read({ ...spendLog, messages: {} }, routedPrompt)).toMatchObject({ reason })
    const redacted = [{ role: 'user', content: 'redacted-by-litellm' }]
    expect(litellmLog.read({ ...spendLog, messages: redacted }, routedPrompt)).toMatchObject({ reason })
  })
})
