import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import { parseCsvTable } from '../../csv/csv.ts'
import type { Row } from '../../row.ts'
import { heliconeLog } from './helicone-log.ts'

/** A request as the request query returns it and the export tool writes it with --include-body. */
const exported = {
  response_id: 'r-1',
  response_created_at: '2026-10-01 08:15:02.000',
  response_status: 200,
  response_body: {
    model: 'gpt-4o-2024-08-06',
    choices: [{ message: { role: 'assistant', content: 'Paris.' } }],
    usage: { prompt_tokens: 24, completion_tokens: 3 },
  },
  request_id: 'q-1',
  request_created_at: '2026-10-01 08:15:00.000',
  request_body: {
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'What is the capital of "France"?' }],
  },
  request_path: 'https://oai.helicone.ai/v1/chat/completions',
  request_user_id: 'u-17',
  request_properties: { Environment: 'production', 'Helicone-Session-Id': 's-1' },
  request_model: 'gpt-4o',
  model_override: null,
  provider: 'OPENAI',
  delay_ms: 912,
  prompt_tokens: 24,
  prompt_cache_read_tokens: 8,
  completion_tokens: 3,
  cost: 0.00009,
  costUSD: 0.00009,
  model: 'gpt-4o-2024-08-06',
  cache_reference_id: '00000000-0000-0000-0000-000000000000',
  signed_body_url: 'https://example.com/body',
}

function request(row: Row) {
  const read = heliconeLog.read(row, routedPrompt)
  if (read.kind === 'unreadable') throw new Error(read.reason)
  return read.request
}

describe('helicone log', () => {
  const expected = {
    prompt: { text: 'What is the capital of "France"?', system: '' },
    model: 'gpt-4o-2024-08-06',
    inputTokens: 24,
    outputTokens: 3,
    costUsd: 0.00009,
    time: Date.UTC(2026, 9, 1, 8, 15),
    user: 'u-17',
    tags: ['Environment=production'],
  }

  it('reads an exported request', () => {
    expect(heliconeLog.recognises(exported)).toBe(true)
    expect(request(exported)).toEqual({
      ...expected,
      cachedInputTokens: 8,
      endpoint: '/v1/chat/completions',
      answer: 'Paris.',
    })
  })

  it('reads its CSV, which doubles the quotes inside a body twice', () => {
    const doubled = (value: object) => JSON.stringify(value).replaceAll('"', '""').replaceAll('"', '""')
    const csv = [
      'response_id,response_created_at,response_status,request_created_at,request_body,request_properties,request_user_id,model,prompt_tokens,completion_tokens,latency,cost',
      `"r-1","2026-10-01T08:15:02.000Z","200","2026-10-01T08:15:00.000Z","${doubled(exported.request_body)}","${doubled(exported.request_properties)}","u-17","gpt-4o-2024-08-06","24","3","912","0.00009"`,
    ].join('\n')
    const { columns, records } = parseCsvTable(csv, 'helicone.csv')
    const row = Object.fromEntries(columns.map((column, index) => [column, records[0]?.fields[index]]))
    expect(heliconeLog.recognises(row)).toBe(true)
    expect(request(row)).toMatchObject(expected)
  })

  it('keeps failures, cached answers and embeddings apart', () => {
    expect(request({ ...exported, response_status: 500, request_body: null }).notRoutable).toBe('error')
    expect(request({ ...exported, cache_reference_id: 'a1b2' }).notRoutable).toBe('cached')
    expect(request({ ...exported, request_path: '/v1/embeddings' }).notRoutable).toBe('embeddings')
  })

  it('says how to export with the bodies', () => {
    const { request_body: _, response_body: __, ...row } = exported
    expect(heliconeLog.read(row, routedPrompt)).toMatchObject({
      reason: expect.stringContaining('--include-body'),
    })
  })
})
