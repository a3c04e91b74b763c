import { describe, expect, it } from 'vitest'
import type { Effort } from '../../../../../routing/catalogue/model.ts'
import type { CommonRequest, ReasoningRequest, Turn } from '../../../common/common-request.ts'
import { messagesForm } from '../../common-form.ts'

const { request: plain } = messagesForm.readRequest({ messages: [{ role: 'user', content: 'Hi' }] })
const tool = { name: 'f', description: null, parameters: { type: 'object' }, strict: null }

function write(changes: Partial<CommonRequest>, model = 'model-x', maxOutputTokens: number | null = 8192) {
  const { body, losses } = messagesForm.writeRequest({ ...plain, ...changes }, { model, maxOutputTokens })
  return { body, losses: losses.map(({ field, kind }) => `${kind} ${field}`) }
}

function effort(level: Effort): { reasoning: ReasoningRequest } {
  return {
    reasoning: { effort: level, budgetTokens: null, mode: null, isShown: null, wantsState: false },
  }
}

describe('turns', () => {
  it('alternate, and a user turn begins with its tool results', () => {
    const turns: Turn[] = [
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' }] },
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'b:1', name: 'f', arguments: '' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'And' }] },
      {
        role: 'user',
        parts: [{ kind: 'tool-result', id: 'a', parts: [{ kind: 'text', text: 'ok' }], isError: true }],
      },
      { role: 'user', parts: [{ kind: 'tool-result', id: 'b:1', parts: [], isError: false }] },
    ]
    expect(write({ turns, tools: [tool] }).body.messages).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
          { type: 'tool_use', id: 'enc-Yjox', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'a',
            content: [{ type: 'text', text: 'ok' }],
            is_error: true,
          },
          { type: 'tool_result', tool_use_id: 'enc-Yjox' },
          { type: 'text', text: 'And' },
        ],
      },
    ])
  })

  it('have no text of white space only, and no reasoning of other models', () => {
    const turns: Turn[] = [
      { role: 'user', parts: [{ kind: 'text', text: 'a' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'text', text: ' \n' },
          { kind: 'reasoning', text: 'Hm', state: { form: 'responses.encrypted', value: 'g' } },
          { kind: 'reasoning', text: 'Hm', state: null },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'b' }] },
    ]
    const texts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]
    expect(write({ turns })).toMatchObject({
      body: { messages: [{ role: 'user', content: texts }] },
      losses: [],
    })
  })

  it('lose what Messages cannot hold, with a word', () => {
    const parts = [
      { kind: 'audio', data: 'AAAA', format: 'wav' },
      { kind: 'image', source: { kind: 'data', mediaType: 'image/tiff', data: 'AAAA' } },
      { kind: 'image', source: { kind: 'id', id: 'file-1' } },
      { kind: 'file', source: { kind: 'data', mediaType: 'application/zip', data: 'AAAA' } },
      { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, detail: 'low' },
      { kind: 'file', source: { kind: 'data', mediaType: 'text/plain', data: 'SGk=' }, name: 'a.txt' },
    ] as const
    const { body, losses } = write({ turns: [{ role: 'user', parts }] })
    expect(losses).toEqual([
      'refused messages[0].content[0]',
      'refused messages[0].content[1].source',
      'refused messages[0].content[2].source',
      'refused messages[0].content[3].source',
      'dropped messages[0].content[4].detail',
    ])
    expect(body.messages).toMatchObject([
      {
        content: [
          { type: 'image', source: { type: 'url' } },
          {
            type: 'document',
            title: 'a.txt',
            source: { type: 'text', media_type: 'text/plain', data: 'Hi' },
          },
        ],
      },
    ])
  })

  it('send arguments that are no JSON object as their text', () => {
    const parts = [{ kind: 'tool-call', id: 'a', name: 'f', arguments: 'oops' }] as const
    const { body, losses } = write({ turns: [{ role: 'assistant', parts }] })
    expect(body.messages).toMatchObject([{ content: [{ input: { INVALID_JSON: 'oops' } }] }])
    expect(losses).toEqual(['dropped messages[0].content[0].arguments'])
  })
})

describe('max_tokens', () => {
  it.each([
    [100, 8192, 'claude-opus-5-5', 100],
    [null, 4000, 'claude-opus-5-5', 4000],
    [null, null, 'claude-opus-5-5', 128_000],
    [null, null, 'claude-sonnet-4-5-20250929', 64_000],
    [null, null, 'claude-opus-4-20250514', 32_000],
    [null, null, 'glm-5', 8192],
  ])('for %s of the client, %s of the model, and %s: %i', (asked, longest, model, maxTokens) => {
    expect(write({ maxOutputTokens: asked }, model, longest).body.max_tokens).toBe(maxTokens)
  })
})

describe('effort', () => {
  const adaptive = { type: 'adaptive' }
  it.each([
    // model, effort, thinking, effort as sent, losses
    ['claude-opus-5-5', 'low', adaptive, 'low', []],
    ['claude-opus-5-5', 'xhigh', adaptive, 'xhigh', []],
    ['claude-sonnet-4-6', 'high', adaptive, 'high', []],
    ['claude-sonnet-4-6', 'max', adaptive, 'max', []],
    ['claude-sonnet-4-6', 'xhigh', adaptive, undefined, ['refused reasoning.effort']],
    ['anthropic.claude-opus-4-6-v1', 'minimal', adaptive, 'low', ['dropped reasoning.effort']],
    ['claude-opus-5-5', 'none', undefined, undefined, ['refused reasoning.effort']],
    ['claude-opus-5', 'none', { type: 'disabled' }, undefined, []],
    ['anthropic/claude-sonnet-5.5', 'none', { type: 'between_tools' }, undefined, []],
    ['claude-haiku-5-5', 'none', { type: 'disabled' }, undefined, []],
    ['claude-opus-4-5-20251101', 'medium', undefined, 'medium', []],
    ['claude-3-5-sonnet-20241022', 'low', undefined, undefined, ['refused reasoning']],
    ['claude-3-5-sonnet-20241022', 'none', undefined, undefined, []],
    ['deepseek-chat', 'high', undefined, 'high', []],
  ] as const)('of %s: %s', (model, level, thinking, sent, losses) => {
    const written = write(effort(level), model)
    expect(written.body.thinking).toEqual(thinking)
    expect(written.body.output_config).toEqual(sent === undefined ? undefined : { effort: sent })
    expect(written.losses).toEqual(losses)
  })

  it.each([
    ['low', 8192, 1638],
    ['medium', 10_000, 5000],
    ['high', 10_000, 8000],
    ['minimal', 2000, 1024],
  ] as const)(
    'is for a model with a budget a share of the longest reply: %s of %i is %i',
    (level, max, budget) => {
      const written = write({ ...effort(level), maxOutputTokens: max }, 'claude-haiku-4-5-20251001')
      expect(written.body.thinking).toEqual({ type: 'enabled', budget_tokens: budget })
      expect(written.losses).toEqual(['dropped reasoning.effort'])
    },
  )

  it('is refused if a model with a budget has no room for it, or no share is documented', () => {
    const model = 'claude-haiku-4-5'
    expect(write({ ...effort('high'), maxOutputTokens: 1024 }, model).losses).toEqual([
      'refused reasoning.effort',
    ])
    expect(write(effort('max'), model).losses).toEqual(['refused reasoning.effort'])
  })

  it('does not start thinking within a loop of tools that began without, where the API refuses it', () => {
    const turns: Turn[] = [
      { role: 'user', parts: [{ kind: 'text', text: 'Go' }] },
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '' }] },
      { role: 'user', parts: [{ kind: 'tool-result', id: 'a', parts: [], isError: false }] },
    ]
    const within = write({ ...effort('low'), turns, tools: [tool] }, 'claude-haiku-4-5')
    expect(within.body.thinking).toBeUndefined()
    expect(within.losses).toEqual(['dropped reasoning.effort', 'dropped reasoning'])
    const thought = {
      kind: 'reasoning',
      text: '',
      state: { form: 'messages.signature', value: 'E' },
    } as const
    const begun = turns.with(1, { role: 'assistant', parts: [thought, ...turns[1]!.parts] })
    expect(
      write({ ...effort('low'), turns: begun, tools: [tool] }, 'claude-haiku-4-5').body.thinking,
    ).toBeDefined()
  })

  it('never turns a budget into an effort', () => {
    const reasoning = { ...effort('low').reasoning, effort: null, budgetTokens: 4096 }
    expect(write({ reasoning }, 'claude-sonnet-4-5').body.thinking).toEqual({
      type: 'enabled',
      budget_tokens: 4096,
    })
    const written = write({ reasoning }, 'claude-opus-5-5')
    expect(written.body).toMatchObject({ thinking: { type: 'adaptive' } })
    expect(written.body.output_config).toBeUndefined()
    expect(written.losses).toEqual(['dropped thinking.budget_tokens'])
  })

  it('shows the reasoning if that is all that is asked of it, where the model reasons by itself', () => {
    const reasoning = { effort: null, budgetTokens: null, mode: null, isShown: true, wantsState: false }
    expect(write({ reasoning }, 'claude-opus-5').body.thinking).toEqual({
      type: 'adaptive',
      display: 'summarized',
    })
    expect(write({ reasoning }, 'claude-opus-4-7').body.thinking).toBeUndefined()
  })
})

describe('a tool that must be called', () => {
  const forced = { tools: [tool], toolChoice: { kind: 'required' } } as const
  it.each([
    ['claude-opus-5-5', {}, undefined, ['refused tool_choice']],
    ['claude-opus-5', {}, { type: 'disabled' }, []],
    ['claude-opus-4-7', {}, undefined, []],
    ['claude-opus-4-7', effort('low'), { type: 'adaptive' }, ['refused tool_choice']],
    ['claude-opus-4-7', effort('none'), { type: 'disabled' }, []],
    ['model-x', effort('low'), undefined, []],
  ])('with %s and %j', (model, reasoning, thinking, losses) => {
    const written = write({ ...forced, ...reasoning }, model)
    expect(written.body.tool_choice).toEqual({ type: 'any' })
    expect(written.body.thinking).toEqual(thinking)
    expect(written.losses).toEqual(losses)
  })
})

describe('tools', () => {
  it('have a schema of an object', () => {
    const tools = [
      { ...tool, parameters: null },
      { ...tool, parameters: { properties: {} }, strict: true },
    ]
    expect(write({ tools, parallelToolCalls: false }).body).toMatchObject({
      tools: [
        { name: 'f', input_schema: { type: 'object', properties: {} } },
        { name: 'f', input_schema: { type: 'object', properties: {} }, strict: true },
      ],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    })
    expect(write({ tools }, 'claude-3-7-sonnet-20250219').losses).toEqual(['dropped tools[1].strict'])
  })

  it('that a conversation has called are named, and not called again, if the request has none', () => {
    const parts = [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '' }] as const
    expect(write({ turns: [{ role: 'assistant', parts }] }).body).toMatchObject({
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      tool_choice: { type: 'none' },
    })
    expect(write({ toolChoice: { kind: 'auto' } }).body.tool_choice).toBeUndefined()
  })
})

describe('sampling', () => {
  const hot = { temperature: 1.5, topP: 0.9, topK: 40 }
  it.each([
    ['model-x', { temperature: 1, top_p: 0.9, top_k: 40 }, ['dropped temperature']],
    ['claude-sonnet-4-5', { temperature: 1, top_k: 40 }, ['dropped temperature', 'dropped top_p']],
    ['claude-opus-4-7', {}, ['dropped temperature', 'dropped top_k', 'dropped top_p']],
  ])('of %s', (model, sent, losses) => {
    const { body, losses: lost } = write(hot, model)
    const { temperature, top_p, top_k } = body
    expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k }))).toEqual(sent)
    expect(lost).toEqual(losses)
  })

  it('is left out, without a word where it is the default, while a model thinks', () => {
    const { body, losses } = write({ ...effort('low'), temperature: 1, topP: 1 }, 'claude-opus-4-6')
    expect(body).toMatchObject({ top_p: 1 })
    expect(body.temperature).toBeUndefined()
    expect(losses).toEqual([])
    expect(write({ ...effort('low'), temperature: 0, topP: 0.5 }, 'claude-opus-4-6').losses).toEqual([
      'dropped temperature',
      'dropped top_p',
    ])
  })
})

describe('output', () => {
  const output = {
    kind: 'schema',
    name: 'n',
    description: 'd',
    schema: { type: 'object' },
    strict: null,
  } as const
  it('is a schema beside the effort', () => {
    const written = write({ ...effort('high'), output }, 'claude-opus-5-5')
    expect(written.body.output_config).toEqual({
      effort: 'high',
      format: { type: 'json_schema', schema: { type: 'object' } },
    })
    expect(written.losses).toEqual(['dropped response_format.description'])
  })

  it('is refused without a schema, and by models without structured output', () => {
    expect(write({ output: { kind: 'json' } }).losses).toEqual(['refused response_format'])
    expect(write({ output }, 'claude-sonnet-4-20250514').losses).toEqual(['refused response_format'])
  })

  it('ends at texts that are not blank', () => {
    expect(write({ stop: ['END', '\n\n'] })).toMatchObject({
      body: { stop_sequences: ['END'] },
      losses: ['refused stop'],
    })
  })
})
