import type { Buffer } from 'node:buffer'
import { fieldOf } from '../../../base/text/json/field-of.ts'
import { findJsonExcess } from '../../../base/text/json/nesting.ts'
import type { TokenUsage, UsageTap } from '../protocol.ts'
import { createEventReader, isEventStream } from '../wire/event-reader.ts'
import { createJsonUsageTap } from '../wire/json-usage-tap.ts'
import { mayHaveUsage } from '../wire/usage-key.ts'
import { type MessagesUsage, parseMessagesUsage, toTokenUsage } from './token-usage.ts'

/** An event is a few hundred bytes, more with the result of a tool that the server runs. */
const maxEventBytes = 1 << 20
const eventLimits = { maxDepth: 64, maxParts: 4096 }

/** The tap for a reply of this content type; null if it is neither an event stream nor JSON. */
export function createUsageTap(contentType: string): UsageTap | null {
  if (isEventStream(contentType)) return createStreamUsageTap()
  if (!contentType.startsWith('application/json')) return null
  return createJsonUsageTap({
    parseUsage(value) {
      const usage = parseMessagesUsage(value)
      return usage === null ? null : toTokenUsage(usage)
    },
    readsId: false,
  })
}

/**
 * For `text/event-stream`: what `message_start` and `message_delta` report. If a stream breaks off before its
 * `message_delta`, the tokens of the reply are at least its deltas.
 */
function createStreamUsageTap(): UsageTap {
  let usage: MessagesUsage | null = null
  let isFinal = false
  let deltas = 0
  let isEmpty = true
  let isEnded = false
  const reader = createEventReader(maxEventBytes, (data) => {
    if (!isPing(data)) isEmpty = false
    if (isContentDelta(data)) deltas++
    else if (isStop(data)) isEnded = true
    else if (mayHaveUsage(data) && findJsonExcess(data, eventLimits) === null) readUsage(parseJson(data))
  })

  function readUsage(event: unknown): void {
    if (fieldOf(event, 'type') === 'message_start')
      usage = parseMessagesUsage(fieldOf(fieldOf(event, 'message'), 'usage'), usage)
    else if (fieldOf(event, 'type') === 'message_delta') {
      isFinal = true
      usage = parseMessagesUsage(fieldOf(event, 'usage'), usage)
    }
  }

  function toUsage(): TokenUsage | null {
    if (usage === null) return null
    return toTokenUsage(isFinal ? usage : { ...usage, output: Math.max(usage.output, deltas) })
  }

  return {
    push: (chunk) => reader.push(chunk),
    get isEnded() {
      return isEnded
    },
    end() {
      reader.end()
      return {
        usage: toUsage(),
        events: deltas,
        isEmpty: isEmpty && reader.skippedEvents === 0,
        responseId: null,
      }
    },
  }
}

/** Nearly all events: `{"type":"content_block_delta"`. The fields' order and spaces are the upstream's. */
function isContentDelta(data: Buffer): boolean {
  return data.toString('latin1', 0, 64).includes('"content_block_delta"')
}

/** `{"type":"message_stop"}`, which ends a stream. Some upstreams add metrics. */
function isStop(data: Buffer): boolean {
  return data.toString('latin1', 0, 32).includes('"message_stop"')
}

function isPing(data: Buffer): boolean {
  return data.length < 64 && data.toString('latin1').includes('"ping"')
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    return null
  }
}
