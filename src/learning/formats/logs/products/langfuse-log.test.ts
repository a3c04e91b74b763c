import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { langfuseLog } from './langfuse-log.ts'

/** An observation as the batch export of the table writes it to JSON and JSON Lines. */
const observation = {
  id: 'obs-1',
  type: 'GENERATION',
  projectId: 'p-1',
  name: 'answer-question',
  modelParameters: { temperature: 0.2 },
  startTime: '2026-10-01T08:15:00.123Z',
  endTime: '2026-10-01T08:15:02.000Z',
  traceId: 'trace-1',
  completionStartTime: null,
  usageDetails: { input: 40, input_cached_tokens: 60, output: 12, total: 112 },
  costDetails: { input: 0.0001, output: 0.0004, total: 0.0005 },
  level: 'DEFAULT',
  environment: 'production',
  statusMessage: null,
  model: 'gpt-4o-2024-08-06',
  totalCost: 0.0005,
  latency: 1.877,
  input: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is the capital of France?' },
  ],
  output: { role: 'assistant', content: 'Paris.' },
  metadata: { attempt: 1 },
  traceName: 'chat',
  traceTags: ['support', 'web'],
  userId: 'u-17',
}

/** The same as a row of the CSV export: everything is text, objects are JSON. */
const csvRow = Object.fromEntries(
  Object.entries(observation).map(([key, value]) => [
    key,
    value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]),
)

/** The blob storage export: snake_case, input and output as text. */
const blobRow = {
  id: 'obs-1',
  trace_id: 'trace-1',
  project_id: 'p-1',
  type: 'GENERATION',
  name: 'answer-question',
  start_time: '2026-10-01 08:15:00.123000',
  provided_model_name: 'gpt-4o-2024-08-06',
  usage_details: { input: 100, output: 12, total: 112 },
  cost_details: { total: 0.0005 },
  total_cost: 0.0005,
  input: JSON.stringify(observation.input),
  output: JSON.stringify(observation.output),
  user_id: 'u-17',
  session_id: 's-1',
  tags: ['support', 'web'],
  level: 'DEFAULT',
}

/** A trace of the traces table: no model, the sums of its calls. */
const trace = {
  id: 'trace-1',
  timestamp: '2026-10-01T08:15:00.000Z',
  name: 'chat',
  userId: 'u-17',
  sessionId: 's-1',
  bookmarked: false,
  public: false,
  tags: ['support'],
  input: { question: 'What is the capital of France?' },
  output: 'Paris.',
  usage: { promptTokens: 100, completionTokens: 12, totalTokens: 112 },
  totalCost: 0.0005,
  observationCount: 2,
  level: 'DEFAULT',
}

function request(row: Row) {
  const read = langfuseLog.read(row, routedPrompt)
  if (read.kind === 'unreadable') throw new Error(read.reason)
  return read.request
}

describe('langfuse log', () => {
  const expected = {
    prompt: { text: 'What is the capital of France?', system: 'Be brief.' },
    model: 'gpt-4o-2024-08-06',
    inputTokens: 100,
    cachedInputTokens: 60,
    outputTokens: 12,
    costUsd: 0.0005,
    time: Date.UTC(2026, 9, 1, 8, 15, 0, 123),
    user: 'u-17',
    tags: ['support', 'web'],
    endpoint: 'answer-question',
    answer: 'Paris.',
  }

  it('reads an observation of the JSON export; all kinds of input are input', () => {
    expect(langfuseLog.recognises(observation)).toBe(true)
    expect(request(observation)).toEqual(expected)
  })

  it('reads the same from the CSV export', () => {
    expect(langfuseLog.recognises(csvRow)).toBe(true)
    expect(request(csvRow)).toEqual(expected)
  })

  it('reads the blob storage export, whose times are UTC without saying so', () => {
    expect(langfuseLog.recognises(blobRow)).toBe(true)
    const { cachedInputTokens: _, ...others } = expected
    expect(request(blobRow)).toEqual(others)
  })

  it('reads a trace, whose models it does not say', () => {
    expect(langfuseLog.recognises(trace)).toBe(true)
    expect(request(trace)).toMatchObject({
      model: 'unknown',
      prompt: { text: 'What is the capital of France?' },
      inputTokens: 100,
      outputTokens: 12,
      costUsd: 0.0005,
      tags: ['support'],
      answer: 'Paris.',
    })
  })

  it('keeps spans, failures and tool turns apart', () => {
    expect(request({ ...observation, type: 'SPAN', input: null }).notRoutable).toBe('other-call')
    expect(request({ ...observation, level: 'ERROR' }).notRoutable).toBe('error')
    const tool = [...observation.input, { role: 'tool', content: '{}' }]
    expect(request({ ...observation, input: tool }).notRoutable).toBe('tool-turn')
  })

  it('reads input as it comes: one message, messages in an object, a bare text', () => {
    const inputs = [
      { role: 'user', content: 'Hi' },
      { messages: [{ role: 'user', content: 'Hi' }] },
      'Hi',
      '{"messages":[{"role":"user","content":"Hi"}]}',
    ]
    for (const input of inputs) expect(request({ ...observation, input }).prompt.text).toBe('Hi')
  })

  it('takes a cost of 0 and a usage of 0 for unknown', () => {
    const row = {
      ...observation,
      totalCost: 0,
      costDetails: {},
      usageDetails: {},
      inputUsage: 0,
      outputUsage: 0,
    }
    const { costUsd, inputTokens, outputTokens } = request(row)
    expect([costUsd, inputTokens, outputTokens]).toEqual([undefined, undefined, undefined])
  })

  it('says what an export without input lacks', () => {
    expect(langfuseLog.read({ ...observation, input: null }, routedPrompt)).toMatchObject({
      reason: expect.stringContaining('together with their input and output'),
    })
  })
})
