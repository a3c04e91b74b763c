import type { Buffer } from 'node:buffer'
import { createEventReader } from '../wire/event-reader.ts'
import { MemberScanner } from '../wire/member-scanner.ts'
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

const usageKey = '"usage"'
const letterG = 0x67

/** For `text/event-stream`: usage of the last event that has one, whatever else stands in it. */
export function createStreamUsageTap(): UsageTap {
  let usage: TokenUsage | null = null
  let events = 0
  const reader = createEventReader(maxEventBytes, (data) => {
    if (isDone(data)) return
    events++
    const at = indexOfUsage(data, 0)
    if (at === -1 || isNullValue(data, at + usageKey.length)) return
    usage = usageOfEvent(parseJson(data.toString('utf8'))) ?? usage
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
  let text = ''
  let length = 0
  const scanner = new MemberScanner('usage', {
    onPart(chunk, from, to) {
      length += to - from
      if (length <= maxUsageBytes) text += chunk.toString('latin1', from, to) // only its numbers are read
    },
    onEnd() {
      if (length <= maxUsageBytes) usage = parseTokenUsage(parseJson(text)) ?? usage
      text = ''
      length = 0
    },
  })
  return {
    push: (chunk) => scanner.push(chunk),
    end: () => ({ usage, events: 0 }),
  }
}

/** `[DONE]`, which ends a stream. */
function isDone(data: Buffer): boolean {
  return data.length === 6 && data[0] === 0x5b && data[1] === 0x44 && data.toString('latin1') === '[DONE]'
}

/**
 * Where `"usage"` stands from `start` on, or −1. Most events have none, and finding one rare byte costs a tenth of
 * finding a word in a buffer.
 */
function indexOfUsage(data: Buffer, start: number): number {
  for (let g = data.indexOf(letterG, start); g !== -1; g = data.indexOf(letterG, g + 1)) {
    const from = g - 4
    if (data[g + 1] !== 0x65 || data[g + 2] !== 0x22 || from < start) continue
    if (data.toString('latin1', from, from + usageKey.length) === usageKey) return from
  }
  return -1
}

/** Whether `: null` follows: streams that will tell their usage at the end say so in every event. */
function isNullValue(data: Buffer, from: number): boolean {
  let at = from
  while (data[at] === 0x20 || data[at] === 0x3a) at++
  return data[at] === 0x6e && indexOfUsage(data, at) === -1
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // some upstream's idea of JSON: its usage is not known
  }
}
