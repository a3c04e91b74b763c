import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import { parseChatCall } from './chat-call.ts'
import { findCut } from './cut-text.ts'

describe('findCut', () => {
  it.each<[string, number | 'unknown']>([
    ['The contract says ... (litellm_truncated skipped 48211 chars) ... Thank you.', 48211],
    ['The contract sa... (litellm_truncated 12982 chars)', 12982],
    ['The contract sa...[truncated]', 'unknown'],
    ['The contract sa… [TRUNCATED]', 'unknown'],
    ['The contract sa... (truncated 123 chars)', 123],
    ['The contract sa [1,234 characters truncated]', 1234],
    ['The contract sa... [5,000 chars omitted]', 5000],
    ['The contract sa... 1234 more characters', 1234],
    ['The contract sa…truncated', 'unknown'],
    ['<truncated due to size exceeding limit>', 'unknown'],
    ["[This value has been dropped because this span's size exceeds the 1MB size limit.]", 'unknown'],
    ['The beginning\n... [truncated by proxy] ...\nthe end.', 'unknown'],
    ['The contract sa<truncated>', 'unknown'],
  ])('%s', (text, missing) => expect(findCut(text)).toBe(missing))

  it.each([
    'What is a truncated cone?',
    'Why is my string truncated...',
    'Use the list (optional values omitted)',
    'The log ends with [truncated] and then goes on.',
    'Write 1234 characters',
    '',
  ])('is no cut: %s', (text) => expect(findCut(text)).toBeUndefined())

  it('needs time that grows with the text, not with its square', () => {
    const open = `${'...[truncated '.repeat(50_000)}`
    expect(findCut(open)).toBeUndefined()
    expect(findCut('(litellm_truncated'.repeat(50_000))).toBeDefined()
  })
})

describe('a request that the logger cut', () => {
  const cut = 'Review this contract. Lorem ...[truncated]'

  it('is not routable if the text that is scored was cut', () => {
    expect(parseChatCall({ messages: [{ role: 'user', content: cut }] }, routedPrompt)).toMatchObject({
      prompt: { text: cut },
      notRoutable: 'truncated',
      missingCharacters: 'unknown',
    })
    expect(parseChatCall({ prompt: cut }, routedPrompt)).toMatchObject({ notRoutable: 'truncated' })
  })

  it('is routable if only its instructions or an earlier turn were cut, whose length counts', () => {
    const messages = [
      { role: 'system', content: 'You are… (truncated 4000 chars)' },
      { role: 'user', content: 'What is the capital of Peru? Answer in one word, please, and nothing else.' },
    ]
    const call = parseChatCall({ messages }, routedPrompt)
    expect(call).not.toHaveProperty('notRoutable')
    expect(call).toMatchObject({ missingCharacters: 4000 })
  })

  it.each([
    ['a body in whose place LiteLLM leaves a mark', { litellm_truncated: true }],
    ["a body of RouteLLM's log over its limit", { truncated: true, bytes: 5000, text: '{"mess' }],
    ['a body that is too large for Helicone', { helicone_message: 'request body too large' }],
    [
      'the beginning of a JSON body',
      { prompt: '{"model":"gpt-4o","messages":[{"role":"user","content":"Rev' },
    ],
    ['the beginning of messages', { input: '[{"role":"user","content":"Review this contr' }],
  ])('%s', (_, body) =>
    expect(parseChatCall(body, routedPrompt)).toEqual({
      prompt: { text: '', system: '' },
      notRoutable: 'truncated',
      missingCharacters: 'unknown',
    }),
  )
})
