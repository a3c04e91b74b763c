import { hash } from 'node:crypto'
import { userWords } from '../prompts/agent-text/user-words.ts'
import { asArray, isObject, toConversationItems } from './conversation/conversation-item.ts'

/** What of a request says which conversation it belongs to. */
export type ConversationRequest = {
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, unknown>>
  /** The parsed body: its `metadata`, `conversation`, `previous_response_id` and `prompt_cache_key` are read. */
  readonly body: unknown
  /** `messages` of chat completions and Messages, `input` of Responses. */
  readonly messages: unknown
}

/** The conversation of a request. */
export type FoundSession = {
  /**
   * What replies and logs show: the value of `x-routellm-session` if it is plain, else 16 characters of the SHA-256 of
   * the id, so that an id that opens something elsewhere is never shown.
   */
  readonly id: string
  /**
   * Which of the conversations under this id: a coding agent runs subagents and small background requests under the id
   * of one session, and each has a history, a cache and a model of its own. The digest of the user's first words; empty
   * if the id alone says it.
   */
  readonly thread: string
  /** Whether the client or the protocol gave an id. False: the id is a hash of the first turns. */
  readonly isNamed: boolean
  /** Whether whatever comes under this id is one conversation, even if its first turns have been cut off. */
  readonly isOneConversation: boolean
  /** The digest of the `previous_response_id` that the turn continues; null if there is none. */
  readonly continues: string | null
  /** Whether `messages` are the new turns only, because the upstream keeps the ones before them. */
  readonly isPartial: boolean
}

/** Of each text that identifies a conversation; longer ones differ before. */
const longestRead = 2048
const longestId = 512

/**
 * Finds the conversation of a request, in this order:
 *
 * 1. the header `x-routellm-session`;
 * 2. the protocol's or agent's own id: `x-claude-code-session-id` or the session in `metadata.user_id` (Claude Code),
 *    `x-session-id` and `x-session-affinity` (opencode), `session-id`, `session_id` and `conversation_id` (Codex),
 *    `conversation` and `previous_response_id` (Responses), a `prompt_cache_key` that is one conversation's (a UUID, or
 *    opencode's `ses_…`);
 * 3. the first turns: the first 2,048 characters of the system text and of the user's first words, and the
 *    `prompt_cache_key` if it is another.
 *
 * Never throws. An id that is not a string, is empty or has more than 512 characters is ignored.
 */
export function findSession({ headers, body, messages }: ConversationRequest): FoundSession {
  const fields = isObject(body) ? body : {}
  const previous = idOf(fields.previous_response_id)
  const conversation = idOf(isObject(fields.conversation) ? fields.conversation.id : fields.conversation)
  const rest = {
    continues: previous === null ? null : toDigest(previous),
    isPartial: previous !== null || conversation !== null,
  }
  const threaded = (id: string, isOneConversation: boolean) => ({
    id,
    thread: rest.isPartial ? '' : toDigest(firstWords(messages)),
    isNamed: true,
    isOneConversation,
    ...rest,
  })
  const own = idOf(headers['x-routellm-session'])
  if (own !== null) return threaded(plainId.test(own) ? own : toDigest(own), true)
  const agent = findAgentId(headers, fields)
  if (agent !== null) return threaded(toDigest(agent), false)
  if (conversation !== null) return threaded(toDigest(conversation), true)
  if (rest.continues !== null) return threaded(rest.continues, true)
  const cacheKey = idOf(fields.prompt_cache_key)
  if (cacheKey !== null && conversationKey.test(cacheKey)) return threaded(toDigest(cacheKey), false)
  const system = textOf(fields.system) || textOf(fields.instructions) || systemText(messages)
  const first = `${cacheKey ?? ''}\u0000${system.slice(0, longestRead)}\u0000${firstWords(messages)}`
  return { id: toDigest(first), thread: '', isNamed: false, isOneConversation: false, ...rest }
}

/** The digest under which the session of a response is remembered, for `previous_response_id`. */
export function toResponseDigest(responseId: string): string {
  return toDigest(responseId)
}

/** An id that can be shown as it is: it is our own header, and chosen for it. */
const plainId = /^[\w.:-]{1,64}$/
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const conversationKey = new RegExp(`^(?:${uuid}|ses_\\w{8,64})$`, 'i')
const claudeCodeSession = new RegExp(`_session_(${uuid})$`, 'i')

const agentHeaders = [
  'x-claude-code-session-id',
  'x-session-id',
  'x-session-affinity',
  'session-id',
  'session_id',
  'conversation_id',
]

function findAgentId(
  headers: Readonly<Record<string, unknown>>,
  { metadata }: { readonly [key: string]: unknown },
): string | null {
  for (const name of agentHeaders) {
    const id = idOf(headers[name])
    if (id !== null) return id
  }
  const user = isObject(metadata) ? idOf(metadata.user_id) : null
  if (user === null) return null
  if (user.startsWith('{')) return idOf(parseObject(user).session_id)
  return claudeCodeSession.exec(user)?.[1] ?? null
}

function parseObject(text: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function idOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= longestId ? value : null
}

function toDigest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 16)
}

/** The user's words in the first message that has some. */
function firstWords(messages: unknown): string {
  if (typeof messages === 'string') return messages.slice(0, longestRead)
  for (const entry of asArray(messages)) {
    for (const item of toConversationItems(entry)) {
      if (item.kind !== 'user') continue
      const words = userWords(item.texts).trim()
      if (words !== '') return words.slice(0, longestRead)
    }
  }
  return ''
}

function systemText(messages: unknown): string {
  for (const entry of asArray(messages)) {
    if (!isObject(entry) || (entry.role !== 'system' && entry.role !== 'developer')) continue
    const text = textOf(entry.content)
    if (text !== '') return text
  }
  return ''
}

/** A string, or the first text of a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  for (const part of asArray(content))
    if (isObject(part) && typeof part.text === 'string' && part.text !== '') return part.text
  return ''
}
