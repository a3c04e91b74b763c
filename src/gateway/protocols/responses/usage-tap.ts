import type { Buffer } from 'node:buffer'
import { parseTokenUsage } from '../chat-completions/token-usage.ts'
import type { TokenUsage, UsageTap } from '../protocol.ts'
import { createEventReader, isEventStream } from '../wire/event-reader.ts'
import { createJsonUsageTap, findText } from '../wire/json-usage-tap.ts'
import { findMembers } from '../wire/members.ts'
import { mayHaveUsage } from '../wire/usage-key.ts'

/** The event that ends a stream repeats the whole response, with the definitions of its tools. */
const maxEventBytes = 1 << 22
const maxUsageBytes = 1 << 16

/** The tap for a reply of this content type; null if it is neither an event stream nor JSON. */
export function createUsageTap(contentType: string): UsageTap | null {
  if (isEventStream(contentType)) return createStreamUsageTap()
  if (!contentType.startsWith('application/json')) return null
  return createJsonUsageTap({ parseUsage: parseTokenUsage, readsId: true })
}

/** For `text/event-stream`: the usage of the last event that has one, and the id of the response. */
function createStreamUsageTap(): UsageTap {
  let usage: TokenUsage | null = null
  let responseId: string | null = null
  let deltas = 0
  let isEmpty = true
  let isEnded = false
  const reader = createEventReader(maxEventBytes, (data) => {
    isEmpty = false
    if (isDelta(data)) {
      deltas++
      return
    }
    isEnded ||= isLast(data)
    const reports = mayHaveUsage(data)
    if (responseId !== null && !reports) return
    const response = findValue(data, 'response')
    if (response === null) return
    responseId ??= findText(response, 'id')
    if (reports) usage = readUsage(response) ?? usage
  })
  return {
    push: (chunk) => reader.push(chunk),
    get isEnded() {
      return isEnded
    },
    end() {
      reader.end()
      return { usage, events: deltas, isEmpty: isEmpty && reader.skippedEvents === 0, responseId }
    },
  }
}

/** Nearly all events: `{"type":"response.output_text.delta"`. */
function isDelta(data: Buffer): boolean {
  return /"response\.[\w.]+\.delta"/.test(data.toString('latin1', 0, 96))
}

/** The events that end a stream, which repeat the whole response. */
function isLast(data: Buffer): boolean {
  return /"response\.(?:completed|incomplete|failed)"/.test(data.toString('latin1', 0, 64))
}

function findValue(json: Buffer, key: string): Buffer | null {
  const place = findMembers(json, key).at(-1)
  return place === undefined ? null : json.subarray(place.from, place.to)
}

/** Only the usage is parsed: the response around it may be long. */
function readUsage(response: Buffer): TokenUsage | null {
  const usage = findValue(response, 'usage')
  if (usage === null || usage.length > maxUsageBytes) return null
  try {
    return parseTokenUsage(JSON.parse(usage.toString('latin1')))
  } catch {
    return null
  }
}
