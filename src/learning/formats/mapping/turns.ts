import { coerceList, coerceObject } from '../logs/cells/coerce.ts'
import { isMessageList } from '../logs/request/message.ts'
import type { Row } from '../row.ts'

const userRole =
  /^(?:user|human|customer|client|visitor|guest|enduser|end[ _-]user|caller|me|patient|student|member|employee|buyer|question(?:er)?)$/i
const assistantRole =
  /^(?:(?:[\w-]*[ _-])?(?:assistant|ai|bot|agent|model|llm|gpt|copilot|machine|chatbot)|answer(?:er)?|support|advisor|tutor)$/i
const otherRole = /^(?:system|developer|tool|function)$/i

const roleNames = [
  'role',
  'from',
  'sender',
  'author',
  'speaker',
  'who',
  'by',
  'party',
  'participant',
  'type',
  'kind',
  'side',
  'direction',
]
const textNames = ['content', 'text', 'body', 'message', 'value', 'utterance', 'msg', 'said', 'parts']

/**
 * The messages of a conversation whose turns are objects with a word for who speaks (`user`, `customer`, `bot`, `support-ai`)
 * and a text, whatever the two are called.
 *
 * @returns undefined if the value is no such list.
 */
export function toMessages(value: unknown): readonly Row[] | undefined {
  const turns = coerceList(value)?.map(coerceObject)
  const [first] = turns ?? []
  if (turns === undefined || first === undefined) return undefined
  if (turns.every((turn) => typeof turn?.role === 'string') && isMessageList(turns))
    return turns.flatMap((turn) => (turn === undefined ? [] : [turn]))
  const roleKey = byName(Object.keys(first), roleNames).find((key) => isRoleKey(turns, key))
  if (roleKey === undefined) return undefined
  const textKey = byName(Object.keys(first), textNames).find((key) => key !== roleKey && hasTexts(turns, key))
  if (textKey === undefined) return undefined
  return turns.flatMap((turn) => {
    const role = plainRole(turn?.[roleKey])
    return turn === undefined || role === undefined ? [] : [{ role, content: turn[textKey] ?? '' }]
  })
}

/** The keys with the usual names first. */
function byName(keys: readonly string[], names: readonly string[]): readonly string[] {
  const rank = (key: string) => {
    const at = names.indexOf(key.toLowerCase())
    return at < 0 ? names.length : at
  }
  return keys.toSorted((a, b) => rank(a) - rank(b))
}

function isRoleKey(turns: readonly (Row | undefined)[], key: string): boolean {
  const roles = turns.map((turn) => plainRole(turn?.[key]))
  return roles.every((role) => role !== undefined) && roles.includes('user')
}

function plainRole(value: unknown): string | undefined {
  const role = typeof value === 'string' ? value : coerceObject(value)?.role
  if (typeof role !== 'string' || role.length > 60) return undefined
  if (userRole.test(role)) return 'user'
  if (assistantRole.test(role)) return 'assistant'
  return otherRole.test(role) ? role.toLowerCase() : undefined
}

function hasTexts(turns: readonly (Row | undefined)[], key: string): boolean {
  return turns.some((turn) => typeof turn?.[key] === 'string' || coerceList(turn?.[key]) !== undefined)
}
