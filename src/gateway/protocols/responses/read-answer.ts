import type { Buffer } from 'node:buffer'
import { fieldOf } from '../../../base/text/json/field-of.ts'
import { findJsonExcess } from '../../../base/text/json/nesting.ts'
import type { ReadAnswer } from '../protocol.ts'
import { createEventReader } from '../wire/event-reader.ts'

type AnswerText = { text: string; tokenLogprobs: number[]; callsTools: boolean; isResponse: boolean }

/** Far beyond real answers. */
const replyLimits = { maxDepth: 512, maxParts: 1_000_000 }
const maxEventBytes = 1 << 22

/** Calls of tools that the provider runs itself: the client has nothing to do for them. */
const ownCalls: ReadonlySet<unknown> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_call',
  'tool_search_call',
])

/**
 * Reads the answer off the bytes of a whole response, JSON or streamed: its text, whether it calls tools of the client,
 * and the log probabilities of its tokens if it has some. Reasoning is no part of the text; a refusal is.
 *
 * @returns null if it is no response, one that failed, or one that is longer than any.
 */
export function readAnswer(reply: Buffer, isEventStream: boolean): ReadAnswer | null {
  const answer: AnswerText = { text: '', tokenLogprobs: [], callsTools: false, isResponse: false }
  const isRead = isEventStream ? readEvents(reply, answer) : readResponse(reply, answer)
  if (!isRead || !answer.isResponse) return null
  const { text, callsTools, tokenLogprobs } = answer
  return { texts: [text], callsTools, tokenLogprobs: tokenLogprobs.length === 0 ? null : tokenLogprobs }
}

function readResponse(reply: Buffer, answer: AnswerText): boolean {
  if (findJsonExcess(reply, replyLimits) !== null) return false
  const response = parse(reply)
  const output = fieldOf(response, 'output')
  if (!Array.isArray(output) || fieldOf(response, 'status') === 'failed') return false
  answer.isResponse = true
  for (const item of output) {
    addItem(item, answer)
    const content = fieldOf(item, 'content')
    if (fieldOf(item, 'type') === 'message' && Array.isArray(content))
      for (const part of content) addPart(part, answer)
  }
  return true
}

function readEvents(reply: Buffer, answer: AnswerText): boolean {
  let isRead = true
  const reader = createEventReader(maxEventBytes, (data) => {
    if (!isRead) return
    isRead = findJsonExcess(data, replyLimits) === null && addEvent(parse(data), answer)
  })
  reader.push(reply)
  reader.end()
  return isRead && reader.skippedEvents === 0
}

/** Returns false for an error. */
function addEvent(event: unknown, answer: AnswerText): boolean {
  const delta = fieldOf(event, 'delta')
  switch (fieldOf(event, 'type')) {
    case 'response.created':
      answer.isResponse = true
      return true
    case 'response.output_item.added':
      addItem(fieldOf(event, 'item'), answer)
      return true
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      if (typeof delta === 'string') answer.text += delta
      addLogprobs(fieldOf(event, 'logprobs'), answer)
      return true
    case 'response.failed':
    case 'error':
      return false
    default:
      return true
  }
}

function addItem(item: unknown, answer: AnswerText): void {
  const type = fieldOf(item, 'type')
  if (typeof type === 'string' && type.endsWith('_call') && !ownCalls.has(type)) answer.callsTools = true
}

function addPart(part: unknown, answer: AnswerText): void {
  const text = fieldOf(part, 'text') ?? fieldOf(part, 'refusal')
  if (typeof text === 'string') answer.text += text
  addLogprobs(fieldOf(part, 'logprobs'), answer)
}

function addLogprobs(logprobs: unknown, answer: AnswerText): void {
  if (!Array.isArray(logprobs)) return
  for (const token of logprobs) {
    const logprob = fieldOf(token, 'logprob')
    if (typeof logprob === 'number') answer.tokenLogprobs.push(logprob)
  }
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'))
  } catch {
    return null
  }
}
