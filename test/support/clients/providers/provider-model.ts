import { chatEvents, chatReply } from '../../protocols/speech/chat.ts'
import { messagesEvents, messagesReply } from '../../protocols/speech/messages.ts'
import { responsesEvents, responsesReply } from '../../protocols/speech/responses.ts'
import type { Reasoning, Turn } from '../../protocols/speech/turn.ts'
import type { SeenRequest } from '../../upstream.ts'
import {
  answer,
  commands,
  describePicture,
  retryAfterSeconds,
  reasoning as thought,
  toolArguments,
  toolResult,
} from '../features.ts'
import { type Asked, type Json, toList, toObject } from './asked.ts'
import type { Habits, Refusal } from './habits.ts'
import type { ProviderUnderTest } from './providers.ts'
import { readChat } from './read-chat.ts'
import { readMessages } from './read-messages.ts'
import { readResponses } from './read-responses.ts'

/** What a model wants back of its reasoning, byte for byte. */
function stateOf(spoken: Spoken, { name }: ProviderUnderTest): string {
  return `${{ 'chat-completions': 'EpADCkYICxgCKkDl', messages: 'EqQBCgIYAhIM1gbc', responses: 'gAAAAABo' }[spoken]}-${name}`
}

/** The protocol of the API that a path belongs to. */
export type Spoken = 'chat-completions' | 'messages' | 'responses'

export function spokenOn(path: string): Spoken {
  const { pathname } = new URL(path, 'http://x')
  if (pathname.endsWith('/messages')) return 'messages'
  return pathname.endsWith('/responses') ? 'responses' : 'chat-completions'
}

/** What the model did with a request. */
export type ModelReply = {
  readonly refusal: Refusal | null
  readonly reasoning: Reasoning | null
  /** The whole body that it sent; null if it did not end its reply. */
  readonly text: string | null
}

/** What the model says, and what goes wrong: 429, a stream that stands still after its beginning, or one that breaks off. */
export type Said = Omit<Turn, 'reasoning'> & { readonly mishap: 'busy' | 'hold' | 'break-off' | null }
export type Decide = (asked: Asked) => Said

export const providerKey = 'key-of-the-provider'

/**
 * A provider's model. It refuses what the provider's API refuses, reads the request as its API reference describes it, and
 * answers by what it read: a call of the tool, the bytes of the picture, an object of the schema, or a sentence.
 */
export function providerModel(
  provider: ProviderUnderTest,
  decide: Decide = decideByQuestion,
): (seen: SeenRequest) => ModelReply {
  const { habits } = provider
  return (seen) => {
    const spoken = spokenOn(seen.path)
    const body: Json = JSON.parse(seen.body.toString())
    if (new URL(seen.path, 'http://x').pathname.endsWith('/count_tokens')) {
      sendJson(seen, 200, { input_tokens: 10 })
      return { refusal: null, reasoning: null, text: null }
    }
    const asked = { 'chat-completions': readChat, messages: readMessages, responses: readResponses }[spoken](
      body,
    )
    const { mishap, ...said } = decide(asked)
    const busy = mishap === 'busy' ? { status: 429, message: 'Too many.' } : null
    const refusal = findRefusal(seen, spoken, body, asked, provider) ?? busy
    if (refusal !== null) {
      const extra = refusal.status === 429 ? { 'retry-after': String(retryAfterSeconds) } : {}
      sendJson(seen, refusal.status, writeError(spoken, habits, refusal), extra)
      return { refusal, reasoning: null, text: null }
    }
    const turn: Turn = { ...said, reasoning: think(spoken, body, provider) }
    if (!asked.stream) {
      const reply = writeReply(spoken, turn, body, habits)
      if (mishap === 'break-off') seen.response.socket?.destroy()
      else sendJson(seen, 200, reply)
      return { refusal: null, reasoning: turn.reasoning, text: JSON.stringify(reply) }
    }
    const events = writeEvents(spoken, turn, body, habits)
    seen.response.writeHead(200, { 'content-type': 'text/event-stream' })
    const begun = events.slice(0, -3).join('')
    if (mishap === 'hold') seen.response.write(begun)
    else if (mishap === 'break-off') seen.response.write(begun, () => seen.response.socket?.destroy())
    else seen.response.end(events.join(''))
    return { refusal: null, reasoning: turn.reasoning, text: events.join('') }
  }
}

function decideByQuestion(asked: Asked): Said {
  const mishap = asked.text.includes(commands.busy)
    ? 'busy'
    : asked.text.includes(commands.hold)
      ? 'hold'
      : asked.text.includes(commands.breakOff)
        ? 'break-off'
        : null
  return { ...takeTurn(asked), mishap }
}

function takeTurn(asked: Asked): Omit<Turn, 'reasoning'> {
  const sum = JSON.stringify({ sum: 12 })
  if (asked.forcedTool !== null && asked.results.length === 0) {
    const name = asked.forcedTool === '*' ? (asked.tools[0] ?? '') : asked.forcedTool
    return { text: null, call: { name, arguments: sum } }
  }
  if (asked.schema !== null) return { text: sum, call: null }
  if (asked.results.length > 0)
    return { text: asked.results.at(-1) === toolResult ? answer : 'What came back?', call: null }
  if (asked.tools.includes('add')) return { text: null, call: { name: 'add', arguments: toolArguments } }
  const { picture } = asked
  const text = picture === null ? answer : describePicture(picture.mediaType, picture.base64)
  return { text, call: null }
}

function think(spoken: Spoken, body: Json, provider: ProviderUnderTest): Reasoning | null {
  const { accent, showsReasoning } = provider.habits
  const state = stateOf(spoken, provider)
  if (spoken === 'chat-completions')
    return showsReasoning(body)
      ? { text: thought, state: accent.reasoning === 'details' ? state : null }
      : null
  if (spoken === 'messages') {
    const { type, display } = toObject(body.thinking)
    if (type !== 'enabled' && type !== 'adaptive') return null
    return { text: display === 'omitted' ? '' : thought, state }
  }
  if (body.reasoning === undefined || body.reasoning === null) return null
  const { summary } = toObject(body.reasoning)
  const isKept = Array.isArray(body.include) && body.include.includes('reasoning.encrypted_content')
  return {
    text: summary === undefined || summary === null ? '' : thought,
    state: isKept ? state : null,
  }
}

function findRefusal(
  { headers }: SeenRequest,
  spoken: Spoken,
  body: Json,
  asked: Asked,
  provider: ProviderUnderTest,
): Refusal | null {
  const { keyHeader, refuse } = provider.habits
  const key = headers[keyHeader]
  if (key !== (keyHeader === 'authorization' ? `Bearer ${providerKey}` : providerKey))
    return { status: 401, message: `The key has to be in ${keyHeader}.` }
  if (asked.resultIds.join() !== asked.callIds.slice(0, asked.resultIds.length).join())
    return { status: 400, message: 'The results do not belong to the calls before them.' }
  if (spoken === 'messages')
    return findMessagesRefusal(headers['anthropic-version'], body, stateOf(spoken, provider))
  if (spoken === 'responses') return findResponsesRefusal(body, stateOf(spoken, provider))
  return refuse?.(body) ?? null
}

/** Anthropic, "Versions" and "Extended thinking": with a budget, a turn that calls tools has to come back with its thinking. */
function findMessagesRefusal(version: unknown, body: Json, state: string): Refusal | null {
  if (version === undefined) return { status: 400, message: 'anthropic-version: header is required' }
  if (typeof body.max_tokens !== 'number') return { status: 400, message: 'max_tokens: Field required' }
  if (toObject(body.thinking).type !== 'enabled') return null
  const turns = toList(body.messages).filter(({ role }) => role === 'assistant')
  const withoutThinking = turns.some(({ content }) => {
    const blocks = toList(content)
    const calls = blocks.some(({ type }) => type === 'tool_use')
    return calls && blocks[0]?.signature !== state
  })
  return withoutThinking
    ? { status: 400, message: 'Expected `thinking` or `redacted_thinking`, but found `tool_use`.' }
    : null
}

/** OpenAI, "Conversation state": without stored state, an item of reasoning has to bring its encrypted content. */
function findResponsesRefusal(body: Json, state: string): Refusal | null {
  const items = toList(body.input).filter(({ type }) => type === 'reasoning')
  const isFound = items.every((item) => item.encrypted_content === state)
  return isFound ? null : { status: 404, message: "Item with id 'rs_1' not found." }
}

function writeReply(spoken: Spoken, turn: Turn, body: Json, { accent }: Habits): object {
  if (spoken === 'messages') return messagesReply(turn)
  return spoken === 'responses' ? responsesReply(turn, body) : chatReply(turn, accent)
}

function writeEvents(spoken: Spoken, turn: Turn, body: Json, { accent, alwaysUsage }: Habits): string[] {
  if (spoken === 'messages') return messagesEvents(turn)
  if (spoken === 'responses') return responsesEvents(turn, body)
  const hasUsage = alwaysUsage === true || toObject(body.stream_options).include_usage === true
  return chatEvents(turn, accent, hasUsage)
}

function writeError(spoken: Spoken, habits: Habits, { status, message }: Refusal): unknown {
  const type = status === 429 ? 'rate_limit_error' : 'invalid_request_error'
  if (spoken === 'messages') return { type: 'error', error: { type, message }, request_id: 'req_1' }
  if (habits.writeError !== undefined) return habits.writeError(status, message)
  const code = status === 429 ? 'rate_limit_exceeded' : null
  return { error: { message, type, param: null, code } }
}

function sendJson(
  { response }: SeenRequest,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}
