// Bytes of Anthropic's Messages, written from the public documentation of the API: "Streaming messages" (basic request,
// tool use, extended thinking, error events), "Prompt caching" (usage) and "Errors".

export const messageUsage = {
  input_tokens: 21,
  cache_creation_input_tokens: 300,
  cache_read_input_tokens: 2000,
  cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
  output_tokens: 393,
  service_tier: 'standard',
}

/** A whole message. */
export const message = {
  id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF',
  type: 'message',
  role: 'assistant',
  model: 'claude-upstream',
  content: [{ type: 'text', text: 'Hi! My name is Claude, 北京 🙂', citations: null }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: messageUsage,
  x_unknown: { deeply: [{ nested: true }] },
}

type MessagesEvent = { readonly type: string; readonly [key: string]: unknown }

export function messagesEvent(value: MessagesEvent): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`
}

const start: MessagesEvent = {
  type: 'message_start',
  message: {
    ...message,
    content: [],
    stop_reason: null,
    usage: { ...messageUsage, output_tokens: 1 },
  },
}

function block(index: number, contentBlock: object, deltas: readonly object[]): MessagesEvent[] {
  return [
    { type: 'content_block_start', index, content_block: contentBlock },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function end(stopReason: string, outputTokens: number): MessagesEvent[] {
  return [
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { output_tokens: outputTokens },
    },
    { type: 'message_stop' },
  ]
}

/** Text in two pieces, with a ping between them. */
export const textStream = [
  start,
  ...block(0, { type: 'text', text: '' }, []).slice(0, 1),
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ', "usage": 北京 🙂' } },
  { type: 'content_block_stop', index: 0 },
  ...end('end_turn', 15),
]
  .map(messagesEvent)
  .join('')

/** Thinking with its signature, text, and a call of a tool whose arguments come in pieces. */
export const toolStream = [
  start,
  ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
    { type: 'thinking_delta', thinking: 'The user wants the weather.' },
    { type: 'signature_delta', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk' },
  ]),
  ...block(1, { type: 'text', text: '' }, [{ type: 'text_delta', text: "Okay, let's check:" }]),
  ...block(2, { type: 'tool_use', id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6', name: 'get_weather', input: {} }, [
    { type: 'input_json_delta', partial_json: '' },
    { type: 'input_json_delta', partial_json: '{"location":' },
    { type: 'input_json_delta', partial_json: ' "San Francisco, CA"}' },
  ]),
  ...end('tool_use', 89),
]
  .map(messagesEvent)
  .join('')

export const overloaded = messagesEvent({
  type: 'error',
  error: { type: 'overloaded_error', message: 'Overloaded' },
})

export const rateLimited = {
  type: 'error',
  error: { type: 'rate_limit_error', message: 'This request would exceed your rate limit.' },
  request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
}
