import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidRequestError } from '../../errors.ts'
import { unread as chatUnread } from '../protocols/chat-completions/common/request/unread.ts'
import { unwritten as chatUnwritten } from '../protocols/chat-completions/common/request/unwritten.ts'
import type { CommonForm } from '../protocols/common/common-form.ts'
import type { LossRow } from '../protocols/common/loss-table.ts'
import { commonForms } from '../protocols/forms.ts'
import { unread as messagesUnread } from '../protocols/messages/common/losses/unread.ts'
import { unwritten as messagesUnwritten } from '../protocols/messages/common/losses/unwritten.ts'
import { protocols } from '../protocols/registry.ts'
import { unread as responsesUnread } from '../protocols/responses/common/request/unread.ts'
import { unwritten as responsesUnwritten } from '../protocols/responses/common/request/unwritten.ts'
import { createTranslations } from './translation.ts'

type Body = Readonly<Record<string, unknown>>
type Example = { readonly from: string; readonly body: Body; readonly upstream?: string }

const find = createTranslations(protocols, commonForms)
const runs = { seed: 14, numRuns: 20 }

function translate(from: string, to: string, parsed: Body, isStrict: boolean, upstream = 'm') {
  const path = commonForms.find(({ protocol }) => protocol === from)!.path
  const protocol = protocols.find(({ name }) => name === from)!
  const translation = find(protocol, path, { name: 'p', protocols: [to] })!
  return translation.translate(
    { parsed, keepsEffort: true, isStrict },
    { name: 'm', provider: 'p', upstream },
  )
}

/** The request is dropped or refused as the row says, and strict mode refuses it. */
function expectLoss(row: LossRow, { from, body, upstream }: Example, to: string): void {
  const refusal = (isStrict: boolean) => {
    try {
      translate(from, to, body, isStrict, upstream)
      return null
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidRequestError)
      return error as InvalidRequestError
    }
  }
  expect(refusal(true)).toMatchObject({ code: 'not-translatable', message: expect.stringContaining(row.why) })
  if (row.kind === 'refused') {
    expect(refusal(false)).toMatchObject({
      code: 'not-translatable',
      message: expect.stringContaining(`(${row.why})`),
    })
    return
  }
  const { losses } = translate(from, to, body, false, upstream)
  const found = losses.filter(({ kind, why }) => kind === row.kind && why === row.why)
  expect(found.map(({ field }) => withoutIndexes(field).startsWith(row.field))).toContain(true)
}

function withoutIndexes(field: string): string {
  return field.replaceAll(/\[\d+\]/g, '[]')
}

const others = (protocol: string) =>
  commonForms.map((form) => form.protocol).filter((other) => other !== protocol)

const tool = { name: 'f', description: 'd' }
const chatTool = { type: 'function', function: { ...tool, parameters: { type: 'object' } } }
const messagesTool = { ...tool, input_schema: { type: 'object' } }
const responsesTool = { ...tool, type: 'function', parameters: { type: 'object' } }
const hi = { role: 'user', content: 'hi' }
const bases: Readonly<Record<string, Body>> = {
  'chat-completions': { model: 'm', messages: [hi], tools: [chatTool] },
  messages: { model: 'm', max_tokens: 5000, messages: [hi], tools: [messagesTool] },
  responses: { model: 'm', input: [hi], tools: [responsesTool] },
}

const chat = (body: Body, upstream?: string): Example => example('chat-completions', body, upstream)
const messages = (body: Body, upstream?: string): Example => example('messages', body, upstream)
const responses = (body: Body, upstream?: string): Example => example('responses', body, upstream)
function example(from: string, body: Body, upstream = 'm'): Example {
  return { from, body: { ...bases[from], ...body }, upstream }
}
const chatPart = (part: Body) => chat({ messages: [{ role: 'user', content: [part] }] })
const block = (part: Body) => messages({ messages: [{ role: 'user', content: [part] }] })
const inputPart = (part: Body) => responses({ input: [{ role: 'user', content: [part] }] })
const chatLoop = (text: string) => [
  hi,
  {
    role: 'assistant',
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: text } }],
  },
  { role: 'tool', tool_call_id: 'c', content: 'r' },
]
const errorResult = messages({
  messages: [
    hi,
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'no', is_error: true }] },
  ],
})
const keptImage = block({ type: 'image', source: { type: 'file', file_id: 'file_1' } })
const schema = { name: 'n', schema: { type: 'object' } }
const format = (more: Body = {}) => ({ type: 'json_schema', json_schema: { ...schema, ...more } })

/** What requests have that the shared form has not: each to both other protocols. */
const unreadExamples: readonly (readonly [LossRow, Example])[] = [
  ...pairs(chatUnread, {
    laterInstructions: chat({ messages: [hi, { role: 'system', content: 'Be brief.' }] }),
    part: chatPart({ type: 'video_url', video_url: { url: 'https://example.com/v' } }),
    imageDetail: chatPart({ type: 'image_url', image_url: { url: 'https://example.com/i', detail: 'fine' } }),
    tool: chat({ tools: [{ type: 'custom', custom: { name: 'x' } }] }),
    toolChoice: chat({ tool_choice: { type: 'custom', custom: { name: 'x' } } }),
  }),
  ...pairs(messagesUnread, {
    block: block({ type: 'video' }),
    serverBlock: block({ type: 'web_search_tool_result', tool_use_id: 't', content: [] }),
    serverTool: messages({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }),
    systemMessage: messages({ messages: [hi, { role: 'system', content: 'Be brief.' }] }),
    citationsWanted: block({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'd' },
      citations: { enabled: true },
    }),
    citations: block({ type: 'text', text: 't', citations: [{ type: 'char_location' }] }),
    documentContext: block({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'd' },
      context: 'c',
    }),
    searchSource: block({ type: 'search_result', source: 's', title: 't', content: [] }),
    transformations: block({
      type: 'image',
      source: { type: 'url', url: 'https://example.com/i' },
      transformations: [{ type: 'none' }],
    }),
    toolsetName: messages({
      messages: [
        hi,
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'c', name: 'f', input: {}, toolset_name: 'set' }],
        },
      ],
    }),
    thinkingType: messages({ thinking: { type: 'deep' } }),
    thinkingOption: messages({ thinking: { type: 'adaptive', pace: 'slow' } }),
    effort: messages({ output_config: { effort: 'huge' } }),
    format: messages({ output_config: { format: { type: 'xml' } } }),
    outputOption: messages({ output_config: { tone: 'dry' } }),
  }),
  ...pairs(responsesUnread, {
    content: inputPart({ type: 'input_video' }),
    annotations: inputPart({ type: 'output_text', text: 't', annotations: [{ type: 'url_citation' }] }),
    imageDetail: inputPart({ type: 'input_image', image_url: 'https://example.com/i', detail: 'original' }),
    fileDetail: inputPart({
      type: 'input_file',
      file_data: 'data:application/pdf;base64,AA==',
      detail: 'low',
    }),
    longCache: inputPart({ type: 'input_text', text: 't', prompt_cache_breakpoint: { ttl: '12h' } }),
    phase: responses({ input: [hi, { role: 'assistant', content: 'a', phase: 'commentary' }] }),
    laterInstructions: responses({ input: [hi, { role: 'developer', content: 'Be brief.' }] }),
    onlySearch: responses({ tools: [{ type: 'web_search' }] }),
    namespace: responses({
      tools: [{ type: 'namespace', name: 'n', description: 'd', tools: [responsesTool] }],
    }),
    grammar: responses({
      tools: [
        { type: 'custom', name: 'x', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } },
      ],
    }),
    functionOption: responses({ tools: [{ ...responsesTool, output_schema: { type: 'object' } }] }),
    allowedTool: responses({
      tool_choice: {
        type: 'allowed_tools',
        mode: 'auto',
        tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }],
      },
    }),
    toolChoice: responses({ tool_choice: { type: 'file_search' } }),
  }),
]

/** What requests of other protocols have that one protocol has not. */
const unwrittenExamples: readonly (readonly [LossRow, Example, to: string])[] = [
  ...written('chat-completions', chatUnwritten, {
    topK: [messages({ top_k: 5 })],
    budgetTokens: [messages({ thinking: { type: 'enabled', budget_tokens: 2000 } })],
    noThinking: [messages({ thinking: { type: 'disabled' } })],
    shownReasoning: [
      messages({ thinking: { type: 'adaptive', display: 'summarized' } }),
      responses({ reasoning: { summary: 'auto' } }),
    ],
    isError: [errorResult],
    fileUrl: [
      block({ type: 'document', source: { type: 'url', url: 'https://example.com/d.pdf' } }),
      inputPart({ type: 'input_file', file_url: 'https://example.com/d.pdf' }),
    ],
    keptMedia: [keptImage, inputPart({ type: 'input_image', file_id: 'file_1' })],
  }),
  ...written('messages', messagesUnwritten, {
    audio: [
      chatPart({ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }),
      inputPart({ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }),
    ],
    fileId: [
      chatPart({ type: 'file', file: { file_id: 'file_1' } }),
      inputPart({ type: 'input_image', file_id: 'file_1' }),
    ],
    imageType: [chatPart({ type: 'image_url', image_url: { url: 'data:image/bmp;base64,AA==' } })],
    fileType: [chatPart({ type: 'file', file: { file_data: 'data:text/csv;base64,AA==' } })],
    imageDetail: [
      chatPart({ type: 'image_url', image_url: { url: 'https://example.com/i', detail: 'low' } }),
    ],
    invalidArguments: [chat({ messages: chatLoop('{"a":') })],
    jsonMode: [
      chat({ response_format: { type: 'json_object' } }),
      responses({ text: { format: { type: 'json_object' } } }),
    ],
    outputDescription: [chat({ response_format: format({ description: 'd' }) })],
    outputSchema: [chat({ response_format: format() }, 'claude-3-5-sonnet-20241022')],
    strictTool: [responses({ tools: [{ ...responsesTool, strict: true }] }, 'claude-3-5-sonnet-20241022')],
    blankStop: [chat({ stop: '\n' })],
    hotTemperature: [chat({ temperature: 1.5 }), responses({ temperature: 1.5 })],
    sampling: [chat({ temperature: 0.5 }, 'claude-opus-5')],
    thinkingSampling: [chat({ temperature: 0.5, reasoning_effort: 'high' }, 'claude-sonnet-4-5')],
    twoSamplings: [chat({ temperature: 0.5, top_p: 0.9 }, 'claude-sonnet-4-5')],
    minimalEffort: [chat({ reasoning_effort: 'minimal' }, 'claude-opus-4-6')],
    effort: [
      chat({ reasoning_effort: 'xhigh' }, 'claude-opus-4-6'),
      responses({ reasoning: { effort: 'xhigh' } }, 'claude-opus-4-6'),
    ],
    noReasoning: [chat({ reasoning_effort: 'high' }, 'claude-3-5-sonnet-20241022')],
    alwaysReasons: [chat({ reasoning_effort: 'none' }, 'claude-opus-5-5')],
    effortAsBudget: [chat({ reasoning_effort: 'high' }, 'claude-sonnet-4-5')],
    noRoomToReason: [chat({ reasoning_effort: 'high', max_completion_tokens: 500 }, 'claude-sonnet-4-5')],
    budget: [chat({ reasoning: { max_tokens: 2000 } }, 'claude-opus-4-7')],
    reasoningWithinLoop: [chat({ messages: chatLoop('{}'), reasoning_effort: 'high' }, 'claude-sonnet-4-5')],
    forcedTool: [chat({ tool_choice: 'required' }, 'claude-opus-5-5')],
    forcedToolWithReasoning: [chat({ tool_choice: 'required', reasoning_effort: 'high' }, 'claude-opus-4-7')],
  }),
  ...written('responses', responsesUnwritten, {
    stop: [chat({ stop: 'END' }), messages({ stop_sequences: ['END'] })],
    topK: [messages({ top_k: 5 })],
    budgetWithEffort: [
      messages({ thinking: { type: 'enabled', budget_tokens: 2000 }, output_config: { effort: 'high' } }),
    ],
    budget: [messages({ thinking: { type: 'enabled', budget_tokens: 2000 } })],
    longUser: [chat({ user: 'u'.repeat(65) }), messages({ metadata: { user_id: 'u'.repeat(65) } })],
    isError: [errorResult],
    keptMedia: [keptImage, chatPart({ type: 'file', file: { file_id: 'file_1' } })],
    cacheMark: [block({ type: 'text', text: 't', cache_control: { type: 'ephemeral' } })],
  }),
]

function pairs<Rows extends Readonly<Record<string, LossRow>>>(
  rows: Rows,
  examples: Readonly<Record<keyof Rows, Example>>,
): (readonly [LossRow, Example])[] {
  return Object.entries(rows).map(([name, row]) => [row, examples[name as keyof Rows]])
}

function written<Rows extends Readonly<Record<string, LossRow>>>(
  to: string,
  rows: Rows,
  examples: Readonly<Record<keyof Rows, readonly Example[]>>,
): (readonly [LossRow, Example, string])[] {
  return Object.entries(rows).flatMap(([name, row]) =>
    examples[name as keyof Rows].map((one) => [row, one, to] as const),
  )
}

/** A row of a field that counts with any value, or with one. */
function withField(form: CommonForm, row: LossRow, value: unknown): Body {
  const base = bases[form.protocol]!
  const [, list, member] = /^(\w+)\[\]\.?(.*)$/.exec(row.field) ?? []
  if (list !== undefined && row.value !== undefined) {
    const item = list === 'include' ? row.value : { type: row.value }
    return { ...base, [list]: [...((base[list] as unknown[] | undefined) ?? []), item] }
  }
  if (list !== undefined && member !== undefined) {
    const [first] = base[list] as Body[]
    return { ...base, [list]: [{ ...first, [member]: value }] }
  }
  const [outer, inner] = row.field.split('.') as [string, string?]
  return { ...base, [outer]: inner === undefined ? value : { [inner]: value } }
}

const nothing = ['null', '{}', '[]']
const values = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.integer({ min: -5, max: 5 }),
  fc.boolean(),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
)

describe.each(commonForms)('what $protocol cannot carry over', (form) => {
  const byExample = new Set(unreadExamples.map(([row]) => row))
  const fields = form.losses.unread.filter((row) => !byExample.has(row))

  it('has rows of fields, and an example for every other row', () => {
    expect(fields.length).toBeGreaterThan(10)
    const tried = new Set([...byExample, ...unwrittenExamples.map(([row]) => row)])
    expect(form.losses.unwritten.filter((row) => !tried.has(row))).toEqual([])
  })

  describe.each(others(form.protocol))('to %s', (to) => {
    it.each(fields.map((row) => [row.field, row.value ?? '', row.kind, row] as const))(
      '%s %s is %s',
      (_field, _value, _kind, row) => {
        const isLoss = (value: unknown) =>
          ![...nothing, ...(row.unless ?? [])].includes(JSON.stringify(value))
        fc.assert(
          fc.property(values.filter(isLoss), (value) => {
            expectLoss(row, { from: form.protocol, body: withField(form, row, value) }, to)
          }),
          row.value === undefined ? runs : { ...runs, numRuns: 1 },
        )
        if (row.value !== undefined) return
        for (const json of ['null', ...(row.unless ?? [])]) {
          const { losses } = translate(form.protocol, to, withField(form, row, JSON.parse(json)), true)
          expect(losses).toEqual([])
        }
      },
    )

    const examples = unreadExamples.filter(([, { from }]) => from === form.protocol)
    it.each(examples.map(([row, one]) => [row.field, row.why, row, one] as const))(
      '%s: %s',
      (_field, _why, row, one) => expectLoss(row, one, to),
    )
  })

  const written = unwrittenExamples.filter(([, , to]) => to === form.protocol)
  it.each(written.map(([row, one]) => [one.from, row.field, row.why, row, one] as const))(
    'from %s, %s: %s',
    (_from, _field, _why, row, one) => expectLoss(row, one, form.protocol),
  )
})
