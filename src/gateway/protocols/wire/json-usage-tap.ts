import { Buffer } from 'node:buffer'
import type { TokenUsage, UsageTap } from '../protocol.ts'
import { findTopLevelContainerEnd, mayHaveUnicodeEscape, skipSpace } from './json-bytes.ts'
import { MemberScanner } from './member-scanner.ts'
import { findMembers } from './members.ts'
import { usageKey } from './usage-key.ts'

export type JsonUsageTapOptions = {
  /** Reads the value of the top-level `usage`; null for what is none. */
  parseUsage(value: unknown): TokenUsage | null
  /** Whether the top-level `id` names the reply in later requests. */
  readonly readsId: boolean
}

const maxUsageBytes = 1 << 16
const maxIdBytes = 1 << 10
/** Few replies that come in one piece are larger. */
const maxOnlyPieceBytes = 1 << 16
const usageKeyBytes = Buffer.from(usageKey)
const colon = 0x3a
const openBrace = 0x7b

/**
 * For `application/json`: the top-level `usage` and `id`. A reply in one piece, as most are, is looked at when it is over;
 * one in several pieces is scanned as it comes, and not held in memory.
 */
export function createJsonUsageTap({ parseUsage, readsId }: JsonUsageTapOptions): UsageTap {
  let only: Buffer | null = null
  let usage: MemberScan<TokenUsage> | null = null
  let id: MemberScan<string> | null = null
  return {
    isEnded: false, // only the end of the body ends it
    push(chunk) {
      if (usage === null && only === null && chunk.length <= maxOnlyPieceBytes) {
        only = Buffer.from(chunk) // its memory is the upstream's
        return
      }
      if (usage === null) {
        usage = scanMember('usage', maxUsageBytes, parseUsage)
        if (readsId) id = scanMember('id', maxIdBytes, toText)
        if (only !== null) {
          usage.push(only)
          id?.push(only)
        }
        only = null
      }
      usage.push(chunk)
      id?.push(chunk)
    },
    end: () => ({
      usage: only === null ? (usage?.read() ?? null) : readWholeReply(only, parseUsage),
      events: 0,
      isEmpty: false,
      responseId: only !== null && readsId ? findText(only, 'id') : (id?.read() ?? null),
    }),
  }
}

/** The text of a top-level member; null if it is none, or a long one. */
export function findText(json: Buffer, key: string): string | null {
  const place = findMembers(json, key).at(-1)
  if (place === undefined || place.to - place.from > maxIdBytes) return null
  return toText(parseJson(json.toString('utf8', place.from, place.to)))
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/**
 * The key is nearly always there once and without escapes; what follows its value then shows whether it is a member of
 * the outermost object.
 */
function readWholeReply(json: Buffer, parseUsage: JsonUsageTapOptions['parseUsage']): TokenUsage | null {
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
      return parseUsage(parseJson(json.toString('latin1', from, to)))
  }
  const scan = scanMember('usage', maxUsageBytes, parseUsage)
  scan.push(json)
  return scan.read()
}

type MemberScan<Value> = { push(chunk: Buffer): void; read(): Value | null }

/** The last value of a top-level member that `parse` reads. */
function scanMember<Value>(
  key: string,
  maxBytes: number,
  parse: (value: unknown) => Value | null,
): MemberScan<Value> {
  let found: Value | null = null
  let text = ''
  let length = 0
  const scanner = new MemberScanner(key, {
    onPart(chunk, from, to) {
      length += to - from
      if (length <= maxBytes) text += chunk.toString('latin1', from, to) // numbers and ids are ASCII
    },
    onEnd() {
      if (length <= maxBytes) found = parse(parseJson(text)) ?? found
      text = ''
      length = 0
    },
  })
  return { push: (chunk) => scanner.push(chunk), read: () => found }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // not JSON: the value stays unknown
  }
}
