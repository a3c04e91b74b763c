import { defaultFollowUpRule, type FollowUpRule, isFollowUp } from './follow-up.ts'
import type { RoutedPrompt } from './routed-prompt.ts'

/** A message of a chat completion request, as received: only the role is certain to have its type. */
export type ChatMessage = { readonly role: string; readonly content?: unknown }

/** Which part of a conversation is scored. Plain data, so it can be configured. */
export type PromptRule = {
  /** When the last user turn needs the turns before it; null scores the last user turn alone. */
  readonly followUp: FollowUpRule | null
  /** Maximum number of user turns in the text, including the last one. An integer of 1 or more. */
  readonly maxTurns: number
}

export const defaultPromptRule: PromptRule = { followUp: defaultFollowUpRule, maxTurns: 8 }

/**
 * The text that a router scores: what the user asked for last.
 *
 * 1. Only user turns count. Tool results, assistant and function turns are not the user's words.
 * 2. A turn's text is its string content, or its `text` and `input_text` parts joined by newlines. Images, audio,
 *    files and null have no text; a turn without text is skipped, so an image alone is routed on the nearest
 *    earlier user text, and a conversation without any text on ''.
 * 3. If the last turn is a follow-up (`isFollowUp`: "commit it", "yes, go on"), the earlier user turns come
 *    before it, separated by an empty line, back to the nearest complete request, at most
 *    `maxTurns` in all. The first turn is always a complete request.
 * 4. `system` is the text of all system and developer messages, joined by newlines.
 *
 *     user: Prove that √2 is irrational.   assistant: …   user: continue
 *     → text "Prove that √2 is irrational.\n\ncontinue"
 *
 * Never throws: a malformed message has no text. The server validates requests. Texts longer
 * than the rule's limits are not read, so the cost does not grow with an 8 MB prompt.
 */
export function routedPrompt(
  messages: readonly ChatMessage[],
  rule: PromptRule = defaultPromptRule,
): RoutedPrompt {
  const system: string[] = []
  const userTurns: string[] = []
  for (const message of Array.isArray(messages) ? messages : []) {
    const role = fieldOf(message, 'role')
    if (role !== 'user' && role !== 'system' && role !== 'developer') continue
    const text = textOf(fieldOf(message, 'content'))
    if (isBlank(text)) continue
    if (role === 'user') userTurns.push(text)
    else system.push(text)
  }
  return { text: requestOf(userTurns, rule), system: system.join('\n') }
}

function requestOf(userTurns: readonly string[], rule: PromptRule): string {
  const last = userTurns.length - 1
  const earliest = Math.max(0, userTurns.length - rule.maxTurns)
  let first = last
  while (first > earliest && rule.followUp !== null && isFollowUp(userTurns[first]!, rule.followUp)) first--
  return userTurns.slice(Math.max(first, 0)).join('\n\n')
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  const texts: string[] = []
  for (const part of content) {
    const type = fieldOf(part, 'type')
    const text = fieldOf(part, 'text')
    if ((type === 'text' || type === 'input_text') && typeof text === 'string' && text !== '')
      texts.push(text)
  }
  return texts.join('\n')
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function isBlank(text: string): boolean {
  return !/\S/.test(text)
}
