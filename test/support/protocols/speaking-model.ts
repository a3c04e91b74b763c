import type { Respond, SeenRequest } from '../upstream.ts'

/**
 * A model that speaks the three protocols, as an upstream: it thinks, calls the tool `add` if it is given one and has no
 * result yet, and answers "It is 12." otherwise. Its replies have the shapes of the providers' API references
 * (developers.openai.com/api/reference, platform.claude.com/docs/en/api/messages) of November 2026.
 */
export const speakingModel: Respond = (seen) => {
  const body = JSON.parse(seen.body.toString())
  const text = seen.body.toString()
  const path = new URL(seen.path, 'http://x').pathname
  const protocol = path.endsWith('/messages')
    ? 'messages'
    : path.endsWith('/responses')
      ? 'responses'
      : 'chat'
  const callsTool = Array.isArray(body.tools) && !text.includes(toolResult)
  if (text.includes('be busy')) {
    sendJson(seen, 429, errors[protocol], { 'retry-after': '7' })
    return
  }
  const isCut = text.includes('break off')
  if (body.stream !== true) {
    if (isCut) seen.response.socket?.destroy()
    else sendJson(seen, 200, replies[protocol](callsTool))
    return
  }
  const events = streams[protocol](callsTool)
  seen.response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (!isCut) seen.response.end(events.join(''))
  else seen.response.write(events.slice(0, 4).join(''), () => seen.response.socket?.destroy())
}

/** Tests send it as the tool's result. */
export const toolResult = 'twelve'
export const answer = 'It is 12.'
export const reasoning = 'Let me see.'
export const toolArguments = '{"a": 5, "b": 7}'
/** What each protocol's model wants back, byte for byte. */
export const states = {
  chat: reasoning,
  messages: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h',
  responses: 'gAAAAABo-encrypted',
} as const
/** As the upstream counts them: 100 tokens of the prompt, 60 of them from its cache, 30 of the reply. */
const usages = {
  chat: {
    prompt_tokens: 100,
    completion_tokens: 30,
    total_tokens: 130,
    prompt_tokens_details: { cached_tokens: 60 },
    completion_tokens_details: { reasoning_tokens: 8 },
  },
  messages: {
    input_tokens: 40,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 60,
    output_tokens: 30,
  },
  responses: {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 60 },
    output_tokens: 30,
    output_tokens_details: { reasoning_tokens: 8 },
    total_tokens: 130,
  },
}

const errors = {
  chat: {
    error: { message: 'Too many.', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' },
  },
  messages: { type: 'error', error: { type: 'rate_limit_error', message: 'Too many.' } },
  responses: {
    error: { message: 'Too many.', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' },
  },
}

const call = { id: 'call_1', type: 'function', function: { name: 'add', arguments: toolArguments } }
const chatHead = { id: 'chatcmpl-1', created: 1_750_000_000, model: 'm-1' }

const thinking = { type: 'thinking', thinking: reasoning, signature: states.messages }
const toolUse = { type: 'tool_use', id: 'toolu_1', name: 'add', input: { a: 5, b: 7 } }
const messageHead = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm-1', stop_sequence: null }

const reasoningItem = {
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text: reasoning }],
  encrypted_content: states.responses,
}
const outputText = { type: 'output_text', text: answer, annotations: [], logprobs: [] }
const messageItem = {
  type: 'message',
  id: 'msg_1',
  status: 'completed',
  role: 'assistant',
  content: [outputText],
}
const callItem = {
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_1',
  name: 'add',
  arguments: toolArguments,
  status: 'completed',
}
const responseHead = {
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

/** Whole replies by protocol. @param callsTool whether it calls the tool `add` instead of answering. */
export const replies = {
  chat: (callsTool: boolean) => ({
    ...chatHead,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: callsTool ? null : answer,
          refusal: null,
          reasoning_content: reasoning,
          ...(callsTool && { tool_calls: [call] }),
        },
        finish_reason: callsTool ? 'tool_calls' : 'stop',
      },
    ],
    usage: usages.chat,
  }),
  messages: (callsTool: boolean) => ({
    ...messageHead,
    content: [thinking, callsTool ? toolUse : { type: 'text', text: answer }],
    stop_reason: callsTool ? 'tool_use' : 'end_turn',
    usage: usages.messages,
  }),
  responses: (callsTool: boolean) => ({
    ...responseHead,
    status: 'completed',
    output: [reasoningItem, callsTool ? callItem : messageItem],
    usage: usages.responses,
  }),
}

/** The events of streamed replies. @param callsTool as for `replies`. */
export const streams = {
  chat(callsTool: boolean): string[] {
    const chunk = (delta: object, finish: string | null = null) => ({
      ...chatHead,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finish }],
    })
    const { id, type } = call
    const calls = [
      { index: 0, id, type, function: { name: 'add', arguments: '' } },
      { index: 0, function: { arguments: toolArguments.slice(0, 6) } },
      { index: 0, function: { arguments: toolArguments.slice(6) } },
    ]
    const chunks = [
      chunk({ role: 'assistant', content: null, reasoning_content: reasoning.slice(0, 4) }),
      chunk({ reasoning_content: reasoning.slice(4) }),
      ...(callsTool
        ? calls.map((each) => chunk({ tool_calls: [each] }))
        : [chunk({ content: answer.slice(0, 5) }), chunk({ content: answer.slice(5) })]),
      chunk({}, callsTool ? 'tool_calls' : 'stop'),
      { ...chunk({}), choices: [], usage: usages.chat },
    ]
    return [...chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`), 'data: [DONE]\n\n']
  },
  messages(callsTool: boolean): string[] {
    const delta = (index: number, value: object) => ({ type: 'content_block_delta', index, delta: value })
    const start = (index: number, content_block: object) => ({
      type: 'content_block_start',
      index,
      content_block,
    })
    const block = callsTool
      ? [
          start(1, { ...toolUse, input: {} }),
          delta(1, { type: 'input_json_delta', partial_json: '' }),
          delta(1, { type: 'input_json_delta', partial_json: toolArguments }),
        ]
      : [
          start(1, { type: 'text', text: '' }),
          delta(1, { type: 'text_delta', text: answer.slice(0, 5) }),
          delta(1, { type: 'text_delta', text: answer.slice(5) }),
        ]
    return named([
      {
        type: 'message_start',
        message: {
          ...messageHead,
          content: [],
          stop_reason: null,
          usage: { ...usages.messages, output_tokens: 1 },
        },
      },
      start(0, { type: 'thinking', thinking: '', signature: '' }),
      { type: 'ping' },
      delta(0, { type: 'thinking_delta', thinking: reasoning }),
      delta(0, { type: 'signature_delta', signature: states.messages }),
      { type: 'content_block_stop', index: 0 },
      ...block,
      { type: 'content_block_stop', index: 1 },
      {
        type: 'message_delta',
        delta: { stop_reason: callsTool ? 'tool_use' : 'end_turn', stop_sequence: null },
        usage: { output_tokens: 30 },
      },
      { type: 'message_stop' },
    ])
  },
  responses(callsTool: boolean): string[] {
    const response = { ...responseHead, status: 'in_progress', output: [], usage: null }
    const [summary] = reasoningItem.summary
    const at = (output_index: number, item_id: string) => ({ output_index, item_id })
    const text = { ...at(1, 'msg_1'), content_index: 0 }
    const item = callsTool
      ? [
          {
            type: 'response.output_item.added',
            output_index: 1,
            item: { ...callItem, arguments: '', status: 'in_progress' },
          },
          { type: 'response.function_call_arguments.delta', ...at(1, 'fc_1'), delta: toolArguments },
          {
            type: 'response.function_call_arguments.done',
            ...at(1, 'fc_1'),
            name: 'add',
            arguments: toolArguments,
          },
          { type: 'response.output_item.done', output_index: 1, item: callItem },
        ]
      : [
          {
            type: 'response.output_item.added',
            output_index: 1,
            item: { ...messageItem, content: [], status: 'in_progress' },
          },
          { type: 'response.content_part.added', ...text, part: { ...outputText, text: '' } },
          { type: 'response.output_text.delta', ...text, delta: answer.slice(0, 5), logprobs: [] },
          { type: 'response.output_text.delta', ...text, delta: answer.slice(5), logprobs: [] },
          { type: 'response.output_text.done', ...text, text: answer, logprobs: [] },
          { type: 'response.content_part.done', ...text, part: outputText },
          { type: 'response.output_item.done', output_index: 1, item: messageItem },
        ]
    const part = { ...at(0, 'rs_1'), summary_index: 0 }
    return named(
      [
        { type: 'response.created', response },
        { type: 'response.in_progress', response },
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { type: 'reasoning', id: 'rs_1', summary: [] },
        },
        { type: 'response.reasoning_summary_part.added', ...part, part: { ...summary, text: '' } },
        { type: 'response.reasoning_summary_text.delta', ...part, delta: reasoning },
        { type: 'response.reasoning_summary_text.done', ...part, text: reasoning },
        { type: 'response.reasoning_summary_part.done', ...part, part: summary },
        { type: 'response.output_item.done', output_index: 0, item: reasoningItem },
        ...item,
        { type: 'response.completed', response: replies.responses(callsTool) },
      ].map((event, sequence_number) => ({ ...event, sequence_number })),
    )
  },
}

type NamedEvent = { readonly type: string } & Readonly<Record<string, unknown>>

function named(events: readonly NamedEvent[]): string[] {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
}

function sendJson(
  { response }: SeenRequest,
  status: number,
  value: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}
