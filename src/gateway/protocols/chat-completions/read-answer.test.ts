import { describe, expect, it } from 'vitest'
import { chunk, completion, event, streamOf } from '../../../../test/support/upstream.ts'
import { readAnswer } from './read-answer.ts'

const hello = 'Hello, 北京 🙂'

function read(value: object) {
  return readAnswer(Buffer.from(JSON.stringify(value)), false)
}

describe('the answer of a completion', () => {
  it.each([
    ['a text', { content: hello }, hello],
    ['parts of text', { content: [{ type: 'thinking' }, { type: 'text', text: 'a' }, { text: 'b' }] }, 'ab'],
    ['a refusal', { content: null, refusal: 'No.' }, 'No.'],
    ['reasoning, which is not read', { reasoning_content: 'Hm.', content: 'Yes' }, 'Yes'],
    ['nothing', { content: null }, ''],
  ])('is %s', (_what, message, text) => {
    expect(read({ choices: [{ index: 0, message }] })).toEqual({
      texts: [text],
      callsTools: false,
      tokenLogprobs: null,
    })
  })

  it('has the text of each choice, tool calls, and the log probabilities of the first', () => {
    const logprobs = (...values: number[]) => ({
      content: values.map((logprob) => ({ token: 'x', logprob })),
    })
    const choices = [
      { index: 0, message: { content: 'a' }, logprobs: logprobs(-0.5, -1) },
      { index: 1, message: { content: 'b', tool_calls: [{ id: '1' }] }, logprobs: logprobs(-9) },
    ]
    expect(read({ choices })).toEqual({ texts: ['a', 'b'], callsTools: true, tokenLogprobs: [-0.5, -1] })
    const old = [{ message: { content: null, function_call: { name: 'f' } } }]
    expect(read({ choices: old })?.callsTools).toBe(true)
    expect(read({ choices: [{ message: { content: 'a', tool_calls: [] } }] })?.callsTools).toBe(false)
  })

  it.each(['{', '{"error":{}}', '{"choices":[]}', '{"choices":[1]}', '[]', '', `${'['.repeat(600)}`])(
    'is null for %s',
    (text) => {
      expect(readAnswer(Buffer.from(text), false)).toBeNull()
    },
  )
})

describe('the answer of a stream', () => {
  it('is that of the same completion', () => {
    expect(readAnswer(Buffer.from(streamOf(['Hello', ', 北京 🙂'])), true)).toEqual(read(completion))
  })

  it('has tool calls and log probabilities, and ignores comments and usage', () => {
    const events = [
      chunk({ role: 'assistant', tool_calls: [{ index: 0 }] }),
      {
        ...chunk({}),
        choices: [{ index: 0, delta: { content: 'a' }, logprobs: { content: [{ logprob: -2 }] } }],
      },
      { choices: [], usage: {} },
    ]
    const text = `: ping\n\n${events.map(event).join('')}${event('[DONE]')}`
    expect(readAnswer(Buffer.from(text), true)).toEqual({
      texts: ['a'],
      callsTools: true,
      tokenLogprobs: [-2],
    })
  })

  it.each([
    ['an error event', event(chunk({ content: 'a' })) + event({ error: { message: 'x' } })],
    ['an event that is no JSON', `${event(chunk({ content: 'a' }))}data: {"choices":\n\n`],
    ['an event that is too long', event(chunk({ content: 'x'.repeat(5_000_000) }))],
    ['only its end', event('[DONE]')],
  ])('is null if it has %s', (_what, text) => {
    expect(readAnswer(Buffer.from(text), true)).toBeNull()
  })
})
