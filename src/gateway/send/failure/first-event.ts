import { Buffer } from 'node:buffer'
import { findJsonExcess } from '../../../base/text/json/nesting.ts'
import { createEventReader } from '../../protocols/wire/event-reader.ts'

/** What the beginning of a successful reply says. */
export type FirstWords = 'undecided' | 'reply' | 'error'

/**
 * Whether the first event of a stream is an error, in the form of any protocol. Comments, pings and events without data are
 * no events. Overloaded upstreams answer 200 and say so in the first event.
 *
 * @param start the beginning of the stream, at most some kilobytes.
 */
export function readFirstEvent(start: Buffer, hasEnded: boolean): FirstWords {
  // Nearly every stream begins with an event that has none of these words, and need not be parsed.
  if (hasEvent(start) && !suspicious.some((word) => start.includes(word))) return 'reply'
  let found: FirstWords = 'undecided'
  const reader = createEventReader(start.length + 1, (data) => {
    if (found === 'undecided') found = readEvent(data)
  })
  reader.push(start)
  if (hasEnded) reader.end()
  return found === 'undecided' && hasEnded ? 'reply' : found
}

/** Whether a whole event has come, where its lines end in the usual way. */
function hasEvent(start: Buffer): boolean {
  const at = start.indexOf(dataLine)
  return at !== -1 && start.includes(blankLine, at)
}

const dataLine = Buffer.from('data: {')
const blankLine = Buffer.from('\n\n')
const suspicious = ['error', 'failed', 'ping', '\\u'].map((word) => Buffer.from(word))

const limits = { maxDepth: 64, maxParts: 4096 }

function readEvent(data: Buffer): FirstWords {
  const value = findJsonExcess(data, limits) === null ? parse(data) : null
  if (typeof value !== 'object' || value === null) return 'reply'
  const type = 'type' in value ? value.type : undefined
  if (type === 'ping') return 'undecided'
  if (type === 'error' || type === 'response.failed') return 'error'
  return 'error' in value && isStated(value.error) && !('choices' in value) ? 'error' : 'reply'
}

function isStated(error: unknown): boolean {
  return (typeof error === 'object' && error !== null) || (typeof error === 'string' && error !== '')
}

/** So many bytes show whether a JSON reply begins with an error. */
const shownBy = 48

/** Whether a JSON reply is an error: some upstreams send one with status 200. */
export function readDocumentStart(start: Buffer, hasEnded: boolean): FirstWords {
  const text = start.toString('latin1', 0, shownBy * 4)
  if (/^\s*\{\s*"(?:error"\s*:\s*[{"]|type"\s*:\s*"error")/.test(text)) return 'error'
  return hasEnded || start.length >= shownBy ? 'reply' : 'undecided'
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    return null
  }
}
