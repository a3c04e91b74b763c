import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { routedPrompt } from '../../routing/prompts/prompt-rule.ts'
import { chatCompletions } from './chat-completions/protocol.ts'
import { messages } from './messages/protocol.ts'
import type { Protocol } from './protocol.ts'
import { responses } from './responses/protocol.ts'

/** A turn of a conversation, before it is written in a protocol. */
type ScriptedTurn =
  | { readonly kind: 'user'; readonly texts: readonly string[]; readonly hasImage: boolean }
  | { readonly kind: 'assistant'; readonly text: string }
  | { readonly kind: 'tool'; readonly input: string; readonly output: string }

type Conversation = { readonly system: string; readonly turns: readonly ScriptedTurn[] }

const image = 'data:image/png;base64,AAAA'

function toChat({ system, turns }: Conversation): object {
  const written = turns.flatMap((turn, index): object[] => {
    if (turn.kind === 'user') {
      const parts = turn.texts.map((text) => ({ type: 'text', text }))
      return [
        {
          role: 'user',
          content: turn.hasImage ? [...parts, { type: 'image_url', image_url: { url: image } }] : parts,
        },
      ]
    }
    if (turn.kind === 'assistant') return [{ role: 'assistant', content: turn.text }]
    const id = `call_${index}`
    const call = { id, type: 'function', function: { name: 'run', arguments: JSON.stringify(turn.input) } }
    return [
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: id, content: turn.output },
    ]
  })
  return { model: 'auto', messages: [{ role: 'system', content: system }, ...written] }
}

function toMessages({ system, turns }: Conversation): object {
  const written = turns.flatMap((turn, index): object[] => {
    if (turn.kind === 'user') {
      const parts = turn.texts.map((text) => ({ type: 'text', text }))
      const source = { type: 'base64', media_type: 'image/png', data: 'AAAA' }
      return [{ role: 'user', content: turn.hasImage ? [...parts, { type: 'image', source }] : parts }]
    }
    if (turn.kind === 'assistant')
      return [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 's' },
            { type: 'text', text: turn.text },
          ],
        },
      ]
    const id = `call_${index}`
    return [
      { role: 'assistant', content: [{ type: 'tool_use', id, name: 'run', input: { text: turn.input } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: turn.output }] },
    ]
  })
  return { model: 'auto', max_tokens: 100, system: [{ type: 'text', text: system }], messages: written }
}

function toResponses({ system, turns }: Conversation): object {
  const input = turns.flatMap((turn, index): object[] => {
    if (turn.kind === 'user') {
      const parts = turn.texts.map((text) => ({ type: 'input_text', text }))
      const content = turn.hasImage ? [...parts, { type: 'input_image', image_url: image }] : parts
      return [{ type: 'message', role: 'user', content }]
    }
    if (turn.kind === 'assistant')
      return [
        { type: 'reasoning', id: `rs_${index}`, summary: [{ type: 'summary_text', text: 'Hm.' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: turn.text }] },
      ]
    const call_id = `call_${index}`
    return [
      { type: 'function_call', call_id, name: 'run', arguments: JSON.stringify(turn.input) },
      { type: 'function_call_output', call_id, output: turn.output },
    ]
  })
  return { model: 'auto', instructions: system, input }
}

const words = fc.constantFrom(
  'Prove that √2 is irrational.',
  'continue',
  'Berlin',
  'yes, go on',
  'Which city?',
  'Write a parser for CSV in Rust, with tests.',
  '继续',
  '<system-reminder>\nThe list is empty.\n</system-reminder>',
)
const turn: fc.Arbitrary<ScriptedTurn> = fc.oneof(
  fc.record({
    kind: fc.constant('user' as const),
    texts: fc.array(words, { minLength: 1, maxLength: 2 }),
    hasImage: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('assistant' as const), text: words }),
  fc.record({ kind: fc.constant('tool' as const), input: words, output: words }),
)
const conversation: fc.Arbitrary<Conversation> = fc.record({
  system: words,
  turns: fc.array(turn, { minLength: 1, maxLength: 8 }),
})

function routedOf(protocol: Protocol, body: object) {
  return routedPrompt(protocol.parse(Buffer.from(JSON.stringify(body))).messages ?? [])
}

describe('the routed text of a conversation', () => {
  it('property: is the same in Messages and Responses as in chat completions', () => {
    fc.assert(
      fc.property(conversation, (said) => {
        const expected = routedOf(chatCompletions, toChat(said))
        expect(routedOf(messages, toMessages(said))).toEqual(expected)
        expect(routedOf(responses, toResponses(said))).toEqual(expected)
      }),
      { seed: 14, numRuns: 300 },
    )
  })

  it('property: needs of the three protocols agree about images and tools, and nearly about tokens', () => {
    fc.assert(
      fc.property(conversation, (said) => {
        const needsOf = (protocol: Protocol, body: object) =>
          protocol.parse(Buffer.from(JSON.stringify(body))).needs
        const chat = needsOf(chatCompletions, toChat(said))
        for (const other of [needsOf(messages, toMessages(said)), needsOf(responses, toResponses(said))]) {
          expect([other.modalities, other.tools]).toEqual([chat.modalities, chat.tools])
          // Each tool call has braces and names of its own in each protocol.
          expect(Math.abs(other.inputTokens - chat.inputTokens)).toBeLessThanOrEqual(40 * said.turns.length)
        }
      }),
      { seed: 14, numRuns: 100 },
    )
  })

  it('of Responses is the text of the input, and of nothing without one', () => {
    expect(routedOf(responses, { model: 'auto', input: 'Hi', instructions: 'Be brief.' })).toEqual({
      text: 'Hi',
      system: 'Be brief.',
    })
    expect(routedOf(responses, { model: 'auto', previous_response_id: 'resp_1' })).toEqual({
      text: '',
      system: '',
    })
  })
})
