import type { Respond } from '../upstream.ts'

/**
 * A model that speaks the protocol of whatever path it is asked on, streamed. The events are those of the providers'
 * public documentation: "Streaming Messages" of Anthropic, "Streaming events" of OpenAI's Responses, "The chat completion
 * chunk object" of OpenAI.
 */
export type Turn =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly arguments: object }

type Json = Readonly<Record<string, unknown>>

/** @param takeTurn what to say to a request; its body is parsed. */
export function speak(takeTurn: (body: Json, path: string) => Turn): Respond {
  return ({ path, body, response }) => {
    const pathname = path.replace(/\?.*/, '')
    if (pathname.endsWith('/count_tokens')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"input_tokens":10}')
      return
    }
    const write = pathname.endsWith('/messages')
      ? messagesEvents
      : pathname.endsWith('/responses')
        ? responsesEvents
        : chatEvents
    const request: Json = JSON.parse(body.toString('utf8'))
    const events = write(takeTurn(request, path), String(request.model))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events)
  }
}

function messagesEvents(turn: Turn, model: string): string {
  const usage = { input_tokens: 10, output_tokens: 1 }
  const empty = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    usage,
  }
  const [block, delta] =
    turn.kind === 'text'
      ? [
          { type: 'text', text: '' },
          { type: 'text_delta', text: turn.text },
        ]
      : [
          { type: 'tool_use', id: 'toolu_1', name: turn.name, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(turn.arguments) },
        ]
  const stop = { stop_reason: turn.kind === 'text' ? 'end_turn' : 'tool_use', stop_sequence: null }
  return named([
    { type: 'message_start', message: empty },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: stop, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ])
}

function responsesEvents(turn: Turn, model: string): string {
  const item =
    turn.kind === 'text'
      ? {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: turn.text, annotations: [] }],
        }
      : {
          id: 'fc_1',
          type: 'function_call',
          status: 'completed',
          call_id: 'call_1',
          name: turn.name,
          arguments: JSON.stringify(turn.arguments),
        }
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1_750_000_000,
    model,
    status: 'completed',
    output: [item],
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 15,
    },
  }
  const begun =
    turn.kind === 'text' ? { ...item, status: 'in_progress', content: [] } : { ...item, arguments: '' }
  const at = { output_index: 0, item_id: item.id }
  const part = { type: 'output_text', text: '', annotations: [] }
  const pieces =
    turn.kind === 'text'
      ? [
          { type: 'response.content_part.added', ...at, content_index: 0, part },
          { type: 'response.output_text.delta', ...at, content_index: 0, delta: turn.text },
          { type: 'response.output_text.done', ...at, content_index: 0, text: turn.text },
          { type: 'response.content_part.done', ...at, content_index: 0, part: { ...part, text: turn.text } },
        ]
      : [
          { type: 'response.function_call_arguments.delta', ...at, delta: JSON.stringify(turn.arguments) },
          { type: 'response.function_call_arguments.done', ...at, arguments: JSON.stringify(turn.arguments) },
        ]
  return named(
    [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } },
      { type: 'response.output_item.added', output_index: 0, item: begun },
      ...pieces,
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response },
    ].map((event, sequence_number) => ({ ...event, sequence_number })),
  )
}

function chatEvents(turn: Turn, model: string): string {
  const chunk = (choices: readonly object[], more: object = {}) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_750_000_000,
    model,
    choices,
    ...more,
  })
  const call = (name: string, given: object) => ({
    index: 0,
    id: 'call_1',
    type: 'function',
    function: { name, arguments: JSON.stringify(given) },
  })
  const delta =
    turn.kind === 'text'
      ? { role: 'assistant', content: turn.text }
      : { role: 'assistant', content: null, tool_calls: [call(turn.name, turn.arguments)] }
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
  const chunks = [
    chunk([{ index: 0, delta, finish_reason: null }]),
    chunk([{ index: 0, delta: {}, finish_reason: turn.kind === 'text' ? 'stop' : 'tool_calls' }]),
    chunk([], { usage }),
  ]
  return [...chunks.map((each) => JSON.stringify(each)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('')
}

function named(events: readonly (Json & { readonly type: string })[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}
