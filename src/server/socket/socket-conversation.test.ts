import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidRequestError } from '../../errors.ts'
import { createSocketConversation } from './socket-conversation.ts'

const frame = (value: object) => Buffer.from(JSON.stringify({ type: 'response.create', ...value }))
const user = (content: string) => ({ role: 'user', content })
const answer = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }

function play(
  conversation: ReturnType<typeof createSocketConversation>,
  id: string,
  items: readonly object[],
) {
  for (const item of items)
    conversation.onEvent(Buffer.from(JSON.stringify({ type: 'response.output_item.done', item })))
  conversation.onEvent(Buffer.from(JSON.stringify({ type: 'response.completed', response: { id } })))
}

describe('the conversation of a socket', () => {
  it('makes a request over HTTP of a frame', () => {
    const { body, isWarmUp } = createSocketConversation(1e6).open(
      frame({ model: 'auto', input: 'hello', background: false, generate: false, unknown: 1 }),
    )
    expect(body).toEqual({ model: 'auto', input: 'hello', unknown: 1, stream: true })
    expect(isWarmUp).toBe(true)
  })

  it('sends a turn in full that names a response which nobody keeps', () => {
    const conversation = createSocketConversation(1e6)
    const call = { type: 'function_call', call_id: 'c', name: 'run', arguments: '{}' }
    const result = { type: 'function_call_output', call_id: 'c', output: 'ok' }
    const opaque = { type: 'reasoning', id: 'rs_1', summary: [] }
    const encrypted = { ...opaque, encrypted_content: 'gAAA' }
    conversation.open(frame({ store: false, input: 'hello' }))
    play(conversation, 'resp_1', [opaque, encrypted, call])
    conversation.end(() => true) // it is known, but not stored
    const second = conversation.open(
      frame({ store: false, previous_response_id: 'resp_1', input: [result] }),
    ).body
    expect(second).toEqual({ store: false, stream: true, input: [user('hello'), encrypted, call, result] })
    play(conversation, 'resp_2', [answer])
    conversation.end(() => true)
    const third = conversation.open(
      frame({ store: false, previous_response_id: 'resp_2', input: [user('thanks')] }),
    ).body
    expect(third.input).toEqual([user('hello'), encrypted, call, result, answer, user('thanks')])
  })

  it('names a response that its provider keeps, and any that it does not know', () => {
    const conversation = createSocketConversation(1e6)
    conversation.open(frame({ input: 'hello' }))
    play(conversation, 'resp_1', [answer])
    conversation.end((id) => id === 'resp_1')
    for (const previous_response_id of ['resp_1', 'resp_of_another'])
      expect(conversation.open(frame({ previous_response_id, input: [] })).body).toMatchObject({
        previous_response_id,
        input: [],
      })
  })

  it('a turn that failed leaves the one before it as the last', () => {
    const conversation = createSocketConversation(1e6)
    conversation.open(frame({ store: false, input: 'hello' }))
    play(conversation, 'resp_1', [answer])
    conversation.end(() => false)
    const again = frame({ store: false, previous_response_id: 'resp_1', input: 'more' })
    const first = conversation.open(again).body
    conversation.end(() => false)
    expect(conversation.open(again).body).toEqual(first)
  })

  it('forgets a conversation that is too long', () => {
    const conversation = createSocketConversation(200)
    conversation.open(frame({ store: false, input: 'hello' }))
    play(conversation, 'resp_1', [{ ...answer, padding: 'x'.repeat(200) }])
    conversation.end(() => false)
    expect(conversation.open(frame({ previous_response_id: 'resp_1', input: 'x' })).body).toMatchObject({
      previous_response_id: 'resp_1',
    })
  })

  it.each(['{', '[]', '{"type":"response.steer"}', '{"model":"auto"}', ''])('refuses %s', (text) => {
    expect(() => createSocketConversation(1e6).open(Buffer.from(text))).toThrow(InvalidRequestError)
  })

  it('property: odd events never throw', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('output_item.done', 'completed', 'incomplete'),
        (value, type) => {
          const conversation = createSocketConversation(1e6)
          conversation.open(frame({ store: false, input: value }))
          conversation.onEvent(
            Buffer.from(JSON.stringify({ type: `response.${type}`, item: value, response: value })),
          )
          conversation.end(() => true)
          conversation.open(frame({ previous_response_id: value, input: value }))
        },
      ),
      { seed: 14, numRuns: 200 },
    )
  })
})
