import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { columnLog } from './column-log.ts'

function request(row: Row) {
  const read = columnLog.read(row, routedPrompt)
  if (read.kind === 'unreadable') throw new Error(read.reason)
  return read.request
}

describe('column log', () => {
  it('reads the columns of a CSV file, where everything is text', () => {
    const row = {
      timestamp: '2026-10-01 08:15:00',
      prompt: 'What is the capital of France?',
      model: 'gpt-4o',
      prompt_tokens: '24',
      completion_tokens: '3',
      cost_usd: '$0.00009',
      user_id: '17',
      tags: 'support, web',
      endpoint: '/chat',
      completion: 'Paris.',
      status: '200',
      error: '',
    }
    expect(request(row)).toEqual({
      prompt: { text: 'What is the capital of France?', system: '' },
      model: 'gpt-4o',
      inputTokens: 24,
      outputTokens: 3,
      costUsd: 0.00009,
      time: Date.UTC(2026, 9, 1, 8, 15),
      user: '17',
      tags: ['support', 'web'],
      endpoint: '/chat',
      answer: 'Paris.',
    })
  })

  it('reads a prompt that is the JSON of messages', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'tool', content: '1' },
    ]
    expect(request({ messages: JSON.stringify(messages) })).toMatchObject({
      prompt: { text: 'Hi' },
      notRoutable: 'tool-turn',
    })
  })

  it('needs nothing but a prompt', () => {
    expect(request({ prompt: 'Hi' })).toEqual({
      prompt: { text: 'Hi', system: '' },
      model: 'unknown',
      tags: [],
    })
  })

  it('keeps a text that only looks like JSON as it is', () => {
    expect(request({ prompt: '[draft] {this' }).prompt.text).toBe('[draft] {this')
  })

  it('says which columns it looked for', () => {
    expect(columnLog.recognises({ promt: 'Hi' })).toBe(false)
    expect(columnLog.read({ prompt: '  ', model: 'x' }, routedPrompt)).toMatchObject({
      reason: expect.stringContaining('prompt, messages, input'),
    })
  })
})
