import type { Buffer } from 'node:buffer'
import { fieldOf } from '../../../base/text/json/field-of.ts'
import { findJsonExcess } from '../../../base/text/json/nesting.ts'
import type { TokenUsage, UsageTap } from '../protocol.ts'
import { createEventReader, isEventStream } from '../wire/event-reader.ts'
import { createJsonUsageTap } from '../wire/json-usage-tap.ts'
import { mayHaveUsage } from '../wire/usage-key.ts'
import { parseTokenUsage } from './token-usage.ts'

/** An event is a chunk of a completion: a few hundred bytes, more with log probabilities or inline audio. */
const maxEventBytes = 1 << 20
/** An event beyond them is not parsed for its usage: an upstream could send such events one after the other. */
const eventLimits = { maxDepth: 64, maxParts: 4096 }

/** The tap for a reply of this content type; null if it is neither an event stream nor JSON. */
export function createUsageTap(contentType: string): UsageTap | null {
  if (isEventStream(contentType)) return createStreamUsageTap()
  if (!contentType.startsWith('application/json')) return null
  return createJsonUsageTap({ parseUsage: parseTokenUsage, readsId: false })
}

/** For `text/event-stream`: the usage of the last event that has one. */
export function createStreamUsageTap(): UsageTap {
  let usage: TokenUsage | null = null
  let events = 0
  let isEmpty = true
  let isEnded = false
  const reader = createEventReader(maxEventBytes, (data) => {
    isEmpty = false
    if (isDone(data)) {
      isEnded = true
      return
    }
    events++
    if (!mayHaveUsage(data)) return
    if (findJsonExcess(data, eventLimits) !== null) return
    usage = parseTokenUsage(fieldOf(parseJson(data.toString('utf8')), 'usage')) ?? usage
  })
  return {
    push: (chunk) => reader.push(chunk),
    get isEnded() {
      return isEnded
    },
    end() {
      reader.end()
      return { usage, events, isEmpty: isEmpty && reader.skippedEvents === 0, responseId: null }
    },
  }
}

/** `[DONE]`, which ends a stream. */
function isDone(data: Buffer): boolean {
  return data.length === 6 && data[0] === 0x5b && data[1] === 0x44 && data.toString('latin1') === '[DONE]'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // not JSON: the usage stays unknown
  }
}
