import { describe, expect, it } from 'vitest'
import type { CommonRequest } from '../../../common/common-request.ts'
import { readRequest } from './read-request.ts'
import { writeRequest } from './write-request.ts'

const { request: empty } = readRequest({ input: 'hi' })

function write(request: Partial<CommonRequest>) {
  return writeRequest({ ...empty, ...request }, { model: 'gpt-5', maxOutputTokens: 128_000 })
}

function lossesOf(request: Partial<CommonRequest>) {
  return write(request).losses.map(({ field, kind }) => `${kind} ${field}`)
}

describe('writeRequest', () => {
  it('writes a conversation with a tool as the API reference has it', () => {
    const { body, losses } = write({
      system: [{ kind: 'text', text: 'Be brief.' }],
      turns: [
        { role: 'user', parts: [{ kind: 'text', text: 'Weather?' }] },
        {
          role: 'assistant',
          parts: [
            { kind: 'text', text: 'I look.' },
            { kind: 'tool-call', id: 'call_1', name: 'get_weather', arguments: '' },
          ],
        },
        {
          role: 'user',
          parts: [
            { kind: 'tool-result', id: 'call_1', parts: [{ kind: 'text', text: '15 °C' }], isError: false },
            { kind: 'text', text: 'And tomorrow?' },
          ],
        },
      ],
      tools: [{ name: 'get_weather', description: null, parameters: { type: 'object' }, strict: null }],
      toolChoice: { kind: 'tool', name: 'get_weather' },
      maxOutputTokens: 100,
      reasoning: { effort: 'low', budgetTokens: null, mode: null, isShown: true, wantsState: true },
      stream: true,
    })
    expect(losses).toEqual([])
    expect(body).toEqual({
      model: 'gpt-5',
      instructions: 'Be brief.',
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
        { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: '15 °C' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And tomorrow?' }] },
      ],
      // Responses takes a schema for strict that does not say otherwise.
      tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object' }, strict: false }],
      tool_choice: { type: 'function', name: 'get_weather' },
      max_output_tokens: 100,
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      store: false,
      stream: true,
    })
  })

  it('gives a model no reasoning but its own', () => {
    const parts = [
      { kind: 'reasoning', text: 'theirs', state: { form: 'messages.signature', value: 'EqQB' } },
      { kind: 'reasoning', text: 'text', state: null },
      { kind: 'reasoning', text: '', state: { form: 'responses.encrypted', value: 'gAAA', id: 'rs_1' } },
    ] as const
    const { body } = write({ turns: [{ role: 'assistant', parts }] })
    expect(body.input).toEqual([{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' }])
  })

  it('says what it cannot write', () => {
    expect(lossesOf({ stop: ['END'] })).toEqual(['refused stop'])
    expect(lossesOf({ topK: 40 })).toEqual(['dropped top_k'])
    expect(lossesOf({ user: 'u'.repeat(65) })).toEqual(['dropped user'])
    expect(lossesOf({ system: [{ kind: 'text', text: 'a', cache: { ttl: '5m' } }] })).toEqual([
      'dropped system.cache_control',
    ])
    const result = { kind: 'tool-result', id: 'c', parts: [], isError: true } as const
    expect(lossesOf({ turns: [{ role: 'user', parts: [result] }] })).toEqual([
      'dropped messages[0].content[0].is_error',
    ])
    const image = { kind: 'image', source: { kind: 'id', id: 'file_1' } } as const
    expect(lossesOf({ turns: [{ role: 'user', parts: [image] }] })).toEqual([
      'refused messages[0].content[0]',
    ])
    expect(lossesOf({ turns: [{ role: 'assistant', parts: [image] }] })).toEqual([
      'refused messages[0].content[0]',
    ])
  })

  it('says that a budget of reasoning tokens has no equivalent, and turns reasoning off as asked', () => {
    const reasoning = {
      effort: null,
      budgetTokens: 4096,
      mode: 'enabled',
      isShown: null,
      wantsState: false,
    } as const
    expect(lossesOf({ reasoning })).toEqual(['dropped thinking.budget_tokens'])
    expect(write({ reasoning }).body).not.toHaveProperty('reasoning')
    const off = { ...reasoning, budgetTokens: null, mode: 'disabled' } as const
    expect(write({ reasoning: off }).body.reasoning).toEqual({ effort: 'none' })
  })

  it('writes a document whose text is given, and a file without a name, as files', () => {
    const { body } = write({
      turns: [
        {
          role: 'user',
          parts: [
            { kind: 'file', source: { kind: 'text', text: 'ä' } },
            { kind: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBE' } },
          ],
        },
      ],
    })
    expect(body.input).toMatchObject([
      {
        content: [
          { type: 'input_file', filename: 'document.txt', file_data: 'data:text/plain;base64,w6Q=' },
          { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBE' },
        ],
      },
    ])
  })
})
