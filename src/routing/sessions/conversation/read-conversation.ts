import { userWords } from '../../prompts/agent-text/user-words.ts'
import { isComplaint } from './complaint.ts'
import { asArray, type ConversationItem, toConversationItems } from './conversation-item.ts'
import { addSignals, countToolSignals, type FailureSignals, noSignals } from './failure-signals.ts'

/** The beginning of a conversation. */
export type ConversationOpening = {
  /** `messages` or `input` as a list. */
  readonly list: readonly unknown[]
  /** Whether there is an answer of the model before the last turn, here or upstream. */
  readonly hasAnswers: boolean
  /** Whether a summary stands in for turns that were left out. */
  readonly hasSummary: boolean
  /** Whether nothing but instructions and messages of the user has come: there is no answer, no tool call, no result. */
  readonly isFresh: boolean
}

/** What was read of a conversation before, if it only grew since then. */
export type ConversationPrefix = {
  /** Entries of `messages` or `input`. */
  readonly entries: number
  /** Characters of all texts. */
  readonly characters: number
  /** Whether the model has called a tool anywhere. */
  readonly hasTools: boolean
}

/** What the sessions' rules ask of a conversation. */
export type ConversationReading = ConversationPrefix &
  Omit<ConversationOpening, 'list' | 'isFresh'> & {
    /**
     * Whether the model is in the middle of its work for a turn: it has called a tool, or read a result, and the user
     * has said nothing since.
     */
    readonly isInToolLoop: boolean
    /** Turns of the user after the prefix. */
    readonly userTurns: number
    /** Over the model's work for the user's last turn, or for the turn before it if the user has just spoken. */
    readonly signals: FailureSignals
  }

/** Entries behind the last one that are searched for the user's words, and read for signals. */
const mostEntries = 200
/** Characters of user messages that are searched for wrapper text while turns are counted. */
const mostCountedCharacters = 65_536
/** A summary is among the first messages: after the agent's instructions and, in Codex, the user's own earlier turns. */
const firstEntries = 40

const nothing: ConversationPrefix = { entries: 0, characters: 0, hasTools: false }

/**
 * @param messages in the shape of chat completions, Messages or Responses; `input` of Responses may be a string.
 * @param isPartial whether the turns before them are kept upstream.
 */
export function readOpening(messages: unknown, isPartial = false): ConversationOpening {
  const list = typeof messages === 'string' ? [{ role: 'user', content: messages }] : asArray(messages)
  let [hasAnswers, hasSummary] = [isPartial, false]
  const end = Math.min(list.length, firstEntries)
  let isFresh = !isPartial && end === list.length
  for (let index = 0; index < end; index++) {
    for (const item of toConversationItems(list[index])) {
      if (item.kind !== 'user' && item.kind !== 'instructions') isFresh = false
      if (item.kind === 'assistant' || item.kind === 'tool-call') hasAnswers = true
      else if (item.kind === 'compaction') hasSummary = true
      else if (item.kind === 'user' && item.texts.some(isSummary)) hasSummary = true
    }
  }
  return { list, hasAnswers, hasSummary, isFresh }
}

/**
 * Reads a conversation.
 *
 * Whose turn it is comes from its end. A message of the user's side without words of the user (`userWords`: a tool's
 * result as text, an agent's note) after an answer continues a tool loop, and so does an image directly after a tool's
 * result. Words beside a tool's result are the user's turn.
 *
 * Never throws. Linear in the number of parts and in the text of user messages, both after the prefix only; of tool
 * results a fixed number of characters is read.
 *
 * @param prefix what is known of its first entries, which are not read again. Default: nothing.
 */
export function readConversation(
  { list, hasAnswers, hasSummary, isFresh }: ConversationOpening,
  prefix: ConversationPrefix = nothing,
): ConversationReading {
  const entries = list.length
  // Most requests have one turn, and nothing can have gone wrong in it.
  if (isFresh) {
    const characters = list.reduce((sum: number, entry) => sum + lengthOf(entry), 0)
    return { entries, characters, hasAnswers, hasSummary, ...firstTurn }
  }
  return { entries, hasAnswers, hasSummary, ...surveyEntries(list, prefix), ...readEnd(list, hasAnswers) }
}

const firstTurn = { userTurns: 1, hasTools: false, isInToolLoop: false, signals: noSignals }

type End = Pick<ConversationReading, 'isInToolLoop' | 'signals'>

/** Reads backwards to the user's last words, and on to the words before them if they are the last turn. */
function readEnd(entries: readonly unknown[], hasAnswers: boolean): End {
  const first = Math.max(0, entries.length - mostEntries)
  const work: ConversationItem[] = []
  let isInToolLoop = false
  let lastWords: string | null = null
  let [hasWordless, hasMedia] = [false, false]
  reading: for (let index = entries.length - 1; index >= first; index--) {
    for (const item of toConversationItems(entries[index]).toReversed()) {
      if (item.kind === 'tool-call' || item.kind === 'tool-result') {
        work.push(item)
        if (lastWords === null) isInToolLoop = true
      } else if (item.kind === 'assistant') {
        if (lastWords !== null) continue
        if (hasMedia && !isInToolLoop) lastWords = ''
        else if (hasWordless) isInToolLoop = true
      } else if (item.kind === 'user') {
        const words = userWords(item.texts).trim()
        if (words === '') {
          if (lastWords === null) [hasWordless, hasMedia] = [true, hasMedia || item.hasMedia]
          continue
        }
        if (lastWords !== null || isInToolLoop) break reading
        lastWords = words
      }
    }
  }
  const signals = countToolSignals(work.reverse())
  // Without an answer there is nothing to complain about.
  const complaints = hasAnswers && lastWords !== null && isComplaint(lastWords) ? 1 : 0
  return {
    isInToolLoop,
    signals: complaints === 0 ? signals : addSignals(signals, { ...noSignals, complaints }),
  }
}

type Survey = Pick<ConversationReading, 'characters' | 'userTurns' | 'hasTools'>

function surveyEntries(entries: readonly unknown[], prefix: ConversationPrefix): Survey {
  let { characters, hasTools } = prefix
  let [userTurns, counted] = [0, 0]
  for (let index = prefix.entries; index < entries.length; index++) {
    const entry = entries[index]
    characters += lengthOf(entry)
    for (const item of toConversationItems(entry)) {
      if (item.kind === 'tool-call') hasTools = true
      if (item.kind !== 'user') continue
      for (const text of item.texts) counted += text.length
      const isRead = counted <= mostCountedCharacters
      if (item.hasMedia || !isRead || userWords(item.texts).trim() !== '') userTurns++
    }
  }
  return { characters, userTurns, hasTools }
}

/** How agents begin the message that stands in for the turns before it. */
const summaryOpenings = [
  // Claude Code
  'This session is being continued from a previous conversation',
  // Codex
  'Another language model started to solve this problem and produced a summary',
  // opencode
  'What did we do so far?',
  // Gemini CLI, Qwen Code
  '<state_snapshot>',
]

function isSummary(text: string): boolean {
  const start = text.slice(0, 200).trimStart()
  return summaryOpenings.some((opening) => start.startsWith(opening))
}

/** Encoded media and reasoning, whose length says nothing about tokens. */
const encodedMembers = new Set(['data', 'url', 'image_url', 'file_data', 'signature', 'encrypted_content'])

/** Characters of the texts of an entry: of its strings, to a depth that tools' inputs have. */
export function lengthOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null || depth > 6) return 0
  let length = 0
  if (Array.isArray(value)) for (const part of value) length += lengthOf(part, depth + 1)
  else
    for (const key in value)
      if (!encodedMembers.has(key)) length += lengthOf(Reflect.get(value, key), depth + 1)
  return length
}
