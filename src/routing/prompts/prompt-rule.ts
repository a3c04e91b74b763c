import { userWords } from './agent-text/user-words.ts'
import { defaultFollowUpRule, type FollowUpReader, type FollowUpRule, isFollowUp } from './follow-up.ts'
import type { RoutedPrompt } from './routed-prompt.ts'

/** A message of a chat completion request, as received: only the role is certain to have its type. */
export type ChatMessage = { readonly role: string; readonly content?: unknown }

/** Which part of a conversation is scored. Plain data, so it can be configured. */
export type PromptRule = {
  /** Words that make a turn a follow-up, besides what the reader recognises; null scores the last user turn alone. */
  readonly followUp: FollowUpRule | null
  /** Maximum number of user turns in the text, including the last one. An integer of 1 or more. */
  readonly maxTurns: number
}

export const defaultPromptRule: PromptRule = { followUp: defaultFollowUpRule, maxTurns: 8 }

/**
 * The text that a router scores: what the user asked for last.
 *
 * 1. Only user turns count. Tool results, assistant and function turns are not the user's words.
 * 2. A turn's text is its string content, or its `text`, `input_text` and `output_text` parts joined by newlines. Images, audio,
 *    files and null have no text, and neither has what agents put around the user's words (`userWords`: reminders, lists
 *    of open files, tool results as text). A turn without text is skipped, so an image or a tool's result alone is routed
 *    on the nearest earlier user text, and a conversation without any text on ''.
 * 3. If the last turn is a follow-up (`isFollowUp`: "commit it", "yes, go on"), the earlier user turns come
 *    before it, separated by an empty line, back to the nearest complete request, at most
 *    `maxTurns` in all. The first turn is always a complete request. What the assistant said before a turn is read for
 *    this, so "Berlin" after "Which city?" is a follow-up; it is not part of the text.
 * 4. `system` is the text of all system and developer messages, joined by newlines.
 *
 *     user: Prove that √2 is irrational.   assistant: …   user: continue
 *     → text "Prove that √2 is irrational.\n\ncontinue"
 *
 * Never throws: a malformed message has no text. The server validates requests. Texts longer
 * than the rule's limits are not read, so the cost does not grow with an 8 MB prompt.
 *
 * @param reader recognises follow-ups (`loadFollowUpReader`). Default: short English lists of words.
 */
export function routedPrompt(
  messages: readonly ChatMessage[],
  rule: PromptRule = defaultPromptRule,
  reader?: FollowUpReader,
): RoutedPrompt {
  const given = Array.isArray(messages) ? messages : []
  return { text: requestOf(given, rule, reader), system: systemOf(given) }
}

function systemOf(messages: readonly unknown[]): string {
  const system: string[] = []
  for (const message of messages) {
    const role = fieldOf(message, 'role')
    if (role !== 'system' && role !== 'developer') continue
    const text = textsOf(fieldOf(message, 'content')).join('\n')
    if (!isBlank(text)) system.push(text)
  }
  return system.join('\n')
}

/** Reads from the end, so that the turns before the nearest complete request cost nothing. */
function requestOf(
  messages: readonly unknown[],
  { followUp, maxTurns }: PromptRule,
  reader: FollowUpReader | undefined,
): string {
  const turns: string[] = []
  for (let index = messages.length - 1; index >= 0 && turns.length < maxTurns; index--) {
    const message = messages[index]
    if (fieldOf(message, 'role') !== 'user') continue
    const text = userWords(textsOf(fieldOf(message, 'content')))
    if (isBlank(text)) continue
    turns.push(text)
    if (followUp === null || !hasEarlierUserTurn(messages, index)) break
    if (!isFollowUp(text, answerBefore(messages, index), followUp, reader)) break
  }
  return turns.reverse().join('\n\n')
}

function hasEarlierUserTurn(messages: readonly unknown[], turn: number): boolean {
  for (let index = turn - 1; index >= 0; index--) if (fieldOf(messages[index], 'role') === 'user') return true
  return false
}

/** The last text of the assistant between a user turn and the one before it; '' if there is none. */
function answerBefore(messages: readonly unknown[], turn: number): string {
  for (let index = turn - 1; index >= 0; index--) {
    const role = fieldOf(messages[index], 'role')
    if (role === 'user') return ''
    const text = role === 'assistant' ? textsOf(fieldOf(messages[index], 'content')).at(-1) : undefined
    if (text !== undefined) return text
  }
  return ''
}

function textsOf(content: unknown): readonly string[] {
  if (typeof content === 'string') return [content]
  if (!Array.isArray(content)) return []
  const texts: string[] = []
  for (const part of content) {
    const type = fieldOf(part, 'type')
    const text = fieldOf(part, 'text')
    if (
      (type === 'text' || type === 'input_text' || type === 'output_text') &&
      typeof text === 'string' &&
      text !== ''
    )
      texts.push(text)
  }
  return texts
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function isBlank(text: string): boolean {
  return !/\S/.test(text)
}
