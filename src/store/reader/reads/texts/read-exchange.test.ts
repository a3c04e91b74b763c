import { describe, expect, it } from 'vitest'
import { readExchange } from './read-exchange.ts'

const body = (text: string, isCut = false) => ({ text, totalBytes: text.length, isCut })
const nothing = body('')
const events = (...data: (object | string)[]) =>
  data.map((each) => `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`).join('')
const named = (...data: { readonly type: string; readonly [name: string]: unknown }[]) =>
  data.map((each) => `event: ${each.type}\ndata: ${JSON.stringify(each)}\n\n`).join('')

const chunk = (delta: object, finish: string | null = null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
})
const toolCall = (call: object) => chunk({ tool_calls: [{ index: 0, ...call }] })
const chat = events(
  chunk({ role: 'assistant', content: 'It is ' }),
  chunk({ content: 'sunny.' }),
  toolCall({ id: 't', type: 'function', function: { name: 'weather', arguments: '{"city"' } }),
  toolCall({ function: { arguments: ':"Bern"}' } }),
  chunk({}, 'tool_calls'),
  '[DONE]',
)
const messages = named(
  {
    type: 'message_start',
    message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], usage: {} },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
  {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'thinking_delta', thinking: 'Look out.' },
  },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'It is ' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'sunny.' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: {} },
  { type: 'message_stop' },
)
const output = { id: 'i', type: 'message', role: 'assistant', content: [] }
const responses = named(
  { type: 'response.created', response: { id: 'r', model: 'm', output: [], status: 'in_progress' } },
  { type: 'response.output_item.added', output_index: 0, item: output },
  {
    type: 'response.content_part.added',
    item_id: 'i',
    output_index: 0,
    content_index: 0,
    part: { type: 'output_text', text: '' },
  },
  {
    type: 'response.output_text.delta',
    item_id: 'i',
    output_index: 0,
    content_index: 0,
    delta: 'It is sunny.',
  },
  { type: 'response.output_item.done', output_index: 0, item: output },
  { type: 'response.completed', response: { id: 'r', model: 'm', output: [], status: 'completed' } },
)
const sunny = { kind: 'text', name: null, text: 'It is sunny.' }

describe('what the client got', () => {
  it.each([
    ['chat-completions', chat, [sunny, { kind: 'tool-call', name: 'weather', text: '{"city":"Bern"}' }]],
    ['messages', messages, [{ kind: 'reasoning', name: null, text: 'Look out.' }, sunny]],
    ['responses', responses, [sunny]],
  ])('is the text of a stream of %s', (protocol, stream, parts) => {
    expect(readExchange(protocol, nothing, body(stream)).answer).toEqual({
      parts,
      isWhole: true,
      error: null,
    })
  })

  it('is as much of a stream as is kept, wherever it was cut', () => {
    for (const [protocol, stream] of [
      ['chat-completions', chat],
      ['messages', messages],
      ['responses', responses],
    ] as const)
      for (let at = 0; at < stream.length; at += 7) {
        const { answer } = readExchange(protocol, nothing, body(stream.slice(0, at), true))
        const said = answer?.parts.find(({ kind }) => kind === 'text')?.text ?? ''
        expect(sunny.text.startsWith(said)).toBe(true)
        expect(answer?.isWhole ?? false).toBe(false)
        expect(answer?.error ?? null).toBe(null)
      }
  })

  it('is a document, or its error', () => {
    const reply = {
      id: 'c',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'It is sunny.' }, finish_reason: 'stop' }],
    }
    const read = (value: object) =>
      readExchange('chat-completions', nothing, body(JSON.stringify(value))).answer
    expect(read(reply)).toEqual({ parts: [sunny], isWhole: true, error: null })
    expect(read({ error: { message: 'Too many.', type: 'rate_limit' } })).toEqual({
      parts: [],
      isWhole: true,
      error: 'Too many.',
    })
    expect(read({ data: [] })).toBe(null)
    const broken = events(chunk({ content: 'It' }), { error: { message: 'Gone.' } })
    expect(readExchange('chat-completions', nothing, body(broken)).answer).toMatchObject({
      isWhole: false,
      error: 'Gone.',
    })
  })

  it('is null for another protocol, and bounded for a stream of many parts', () => {
    expect(readExchange('embeddings', body('{}'), body('{}'))).toEqual({ question: null, answer: null })
    const many = Array.from({ length: 1000 }, (_, index) =>
      toolCall({ index, id: `t${index}`, type: 'function', function: { name: 'f', arguments: '{}' } }),
    )
    expect(
      readExchange('chat-completions', nothing, body(events(...many, '[DONE]'))).answer?.parts,
    ).toHaveLength(200)
  })
})

it('what was asked is the messages, with calls and results of tools', () => {
  const request = {
    model: 'auto',
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Weather?' },
          { type: 'image_url', image_url: { url: 'https://x.example/i.png' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 't', type: 'function', function: { name: 'weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 't', content: 'sunny' },
    ],
  }
  const { question } = readExchange('chat-completions', body(JSON.stringify(request)), nothing)
  expect(
    question?.map(({ role, parts }) => [role, parts.map(({ kind, name, text }) => [kind, name, text])]),
  ).toEqual([
    ['instructions', [['text', null, 'Be brief.']]],
    [
      'user',
      [
        ['text', null, 'Weather?'],
        ['other', 'image', ''],
      ],
    ],
    ['assistant', [['tool-call', 'weather', '{}']]],
    ['user', [['tool-result', null, 'sunny']]],
  ])
  expect(
    readExchange('chat-completions', body(JSON.stringify(request).slice(0, 90), true), nothing).question,
  ).toBe(null)
})
