import type { Buffer } from 'node:buffer'
import { findJsonExcess } from '../../../base/text/json/nesting.ts'
import type { ReadAnswer } from '../protocol.ts'
import { createEventReader } from '../wire/event-reader.ts'

type JsonObject = { readonly [key: string]: unknown }

/** The text of one choice, as it comes. */
type ChoiceText = { text: string; tokenLogprobs: number[]; callsTools: boolean }

/** Far beyond real answers. */
const replyLimits = { maxDepth: 512, maxParts: 1_000_000 }
const eventLimits = { maxDepth: 64, maxParts: 100_000 }
const maxEventBytes = 1 << 22
const maxChoices = 128

/**
 * Reads the answer off the bytes of a whole chat completion, JSON or streamed: the text of each choice, which of them
 * call tools, and the log probabilities of the first one's tokens if it has some. Reasoning is no part of the text; a refusal is.
 *
 * @returns null if it is no completion, or one that is longer than any.
 */
export function readAnswer(reply: Buffer, isEventStream: boolean): ReadAnswer | null {
  const choices = new Map<number, ChoiceText>()
  const isRead = isEventStream ? readEvents(reply, choices) : readCompletion(reply, choices)
  if (!isRead || choices.size === 0) return null
  const all = [...choices.values()]
  const logprobs = choices.get(0)?.tokenLogprobs ?? []
  return {
    texts: all.map(({ text }) => text),
    callsTools: all.some(({ callsTools }) => callsTools),
    tokenLogprobs: logprobs.length === 0 ? null : logprobs,
  }
}

function readCompletion(reply: Buffer, choices: Map<number, ChoiceText>): boolean {
  if (findJsonExcess(reply, replyLimits) !== null) return false
  return addChoices(parse(reply), 'message', choices)
}

function readEvents(reply: Buffer, choices: Map<number, ChoiceText>): boolean {
  let isRead = true
  const reader = createEventReader(maxEventBytes, (data) => {
    if (!isRead || data.toString('latin1', 0, 7) === '[DONE]') return
    isRead = findJsonExcess(data, eventLimits) === null && addChoices(parse(data), 'delta', choices)
  })
  reader.push(reply)
  reader.end()
  return isRead && reader.skippedEvents === 0
}

/** Returns false for what has no choices, such as an error. */
function addChoices(value: unknown, key: 'message' | 'delta', choices: Map<number, ChoiceText>): boolean {
  if (!isObject(value) || !Array.isArray(value.choices)) return false
  for (const choice of value.choices as readonly unknown[]) {
    if (!isObject(choice) || choices.size > maxChoices) return false
    const index = typeof choice.index === 'number' ? choice.index : 0
    const found = choices.get(index) ?? { text: '', tokenLogprobs: [], callsTools: false }
    choices.set(index, found)
    if (isObject(choice[key])) addMessage(choice[key], found)
    if (isObject(choice.logprobs)) addLogprobs(choice.logprobs.content, found)
  }
  return true
}

function addMessage(message: JsonObject, found: ChoiceText): void {
  found.text += toText(message.content)
  if (typeof message.refusal === 'string') found.text += message.refusal
  const { tool_calls: calls, function_call: call } = message
  if ((Array.isArray(calls) && calls.length > 0) || isObject(call)) found.callsTools = true
}

/** Content is a string or, from some upstreams, a list of parts. */
function toText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((part: unknown) => (isObject(part) && typeof part.text === 'string' ? part.text : ''))
    .join('')
}

function addLogprobs(content: unknown, found: ChoiceText): void {
  if (!Array.isArray(content)) return
  for (const token of content as readonly unknown[])
    if (isObject(token) && typeof token.logprob === 'number') found.tokenLogprobs.push(token.logprob)
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'))
  } catch {
    return null
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
