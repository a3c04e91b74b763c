import { groqHabits, mistralHabits, openrouterHabits } from '../clients/providers/habits.ts'
import { chatEvents, chatReply, deepseekAccent } from '../protocols/speech/chat.ts'
import { messagesEvents, messagesReply } from '../protocols/speech/messages.ts'
import { responsesEvents, responsesReply } from '../protocols/speech/responses.ts'
import type { Turn } from '../protocols/speech/turn.ts'

/** Bytes that a reader gets: a streamed reply, a whole one, or a request. */
export type FuzzInput = {
  readonly kind: 'stream' | 'reply' | 'request'
  /** The protocol of the reader. */
  readonly protocol: 'chat-completions' | 'messages' | 'responses'
  readonly bytes: Buffer
}

const turns: readonly Turn[] = [
  { reasoning: null, text: 'Héllo, 北京 🙂', call: null },
  { reasoning: { text: 'Let me see.', state: 'EqQB' }, text: 'It is 12.', call: null },
  {
    reasoning: { text: 'Hm.', state: null },
    text: null,
    call: { name: 'add', arguments: '{"a": 5, "b": 7}' },
  },
]
const accents = [deepseekAccent, groqHabits.accent, mistralHabits.accent, openrouterHabits.accent]

const picture = 'data:image/png;base64,iVBORw0KGgo='
const parameters = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }
const requests: Readonly<Record<FuzzInput['protocol'], object>> = {
  'chat-completions': {
    model: 'auto',
    stream: true,
    stream_options: { include_usage: true },
    reasoning_effort: 'medium',
    response_format: { type: 'json_schema', json_schema: { name: 'o', schema: parameters, strict: true } },
    tools: [{ type: 'function', function: { name: 'add', description: 'Adds.', parameters } }],
    tool_choice: { type: 'function', function: { name: 'add' } },
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '5 + 7?' },
          { type: 'image_url', image_url: { url: picture } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'Hm.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":5}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'twelve' },
    ],
  },
  messages: {
    model: 'auto',
    max_tokens: 4096,
    stream: true,
    thinking: { type: 'enabled', budget_tokens: 2048 },
    output_config: { effort: 'medium', format: { type: 'json_schema', schema: parameters } },
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    tools: [{ name: 'add', description: 'Adds.', input_schema: parameters }],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: '5 + 7?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'EqQB' },
          { type: 'tool_use', id: 't1', name: 'add', input: { a: 5 } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't1', content: 'twelve', is_error: false }],
      },
    ],
  },
  responses: {
    model: 'auto',
    stream: true,
    store: false,
    instructions: 'Be brief.',
    include: ['reasoning.encrypted_content'],
    reasoning: { effort: 'medium', summary: 'auto' },
    text: { format: { type: 'json_schema', name: 'o', schema: parameters, strict: true } },
    tools: [
      { type: 'function', name: 'add', parameters, strict: true },
      {
        type: 'custom',
        name: 'patch',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
      },
    ],
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: '5 + 7?' },
          { type: 'input_image', image_url: picture },
        ],
      },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Hm.' }],
        encrypted_content: 'gAAA',
      },
      { type: 'function_call', call_id: 'c1', name: 'add', arguments: '{"a":5}' },
      { type: 'function_call_output', call_id: 'c1', output: 'twelve' },
    ],
  },
}

/** Sound inputs of every kind, in the forms of the providers' documentation. */
export function seedInputs(): FuzzInput[] {
  const of = (kind: FuzzInput['kind'], protocol: FuzzInput['protocol'], text: string): FuzzInput => ({
    kind,
    protocol,
    bytes: Buffer.from(text),
  })
  const replies = turns.flatMap((turn) => [
    ...accents.flatMap((accent) => [
      of('stream', 'chat-completions', chatEvents(turn, accent).join('')),
      of('reply', 'chat-completions', JSON.stringify(chatReply(turn, accent))),
    ]),
    of('stream', 'messages', messagesEvents(turn).join('')),
    of('reply', 'messages', JSON.stringify(messagesReply(turn))),
    of('stream', 'responses', responsesEvents(turn).join('')),
    of('reply', 'responses', JSON.stringify(responsesReply(turn))),
  ])
  const asked = Object.entries(requests).map(([protocol, body]) =>
    of('request', protocol as FuzzInput['protocol'], JSON.stringify(body)),
  )
  return [...replies, ...asked]
}
