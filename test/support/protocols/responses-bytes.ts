// Bytes of OpenAI's Responses, written from the public API reference: "The response object", "Streaming events" and
// "Error codes".

export const responseUsage = {
  input_tokens: 328,
  input_tokens_details: { cached_tokens: 256, cache_write_tokens: 64 },
  output_tokens: 52,
  output_tokens_details: { reasoning_tokens: 16 },
  total_tokens: 380,
}

const text = 'Under the moonlight, 北京 🙂'
const messageItem = {
  id: 'msg_67ccd3acc8d48190a77525dc6de64b4104becb25c45c1d41',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
}
const reasoningItem = {
  id: 'rs_67ccd3acc8d48190a77525dc6de64b4104becb25c45c1d42',
  type: 'reasoning',
  summary: [{ type: 'summary_text', text: 'The user wants a story.' }],
  encrypted_content: 'gAAAAABoISQ24OyVRYbkYfukdJoqdzWT-3uiErKInHDC',
}
const callItem = {
  id: 'fc_67ccd3acc8d48190a77525dc6de64b4104becb25c45c1d43',
  type: 'function_call',
  status: 'completed',
  call_id: 'call_12345xyz',
  name: 'get_weather',
  arguments: '{"location":"Paris"}',
}

/** A whole response. */
export const response = {
  id: 'resp_67ccd3a9da748190baa7f1570fe91ac604becb25c45c1d41',
  object: 'response',
  created_at: 1_741_476_777,
  status: 'completed',
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  model: 'gpt-upstream',
  output: [messageItem],
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: true,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
  usage: responseUsage,
  user: null,
  metadata: {},
  x_unknown: { deeply: [{ nested: true }] },
}

type ResponsesEvent = { readonly type: string; readonly [key: string]: unknown }

function toStream(events: readonly ResponsesEvent[]): string {
  return events
    .map(
      (event, index) =>
        `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`,
    )
    .join('')
}

const begun = { ...response, status: 'in_progress', output: [], usage: null }

function messageEvents(index: number): ResponsesEvent[] {
  const place = { item_id: messageItem.id, output_index: index }
  const part = { type: 'output_text', text: '', annotations: [] }
  return [
    {
      type: 'response.output_item.added',
      output_index: index,
      item: { ...messageItem, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...place, content_index: 0, part },
    {
      type: 'response.output_text.delta',
      ...place,
      content_index: 0,
      delta: text.slice(0, 12),
      logprobs: [],
    },
    { type: 'response.output_text.delta', ...place, content_index: 0, delta: text.slice(12), logprobs: [] },
    { type: 'response.output_text.done', ...place, content_index: 0, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, content_index: 0, part: messageItem.content[0] },
    { type: 'response.output_item.done', output_index: index, item: messageItem },
  ]
}

const opening: readonly ResponsesEvent[] = [
  { type: 'response.created', response: begun },
  { type: 'response.in_progress', response: begun },
]

/** Text in two pieces. */
export const textStream = toStream([
  ...opening,
  ...messageEvents(0),
  { type: 'response.completed', response },
])

/** Reasoning with a summary, and a call of a tool whose arguments come in pieces. */
export const toolStream = toStream([
  ...opening,
  {
    type: 'response.output_item.added',
    output_index: 0,
    item: { ...reasoningItem, summary: [], encrypted_content: '' },
  },
  {
    type: 'response.reasoning_summary_part.added',
    item_id: reasoningItem.id,
    output_index: 0,
    summary_index: 0,
    part: { type: 'summary_text', text: '' },
  },
  {
    type: 'response.reasoning_summary_text.delta',
    item_id: reasoningItem.id,
    output_index: 0,
    summary_index: 0,
    delta: 'The user wants a story.',
  },
  { type: 'response.output_item.done', output_index: 0, item: reasoningItem },
  {
    type: 'response.output_item.added',
    output_index: 1,
    item: { ...callItem, status: 'in_progress', arguments: '' },
  },
  {
    type: 'response.function_call_arguments.delta',
    item_id: callItem.id,
    output_index: 1,
    delta: '{"location":',
  },
  {
    type: 'response.function_call_arguments.delta',
    item_id: callItem.id,
    output_index: 1,
    delta: '"Paris"}',
  },
  {
    type: 'response.function_call_arguments.done',
    item_id: callItem.id,
    output_index: 1,
    name: callItem.name,
    arguments: callItem.arguments,
  },
  { type: 'response.output_item.done', output_index: 1, item: callItem },
  { type: 'response.completed', response: { ...response, output: [reasoningItem, callItem] } },
])

export const rateLimited = {
  error: {
    message: 'Rate limit reached for gpt-upstream in organization org-x on requests per min (RPM).',
    type: 'requests',
    param: null,
    code: 'rate_limit_exceeded',
  },
}
