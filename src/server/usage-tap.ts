import { Buffer } from 'node:buffer'
import { MemberScanner } from '../gateway/member-scanner.ts'
import { createEventReader } from './event-reader.ts'
import { parseTokenUsage, type TokenUsage, usageOfEvent } from './token-usage.ts'

/** Looks at the bytes of a reply on their way to the client, and changes none. Never throws. */
export type UsageTap = {
  push(chunk: Buffer): void
  /** The reply is over, whole or not. */
  end(): TapReading
}

export type TapReading = {
  /** The last usage that the upstream told; null where it told none. */
  readonly usage: TokenUsage | null
  /** Events with data, `[DONE]` left out: about one token each where a stream ended before its usage came. */
  readonly events: number
}

/** An event is a chunk of a completion: a few hundred bytes, more with log probabilities or inline audio. */
const maxEventBytes = 1 << 20
const maxUsageBytes = 1 << 16

const usageKey = Buffer.from('"usage"')
const doneMarker = Buffer.from('[DONE]')

/** For `text/event-stream`: usage of the last event that has one, whatever else stands in it. */
export function createStreamUsageTap(): UsageTap {
  let usage: TokenUsage | null = null
  let events = 0
  const reader = createEventReader(maxEventBytes, (data) => {
    if (data.length === doneMarker.length && data.equals(doneMarker)) return
    events++
    const at = data.indexOf(usageKey)
    if (at === -1 || isNullValue(data, at + usageKey.length)) return
    usage = usageOfEvent(parseJson(data)) ?? usage
  })
  return {
    push: (chunk) => reader.push(chunk),
    end() {
      reader.end()
      return { usage, events }
    },
  }
}

/** For `application/json`: the top-level `usage`, found without holding the reply in memory. */
export function createJsonUsageTap(): UsageTap {
  let usage: TokenUsage | null = null
  let parts: Buffer[] = []
  let length = 0
  const scanner = new MemberScanner('usage', {
    onPart(chunk, from, to) {
      length += to - from
      if (length <= maxUsageBytes) parts.push(Buffer.from(chunk.subarray(from, to)))
    },
    onEnd() {
      if (length <= maxUsageBytes) usage = parseTokenUsage(parseJson(Buffer.concat(parts))) ?? usage
      parts = []
      length = 0
    },
  })
  return {
    push: (chunk) => scanner.push(chunk),
    end: () => ({ usage, events: 0 }),
  }
}

/** Whether `: null` follows: streams that will tell their usage at the end say so in every event. */
function isNullValue(data: Buffer, from: number): boolean {
  let at = from
  while (data[at] === 0x20 || data[at] === 0x3a) at++
  return data[at] === 0x6e && data.indexOf(usageKey, at) === -1
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null // some upstream's idea of JSON: its usage is not known
  }
}
