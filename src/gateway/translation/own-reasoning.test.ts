import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import type { Model } from '../../routing/catalogue/model.ts'
import { chatForm } from '../protocols/chat-completions/common-form.ts'
import { responsesForm } from '../protocols/responses/common-form.ts'
import { createReasoningSealer, withOwnReasoning } from './own-reasoning.ts'

const model: Model = { name: 'deep', provider: 'deepseek', upstream: 'deepseek-reasoner' }
const other: Model = { ...model, name: 'other', upstream: 'deepseek-chat' }

describe('createReasoningSealer', () => {
  it('lets a client of Responses carry the reasoning of a chat model, which ends it with the reply only', () => {
    const chunks = [
      { reasoning_content: 'Let me ' },
      { reasoning_content: 'look.' },
      { content: 'I look.' },
      {
        tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
    ].map((delta) => ({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: null }] }))
    const end = { id: 'c', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }
    const stream = [...chunks, end].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')

    const body = { input: 'hi', include: ['reasoning.encrypted_content'] }
    const { request } = responsesForm.readRequest(body)
    const writer = responsesForm.createEventWriter({ request, body, created: 0, id: 'r' })
    let text = ''
    const seal = createReasoningSealer(model, 'responses.encrypted', (event) => {
      text += writer.write(event)
    })
    const reader = chatForm.createEventReader(seal)
    reader.push(Buffer.from(`${stream}data: [DONE]\n\n`))
    reader.end()

    const last = JSON.parse(text.trimEnd().split('\n').at(-1)?.slice(6) ?? '') as {
      response: { output: unknown[] }
    }
    const next = responsesForm.readRequest({ input: last.response.output }).request
    expect(withOwnReasoning(next, model).turns).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'Let me look.', state: null },
          { kind: 'text', text: 'I look.' },
          { kind: 'tool-call', id: 'call_1', name: 'f', arguments: '{}' },
        ],
      },
    ])
    expect(withOwnReasoning(next, other).turns[0]?.parts.map(({ kind }) => kind)).toEqual([
      'text',
      'tool-call',
    ])
  })
})
