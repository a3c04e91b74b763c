// Synthetic conversations as coding agents send them: each request repeats the whole conversation. The shapes follow
// recordings of Claude Code 2.1 (Messages), Codex 0.171 (Responses) and opencode 1.18 (chat completions).

export type Shape = 'claude-code' | 'codex' | 'opencode'

/** One turn of the user, the tool calls that the model makes for it, and its answer. */
export type ScriptedTurn = {
  readonly words: string
  readonly calls: readonly ScriptedCall[]
  readonly answer: string
}

export type ScriptedCall = {
  readonly name: string
  readonly input: string
  readonly output: string
  readonly isFailed?: boolean
}

export type AgentRequest = {
  readonly headers: Readonly<Record<string, string>>
  readonly body: { readonly [key: string]: unknown }
  /** `messages` or `input` of the body. */
  readonly messages: readonly unknown[]
  /** What the script says: the last entry is a tool's result. */
  readonly isInToolLoop: boolean
  /** Index of the turn. */
  readonly turn: number
}

export const sessionUuid = '54c1eb09-bc4c-4d2f-98eb-6d2ab2d5e2fe'

/** The requests of a conversation in their order: one per turn, and one after each tool call. */
export function toAgentRequests(shape: Shape, turns: readonly ScriptedTurn[]): readonly AgentRequest[] {
  const encoder = encoders[shape]
  const history: unknown[] = [...encoder.opening]
  const requests: AgentRequest[] = []
  const request = (turn: number, isInToolLoop: boolean) =>
    requests.push({ ...encoder.envelope(history.slice()), isInToolLoop, turn })
  for (const [index, turn] of turns.entries()) {
    history.push(...encoder.user(turn.words))
    request(index, false)
    for (const [step, call] of turn.calls.entries()) {
      history.push(...encoder.call(`call_${index}_${step}`, call))
      request(index, true)
    }
    history.push(...encoder.answer(turn.answer))
  }
  return requests
}

type Envelope = Pick<AgentRequest, 'headers' | 'body' | 'messages'>

type Encoder = {
  readonly opening: readonly unknown[]
  user(words: string): readonly unknown[]
  /** The call and its result. */
  call(id: string, call: ScriptedCall): readonly unknown[]
  answer(text: string): readonly unknown[]
  envelope(history: readonly unknown[]): Envelope
}

const reminder =
  '<system-reminder>\nAs you answer, you can use this context:\n# claudeMd\nUse tabs.\n</system-reminder>'

const encoders: Readonly<Record<Shape, Encoder>> = {
  'claude-code': {
    opening: [],
    user: (words) => [
      {
        role: 'user',
        content: [
          { type: 'text', text: reminder },
          { type: 'text', text: words },
        ],
      },
    ],
    call: (id, { name, input, output, isFailed = false }) => [
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Let me look.', signature: 'c2ln' },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id, name, input: { command: input } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: id, content: output, ...(isFailed && { is_error: true }) },
          { type: 'text', text: '<system-reminder>\nThe TODO list is empty.\n</system-reminder>' },
        ],
      },
    ],
    answer: (text) => [{ role: 'assistant', content: [{ type: 'text', text }] }],
    envelope: (messages) => ({
      headers: { 'anthropic-version': '2023-06-01' },
      messages,
      body: {
        model: 'auto',
        system: [{ type: 'text', text: 'You are Claude Code.', cache_control: { type: 'ephemeral' } }],
        metadata: { user_id: `user_0a1b_account__session_${sessionUuid}` },
        messages,
      },
    }),
  },
  codex: {
    opening: [
      {
        type: 'message',
        role: 'user',
        content: [
          {
            type: 'input_text',
            text: '<environment_context>\n<cwd>/project</cwd>\n</environment_context>',
          },
        ],
      },
    ],
    user: (words) => [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: words }] }],
    call: (id, { name, input, output, isFailed = false }) => [
      { type: 'reasoning', id: `rs_${id}`, summary: [], encrypted_content: 'Z2lnbw==' },
      { type: 'function_call', name, arguments: JSON.stringify({ command: input }), call_id: id },
      {
        type: 'function_call_output',
        call_id: id,
        output: `Exit code: ${isFailed ? 1 : 0}\nWall time: 0.1 seconds\nOutput:\n${output}`,
      },
    ],
    answer: (text) => [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }],
    envelope: (input) => ({
      headers: { session_id: sessionUuid },
      messages: input,
      body: { model: 'auto', instructions: 'You are Codex.', prompt_cache_key: sessionUuid, input },
    }),
  },
  opencode: {
    opening: [{ role: 'system', content: 'You are opencode.' }],
    user: (words) => [{ role: 'user', content: words }],
    call: (id, { name, input, output, isFailed = false }) => [
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify({ input }) } }],
      },
      { role: 'tool', tool_call_id: id, content: isFailed ? `Error: ${output}` : output },
    ],
    answer: (text) => [{ role: 'assistant', content: text }],
    envelope: (messages) => ({
      headers: { 'x-session-id': 'ses_0123456789abcdef', 'x-session-affinity': 'ses_0123456789abcdef' },
      messages,
      body: { model: 'auto', messages },
    }),
  },
}

export const shapes: readonly Shape[] = ['claude-code', 'codex', 'opencode']
