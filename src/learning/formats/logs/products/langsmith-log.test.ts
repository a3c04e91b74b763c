import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { langsmithLog } from './langsmith-log.ts'

const human = {
  lc: 1,
  type: 'constructor',
  id: ['langchain', 'schema', 'messages', 'HumanMessage'],
  kwargs: { content: 'Hi', type: 'human' },
}
const run = {
  id: 'r',
  run_type: 'llm',
  start_time: '2026-10-01T08:30:00.000Z',
  inputs: { messages: [[human]] },
  outputs: {
    generations: [
      [
        {
          text: 'Hello',
          message: { kwargs: { content: 'Hello', usage_metadata: { input_tokens: 4, output_tokens: 2 } } },
        },
      ],
    ],
  },
  extra: { metadata: { ls_model_name: 'gpt-4o', user_id: 'u1' } },
  total_cost: '0.0011',
  error: null,
  status: 'success',
  tags: ['web'],
}

function request(row: Row) {
  const read = langsmithLog.read(row, routedPrompt)
  if (read.kind === 'unreadable') throw new Error(read.reason)
  return read.request
}

describe('langsmith log', () => {
  it.each<[string, unknown]>([
    ["LangChain's messages", { messages: [[human]] }],
    [
      'messages by type',
      {
        messages: [
          { type: 'system', content: 'x' },
          { type: 'human', content: 'Hi' },
        ],
      },
    ],
    [
      'messages as pairs',
      {
        messages: [
          ['system', 'x'],
          ['human', 'Hi'],
        ],
      },
    ],
    ["OpenAI's messages", { messages: [{ role: 'user', content: 'Hi' }], model: 'gpt-4o' }],
    ['a prompt', { prompts: ['Hi'] }],
    ['JSON', JSON.stringify({ messages: [[human]] })],
  ])('reads a run with %s', (_, inputs) => {
    expect(request({ ...run, inputs })).toMatchObject({
      prompt: { text: 'Hi' },
      model: 'gpt-4o',
      inputTokens: 4,
      outputTokens: 2,
      costUsd: 0.0011,
      answer: 'Hello',
      user: 'u1',
      tags: ['web'],
      time: Date.UTC(2026, 9, 1, 8, 30),
    })
  })

  it('counts calls of models only, since the runs above them repeat their cost', () => {
    const chain = request({ ...run, run_type: 'chain', total_cost: 5 })
    expect(chain).toMatchObject({ notRoutable: 'other-call', endpoint: 'chain' })
    expect(chain).not.toHaveProperty('costUsd')
    expect(request({ ...run, run_type: 'embedding' }).notRoutable).toBe('embeddings')
  })

  it('sets failed and cached runs apart', () => {
    expect(request({ ...run, status: 'error', error: 'RateLimitError' }).notRoutable).toBe('error')
    expect(
      request({ ...run, extra: { metadata: { ls_model_name: 'gpt-4o', cached: true } } }).notRoutable,
    ).toBe('cached')
  })
})
