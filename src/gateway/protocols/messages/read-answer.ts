import type { Buffer } from 'node:buffer'
import { fieldOf } from '../../../base/text/json/field-of.ts'
import { findJsonExcess } from '../../../base/text/json/nesting.ts'
import type { ReadAnswer } from '../protocol.ts'
import { createEventReader } from '../wire/event-reader.ts'

type AnswerText = { text: string; callsTools: boolean; isMessage: boolean }

/** Far beyond real answers. */
const replyLimits = { maxDepth: 512, maxParts: 1_000_000 }
const eventLimits = { maxDepth: 64, maxParts: 100_000 }
const maxEventBytes = 1 << 22

/**
 * Reads the answer off the bytes of a whole message, JSON or streamed: its text, and whether it calls tools of the client.
 * Thinking is no part of the text, and a tool that the server runs itself is no call.
 *
 * @returns null if it is no message, or one that is longer than any.
 */
export function readAnswer(reply: Buffer, isEventStream: boolean): ReadAnswer | null {
  const answer: AnswerText = { text: '', callsTools: false, isMessage: false }
  const isRead = isEventStream ? readEvents(reply, answer) : readMessage(reply, answer)
  if (!isRead || !answer.isMessage) return null
  return { texts: [answer.text], callsTools: answer.callsTools, tokenLogprobs: null }
}

function readMessage(reply: Buffer, answer: AnswerText): boolean {
  if (findJsonExcess(reply, replyLimits) !== null) return false
  const content = fieldOf(parse(reply), 'content')
  if (!Array.isArray(content)) return false
  answer.isMessage = true
  for (const block of content) addBlock(block, answer)
  return true
}

function readEvents(reply: Buffer, answer: AnswerText): boolean {
  let isRead = true
  const reader = createEventReader(maxEventBytes, (data) => {
    if (!isRead) return
    isRead = findJsonExcess(data, eventLimits) === null && addEvent(parse(data), answer)
  })
  reader.push(reply)
  reader.end()
  return isRead && reader.skippedEvents === 0
}

/** Returns false for an error. */
function addEvent(event: unknown, answer: AnswerText): boolean {
  switch (fieldOf(event, 'type')) {
    case 'message_start':
      answer.isMessage = true
      return true
    case 'content_block_start':
      addBlock(fieldOf(event, 'content_block'), answer)
      return true
    case 'content_block_delta': {
      const delta = fieldOf(event, 'delta')
      const text = fieldOf(delta, 'text')
      if (fieldOf(delta, 'type') === 'text_delta' && typeof text === 'string') answer.text += text
      return true
    }
    case 'error':
      return false
    default:
      return true
  }
}

function addBlock(block: unknown, answer: AnswerText): void {
  const type = fieldOf(block, 'type')
  const text = fieldOf(block, 'text')
  if (type === 'tool_use') answer.callsTools = true
  else if (type === 'text' && typeof text === 'string') answer.text += text
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'))
  } catch {
    return null
  }
}
