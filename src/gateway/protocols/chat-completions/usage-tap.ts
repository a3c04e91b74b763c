import { Buffer } from 'node:buffer'
import { findJsonExcess } from '../../../base/text/json/nesting.ts'
import type { TokenUsage, UsageTap } from '../protocol.ts'
import { createEventReader, isEventStream } from '../wire/event-reader.ts'
import { findTopLevelContainerEnd, mayHaveUnicodeEscape, skipSpace } from '../wire/json-bytes.ts'
import { MemberScanner } from '../wire/member-scanner.ts'
import { parseEventUsage, parseTokenUsage } from './token-usage.ts'

/** An event is a chunk of a completion: a few hundred bytes, more with log probabilities or inline audio. */
const maxEventBytes = 1 << 20
const maxUsageBytes = 1 << 16
/** An event beyond them is not parsed for its usage: an upstream could send such events one after the other. */
const eventLimits = { maxDepth: 64, maxParts: 4096 }

/** The tap for a reply of this content type; null if it is neither an event stream nor JSON. */
export function createUsageTap(contentType: string): UsageTap | null {
  if (isEventStream(contentType)) return createStreamUsageTap()
  return contentType.startsWith('application/json') ? createJsonUsageTap() : null
}

const usageKey = '"usage"'
const usageKeyBytes = Buffer.from(usageKey)
const colon = 0x3a
const openBrace = 0x7b
const letterG = 0x67

/** For `text/event-stream`: the usage of the last event that has one. */
export function createStreamUsageTap(): UsageTap {
  let usage: TokenUsage | null = null
  let events = 0
  let isEmpty = true
  const reader = createEventReader(maxEventBytes, (data) => {
    isEmpty = false
    if (isDone(data)) return
    events++
    const at = indexOfUsage(data, 0)
    if (at === -1 || isNullValue(data, at + usageKey.length)) return
    if (findJsonExcess(data, eventLimits) !== null) return
    usage = parseEventUsage(parseJson(data.toString('utf8'))) ?? usage
  })
  return {
    push: (chunk) => reader.push(chunk),
    end() {
      reader.end()
      return { usage, events, isEmpty: isEmpty && reader.skippedEvents === 0 }
    },
  }
}

/**
 * For `application/json`: the top-level `usage`. A reply in one piece, as most are, is looked at when it is over; one in
 * several pieces is scanned as it comes, and not held in memory.
 */
export function createJsonUsageTap(): UsageTap {
  let only: Buffer | null = null
  let scan: JsonScan | null = null
  return {
    push(chunk) {
      if (scan === null && only === null && chunk.length <= maxOnlyPieceBytes) {
        only = Buffer.from(chunk) // its memory is the upstream's
        return
      }
      if (scan === null) {
        scan = createJsonScan()
        if (only !== null) scan.push(only)
        only = null
      }
      scan.push(chunk)
    },
    end: () => ({
      usage: only === null ? (scan?.usage() ?? null) : readWholeReply(only),
      events: 0,
      isEmpty: false,
    }),
  }
}

/** Few replies that come in one piece are larger. */
const maxOnlyPieceBytes = 1 << 16

/**
 * The key is nearly always there once and without escapes; what follows its value then shows whether it is a member of
 * the outermost object.
 */
function readWholeReply(json: Buffer): TokenUsage | null {
  const at = json.indexOf(usageKeyBytes)
  const hasEscapes = mayHaveUnicodeEscape(json)
  if (at === -1 && !hasEscapes) return null
  if (at !== -1 && !hasEscapes && json.indexOf(usageKeyBytes, at + usageKey.length) === -1) {
    const colonAt = skipSpace(json, at + usageKey.length)
    const from = skipSpace(json, colonAt + 1)
    const to =
      json[colonAt] === colon && json[skipSpace(json, 0)] === openBrace
        ? findTopLevelContainerEnd(json, from)
        : -1
    if (to !== -1 && to - from <= maxUsageBytes)
      return parseTokenUsage(parseJson(json.toString('latin1', from, to)))
  }
  const scan = createJsonScan()
  scan.push(json)
  return scan.usage()
}

type JsonScan = { push(chunk: Buffer): void; usage(): TokenUsage | null }

function createJsonScan(): JsonScan {
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
  return { push: (chunk) => scanner.push(chunk), usage: () => usage }
}

/** `[DONE]`, which ends a stream. */
function isDone(data: Buffer): boolean {
  return data.length === 6 && data[0] === 0x5b && data[1] === 0x44 && data.toString('latin1') === '[DONE]'
}

/**
 * The index of `"usage"` at or after `start`, or −1. Most events have none, and a search for one rare byte costs a
 * tenth of a search for a word.
 */
function indexOfUsage(data: Buffer, start: number): number {
  for (let g = data.indexOf(letterG, start); g !== -1; g = data.indexOf(letterG, g + 1)) {
    const from = g - 4
    if (data[g + 1] !== 0x65 || data[g + 2] !== 0x22 || from < start) continue
    if (data.toString('latin1', from, from + usageKey.length) === usageKey) return from
  }
  return -1
}

/** Whether `: null` follows. A stream that reports its usage at the end has `"usage": null` in every event. */
function isNullValue(data: Buffer, from: number): boolean {
  let at = from
  while (data[at] === 0x20 || data[at] === 0x3a) at++
  return data[at] === 0x6e && indexOfUsage(data, at) === -1
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // not JSON: the usage stays unknown
  }
}
