import { inPieces, namedEvents, type Turn } from './turn.ts'

export const messagesUsage = {
  input_tokens: 40,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 60,
  output_tokens: 30,
}

export const messagesCallId = 'toolu_1'

const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm-1', stop_sequence: null }

/** The whole reply. */
export function messagesReply({ reasoning, text, call }: Turn): object {
  return {
    ...head,
    content: [
      ...(reasoning === null
        ? []
        : [{ type: 'thinking', thinking: reasoning.text, signature: reasoning.state ?? '' }]),
      ...(text === null ? [] : [{ type: 'text', text }]),
      ...(call === null
        ? []
        : [{ type: 'tool_use', id: messagesCallId, name: call.name, input: JSON.parse(call.arguments) }]),
    ],
    stop_reason: call === null ? 'end_turn' : 'tool_use',
    usage: messagesUsage,
  }
}

export function messagesEvents({ reasoning, text, call }: Turn): string[] {
  const delta = (index: number, value: object) => ({ type: 'content_block_delta', index, delta: value })
  const blocks: { start: object; deltas: object[] }[] = []
  if (reasoning !== null)
    blocks.push({
      start: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        { type: 'thinking_delta', thinking: reasoning.text },
        { type: 'signature_delta', signature: reasoning.state ?? '' },
      ],
    })
  if (text !== null)
    blocks.push({
      start: { type: 'text', text: '' },
      deltas: inPieces(text).map((piece) => ({ type: 'text_delta', text: piece })),
    })
  if (call !== null)
    blocks.push({
      start: { type: 'tool_use', id: messagesCallId, name: call.name, input: {} },
      deltas: ['', ...inPieces(call.arguments)].map((piece) => ({
        type: 'input_json_delta',
        partial_json: piece,
      })),
    })
  return namedEvents([
    {
      type: 'message_start',
      message: { ...head, content: [], stop_reason: null, usage: { ...messagesUsage, output_tokens: 1 } },
    },
    ...blocks.flatMap(({ start, deltas }, index) => [
      { type: 'content_block_start', index, content_block: start },
      ...(index === 0 ? [{ type: 'ping' }] : []),
      ...deltas.map((value) => delta(index, value)),
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason: call === null ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: messagesUsage.output_tokens },
    },
    { type: 'message_stop' },
  ])
}
