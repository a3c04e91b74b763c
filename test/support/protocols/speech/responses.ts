import { inPieces, namedEvents, type Turn } from './turn.ts'

export const responsesUsage = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 60 },
  output_tokens: 30,
  output_tokens_details: { reasoning_tokens: 8 },
  total_tokens: 130,
}

export const responsesCallId = 'call_1'

const head = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_750_000_000,
  model: 'm-1',
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
}

type Item = { readonly id: string; readonly type: string } & Readonly<Record<string, unknown>>
type Event = { readonly type: string } & Readonly<Record<string, unknown>>

/** The fields of a request that its reply repeats. */
type Asked = { readonly text?: unknown; readonly reasoning?: unknown; readonly store?: unknown }

function repeatFields({ text, reasoning, store }: Asked): object {
  return { text: text ?? { format: { type: 'text' } }, reasoning: reasoning ?? null, store: store ?? true }
}

/** The whole reply. */
export function responsesReply(turn: Turn, asked: Asked = {}): object {
  return {
    ...head,
    ...repeatFields(asked),
    status: 'completed',
    output: outputItems(turn).map(({ item }) => item),
    usage: responsesUsage,
  }
}

export function responsesEvents(turn: Turn, asked: Asked = {}): string[] {
  const begun = { ...head, ...repeatFields(asked), status: 'in_progress', output: [], usage: null }
  const events: Event[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...outputItems(turn).flatMap(({ item, added, events: between }, index) => [
      { type: 'response.output_item.added', output_index: index, item: added },
      ...between({ output_index: index, item_id: item.id }),
      { type: 'response.output_item.done', output_index: index, item },
    ]),
    { type: 'response.completed', response: responsesReply(turn, asked) },
  ]
  return namedEvents(events.map((event, sequence_number) => ({ ...event, sequence_number })))
}

/** An item of the reply: whole, as it begins in a stream, and what comes until it is done. */
type Output = { item: Item; added: object; events: (at: object) => Event[] }

function outputItems({ reasoning, text, call }: Turn): Output[] {
  return [
    ...(reasoning === null ? [] : [reasoningItem(reasoning.text, reasoning.state)]),
    ...(text === null ? [] : [messageItem(text)]),
    ...(call === null ? [] : [callItem(call.name, call.arguments)]),
  ]
}

function reasoningItem(thought: string, state: string | null): Output {
  const summary = { type: 'summary_text', text: thought }
  const item = {
    type: 'reasoning',
    id: 'rs_1',
    summary: thought === '' ? [] : [summary],
    ...(state !== null && { encrypted_content: state }),
  }
  return {
    item,
    added: { type: 'reasoning', id: 'rs_1', summary: [] },
    events: (at) => {
      const part = { ...at, summary_index: 0 }
      if (thought === '') return []
      return [
        { type: 'response.reasoning_summary_part.added', ...part, part: { ...summary, text: '' } },
        { type: 'response.reasoning_summary_text.delta', ...part, delta: thought },
        { type: 'response.reasoning_summary_text.done', ...part, text: thought },
        { type: 'response.reasoning_summary_part.done', ...part, part: summary },
      ]
    },
  }
}

function messageItem(text: string): Output {
  const part = { type: 'output_text', text, annotations: [], logprobs: [] }
  const item = { type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content: [part] }
  return {
    item,
    added: { ...item, content: [], status: 'in_progress' },
    events: (at) => {
      const place = { ...at, content_index: 0 }
      return [
        { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
        ...inPieces(text).map((delta) => ({
          type: 'response.output_text.delta',
          ...place,
          delta,
          logprobs: [],
        })),
        { type: 'response.output_text.done', ...place, text, logprobs: [] },
        { type: 'response.content_part.done', ...place, part },
      ]
    },
  }
}

function callItem(name: string, json: string): Output {
  const item = {
    type: 'function_call',
    id: 'fc_1',
    call_id: responsesCallId,
    name,
    arguments: json,
    status: 'completed',
  }
  return {
    item,
    added: { ...item, arguments: '', status: 'in_progress' },
    events: (at) => [
      { type: 'response.function_call_arguments.delta', ...at, delta: json },
      { type: 'response.function_call_arguments.done', ...at, name, arguments: json },
    ],
  }
}
