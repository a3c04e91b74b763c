import { describe, expect, it } from 'vitest'
import { emptyRequest } from '../../../../../../test/support/protocols/common-arbitraries.ts'
import type { CommonRequest } from '../../../common/common-request.ts'
import {
  type ChatDialect,
  compatibleDialect,
  groqDialect,
  mistralDialect,
  openaiDialect,
  openrouterDialect,
} from '../dialect.ts'
import { writeRequest } from './write-request.ts'

const target = { model: 'gpt-5', maxOutputTokens: null }

function write(fields: Partial<CommonRequest>, dialect: ChatDialect = openaiDialect) {
  return writeRequest({ ...emptyRequest, ...fields }, target, dialect)
}

const text = (value: string) => ({ kind: 'text' as const, text: value })
const call = { kind: 'tool-call' as const, id: 'c', name: 'f', arguments: '' }
const thinking = { effort: null, budgetTokens: null, mode: null, isShown: null, wantsState: false }

describe('writeRequest', () => {
  it('writes results directly after the calls, and their images in the message after them', () => {
    const image = {
      kind: 'image' as const,
      source: { kind: 'data' as const, mediaType: 'image/png', data: 'iV' },
    }
    const { body, losses } = write({
      turns: [
        { role: 'assistant', parts: [text('I look.'), call] },
        {
          role: 'user',
          parts: [
            text('Done?'),
            { kind: 'tool-result', id: 'c', parts: [text('ok'), image], isError: true },
            { kind: 'tool-result', id: 'd', parts: [], isError: false },
          ],
        },
      ],
    })
    expect(body.messages).toEqual([
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      {
        role: 'tool',
        tool_call_id: 'c',
        content: [
          { type: 'text', text: 'ok' },
          { type: 'text', text: 'The next user message has the images and files of this result.' },
        ],
      },
      { role: 'tool', tool_call_id: 'd', content: '' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Images and files of the result of tool call c:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iV' } },
          { type: 'text', text: 'Done?' },
        ],
      },
    ])
    expect(losses).toEqual([
      {
        field: 'messages[].content[].is_error',
        kind: 'dropped',
        why: 'chat completions do not mark the result of a tool as an error',
      },
    ])
  })

  it('limits the reply with the field that the server knows', () => {
    expect(write({ maxOutputTokens: 9 }).body).toMatchObject({ max_completion_tokens: 9 })
    const { body } = write({ maxOutputTokens: 9 }, compatibleDialect)
    expect(body).toMatchObject({ max_tokens: 9 })
    expect(body).not.toHaveProperty('max_completion_tokens')
  })

  it('joins texts to a string where a list is refused, and marks caches where marks are known', () => {
    const system = [{ ...text('a'), cache: { ttl: '1h' as const } }, text('b')]
    const messageOf = (dialect: ChatDialect) => write({ system }, dialect).body.messages
    expect(messageOf(compatibleDialect)).toEqual([{ role: 'system', content: 'a\n\nb' }])
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]
    expect(messageOf(openaiDialect)).toEqual([{ role: 'system', content: parts }])
    expect(messageOf(openrouterDialect)).toEqual([
      {
        role: 'system',
        content: [{ ...parts[0], cache_control: { type: 'ephemeral', ttl: '1h' } }, parts[1]],
      },
    ])
  })

  it('gives no choice among tools without tools', () => {
    const { body } = write({ toolChoice: { kind: 'auto' }, parallelToolCalls: false })
    expect(body).not.toHaveProperty('tool_choice')
    expect(body).not.toHaveProperty('parallel_tool_calls')
  })

  it('sends back only reasoning that a chat upstream made', () => {
    const detail = JSON.stringify({ type: 'reasoning.text', text: 'B', signature: 's', index: 0 })
    const turns = [
      {
        role: 'assistant' as const,
        parts: [
          { kind: 'reasoning' as const, text: 'A', state: { form: 'messages.signature', value: 'x' } },
          { kind: 'reasoning' as const, text: 'B', state: { form: 'chat.reasoning-detail', value: detail } },
          { kind: 'reasoning' as const, text: 'C', state: null },
          text('ok'),
        ],
      },
    ]
    const messageOf = (dialect: ChatDialect) => write({ turns }, dialect).body.messages
    expect(messageOf(openaiDialect)).toEqual([{ role: 'assistant', content: 'ok' }])
    expect(messageOf(compatibleDialect)).toEqual([
      { role: 'assistant', content: 'ok', reasoning_content: 'C' },
    ])
    expect(messageOf(openrouterDialect)).toEqual([
      {
        role: 'assistant',
        content: 'ok',
        reasoning_details: [JSON.parse(detail), { type: 'reasoning.text', text: 'C', index: 1 }],
      },
    ])
  })

  it('sends no details if none is its own', () => {
    const state = { form: 'messages.signature', value: 'x' }
    const parts = [{ kind: 'reasoning' as const, text: 'A', state }, text('ok')]
    const { body } = write({ turns: [{ role: 'assistant', parts }] }, openrouterDialect)
    expect(body.messages).toEqual([{ role: 'assistant', content: 'ok' }])
  })

  it('asks for the usage of a stream if the client wants it', () => {
    expect(write({ stream: true, streamUsage: true }).body.stream_options).toEqual({ include_usage: true })
    expect(write({ stream: true }).body).toEqual({ model: 'gpt-5', messages: [], stream: true })
  })

  it('leaves out a turn of which nothing can be sent', () => {
    const state = { form: 'messages.signature', value: 'x' }
    const turns = [{ role: 'assistant' as const, parts: [{ kind: 'reasoning' as const, text: 'A', state }] }]
    expect(write({ turns }).body.messages).toEqual([])
  })

  it.each([
    [{ ...thinking, effort: 'max' as const }, { reasoning_effort: 'max' }, []],
    [{ ...thinking, budgetTokens: 2000, mode: 'enabled' as const }, {}, ['thinking.budget_tokens']],
    [{ ...thinking, mode: 'disabled' as const }, {}, ['thinking.type']],
    [{ ...thinking, isShown: true, wantsState: true }, {}, ['reasoning.summary']],
  ])('writes an effort, and says what it cannot: %j', (reasoning, expected, losses) => {
    const written = write({ reasoning })
    expect(written.body).toEqual({ model: 'gpt-5', messages: [], ...expected })
    expect(written.losses.map(({ field }) => field)).toEqual(losses)
  })

  it.each([
    [{ ...thinking, budgetTokens: 2000, mode: 'enabled' as const }, { max_tokens: 2000 }],
    [
      { ...thinking, effort: 'high' as const, isShown: false },
      { effort: 'high', exclude: true },
    ],
    [{ ...thinking, mode: 'disabled' as const, effort: 'low' as const }, { enabled: false }],
    [{ ...thinking, mode: 'adaptive' as const }, { enabled: true }],
  ])("writes OpenRouter's reasoning: %j", (reasoning, expected) => {
    const written = write({ reasoning }, openrouterDialect)
    expect(written.body.reasoning).toEqual(expected)
    expect(written.losses).toEqual([])
  })

  it.each([
    [
      'a file by its address',
      { kind: 'file' as const, source: { kind: 'url' as const, url: 'https://e.com' } },
    ],
    ['an image by an id', { kind: 'image' as const, source: { kind: 'id' as const, id: 'file-1' } }],
  ])('refuses %s', (_name, part) => {
    const { losses } = write({ turns: [{ role: 'user', parts: [text('x'), part] }] })
    expect(losses.map(({ field, kind }) => `${field} ${kind}`)).toEqual(['messages[0].content[1] refused'])
  })

  it('writes a document of text as text', () => {
    const source = { kind: 'text' as const, text: 'Once' }
    const { body } = write({ turns: [{ role: 'user', parts: [{ kind: 'file', source, name: 'a.txt' }] }] })
    expect(body.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'a.txt:\n\nOnce' }] }])
  })

  it('says what it drops', () => {
    expect(write({ topK: 5 }).losses.map(({ field }) => field)).toEqual(['top_k'])
    expect(write({ topK: 5 }, openrouterDialect).body).toMatchObject({ top_k: 5 })
  })

  it('gives reasoning back where the server takes it, and no options to one that refuses them', () => {
    const thought = { kind: 'reasoning' as const, text: 'Hm.', state: null }
    const fields: Partial<CommonRequest> = {
      turns: [{ role: 'assistant', parts: [thought, text('Yes.')] }],
      stream: true,
      streamUsage: true,
    }
    const answer = { role: 'assistant', content: 'Yes.' }
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }
    const options = { stream_options: { include_usage: true } }
    expect(write(fields, compatibleDialect).body).toMatchObject({
      messages: [{ ...answer, reasoning_content: 'Hm.' }],
      ...options,
    })
    expect(write(fields, groqDialect).body).toEqual({
      model: 'gpt-5',
      messages: [answer],
      stream: true,
      ...options,
    })
    expect(write(fields, mistralDialect).body).toEqual({
      model: 'gpt-5',
      messages: [{ ...answer, content: [thinking, { type: 'text', text: 'Yes.' }] }],
      stream: true,
    })
  })
})
