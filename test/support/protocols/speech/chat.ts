import { type Call, inPieces, type Turn } from './turn.ts'

/** How a provider's chat completions differ from OpenAI's. */
export type ChatAccent = {
  /**
   * Where reasoning is. `none`: nowhere (OpenAI); `parts`: in a list of content parts (Mistral); `details`: in
   * `reasoning` and `reasoning_details` (OpenRouter).
   */
  readonly reasoning: 'none' | 'reasoning_content' | 'reasoning' | 'details' | 'parts'
  /** Gemini's signature of each tool call. */
  readonly signature?: string
  /** Groq's copy of the usage in `x_groq`. */
  readonly groqUsage?: true
  /** OpenRouter's comments while a model is queued. */
  readonly comments?: true
}

export const deepseekAccent: ChatAccent = { reasoning: 'reasoning_content' }

export const chatUsage = {
  prompt_tokens: 100,
  completion_tokens: 30,
  total_tokens: 130,
  prompt_tokens_details: { cached_tokens: 60 },
  completion_tokens_details: { reasoning_tokens: 8 },
}

export const chatCallId = 'call_1'

const head = { id: 'chatcmpl-1', created: 1_750_000_000, model: 'm-1' }

/** The whole reply. */
export function chatReply({ reasoning, text, call }: Turn, accent: ChatAccent): object {
  const thought = reasoning?.text ?? ''
  const state = reasoning?.state ?? null
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: accent.reasoning === 'parts' && thought !== '' ? parts(thought, text) : text,
          refusal: null,
          ...reasoningFields(thought, state, accent),
          ...(call !== null && { tool_calls: [formatCall(call, accent)] }),
        },
        finish_reason: call === null ? 'stop' : 'tool_calls',
      },
    ],
    usage: chatUsage,
  }
}

/** @param hasUsage whether the stream ends with its usage. */
export function chatEvents(turn: Turn, accent: ChatAccent, hasUsage = true): string[] {
  const { reasoning, text, call } = turn
  const chunk = (delta: object, finish: string | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })
  const [first, second] = inPieces(reasoning?.text ?? '')
  const thoughts =
    second === ''
      ? []
      : [thoughtDelta(first, null, accent), thoughtDelta(second, reasoning?.state ?? null, accent)]
  const stop = {
    ...chunk({}, call === null ? 'stop' : 'tool_calls'),
    ...(accent.groqUsage && { x_groq: { id: 'req_1', usage: chatUsage } }),
  }
  const [start = {}, ...later] = thoughts
  const chunks = [
    chunk({ role: 'assistant', content: text === null ? null : '', ...start }),
    ...later.map((delta) => chunk(delta)),
    ...(call === null
      ? inPieces(text ?? '').map((content) => chunk({ content }))
      : callChunks(call, accent, chunk)),
    stop,
    ...(hasUsage ? [{ ...chunk({}), choices: [], usage: chatUsage }] : []),
  ]
  const events = [...chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`), 'data: [DONE]\n\n']
  return accent.comments ? [': OPENROUTER PROCESSING\n\n', ...events] : events
}

function callChunks(call: Call, accent: ChatAccent, chunk: (delta: object) => object): object[] {
  const written = formatCall(call, accent)
  const whole = [{ index: 0, ...written, function: { ...written.function, arguments: '' } }]
  return [
    whole,
    ...inPieces(call.arguments).map((piece) => [{ index: 0, function: { arguments: piece } }]),
  ].map((calls) => chunk({ tool_calls: calls }))
}

function formatCall({ name, arguments: json }: Call, { signature }: ChatAccent) {
  return {
    id: chatCallId,
    type: 'function',
    function: { name, arguments: json },
    ...(signature !== undefined && { extra_content: { google: { thought_signature: signature } } }),
  }
}

function thoughtDelta(text: string, state: string | null, accent: ChatAccent): object {
  return accent.reasoning === 'parts' ? { content: parts(text, null) } : reasoningFields(text, state, accent)
}

function reasoningFields(text: string, state: string | null, { reasoning }: ChatAccent): object {
  if (text === '' || reasoning === 'none' || reasoning === 'parts') return {}
  if (reasoning !== 'details') return { [reasoning]: text }
  const detail = { type: 'reasoning.text', text, index: 0, format: 'anthropic-claude-v1', signature: state }
  return { reasoning: text, reasoning_details: [detail] }
}

function parts(thought: string, text: string | null): object[] {
  return [
    { type: 'thinking', thinking: [{ type: 'text', text: thought }] },
    ...(text === null ? [] : [{ type: 'text', text }]),
  ]
}
