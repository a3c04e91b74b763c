import { Buffer } from 'node:buffer'
import type { StreamFilter } from '../protocol.ts'
import { createEventReader } from '../wire/event-reader.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d
const colon = 0x3a
const nothing = Buffer.alloc(0)
const emptyArray = Buffer.from('[]')

/** A chunk with nothing but the usage has a few hundred bytes. A longer event is not held. */
const maxHeldBytes = 1 << 14

/**
 * Leaves out the chunk that `stream_options.include_usage` adds to a stream: the event whose `choices` are empty and
 * whose `usage` is an object. All other bytes pass as they came. Of an unfinished event at most 16 KiB are held.
 */
export function createUsageFilter(): StreamFilter {
  let held: Buffer = nothing
  let heldLength = 0
  /** Whether the event is longer than what is held, so that its rest passes. */
  let isPassing = false
  let isLineEmpty = true
  /** Whether the event has a line yet that is no comment; a comment passes at the end of its line. */
  let hasFields = false
  let isComment = false
  let afterCarriageReturn = false
  /** Whether the last piece was left out. */
  let isLeftOut = false

  function hold(chunk: Buffer, from: number, to: number): void {
    const length = heldLength + to - from
    if (length > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(1024, 2 * length))
      held.copy(larger, 0, 0, heldLength)
      held = larger
    }
    chunk.copy(held, heldLength, from, to)
    heldLength = length
  }

  /** Takes the held bytes and those of the chunk as one piece. */
  function take(chunk: Buffer, from: number, to: number): Buffer {
    if (heldLength === 0) return chunk.subarray(from, to)
    const piece = Buffer.allocUnsafe(heldLength + to - from)
    held.copy(piece, 0, 0, heldLength)
    chunk.copy(piece, heldLength, from, to)
    heldLength = 0
    return piece
  }

  /** Reads one byte; true if a piece ends after it: an event, or a comment outside of one. */
  function endsPiece(byte: number): boolean {
    const isSecondHalf = byte === lineFeed && afterCarriageReturn
    afterCarriageReturn = byte === carriageReturn
    if (isSecondHalf) return false
    if (byte !== lineFeed && byte !== carriageReturn) {
      if (isLineEmpty) {
        isComment = byte === colon
        if (!isComment) hasFields = true
      }
      isLineEmpty = false
      return false
    }
    const ends = isLineEmpty || (isComment && !hasFields)
    isLineEmpty = true
    if (ends) hasFields = false
    return ends
  }

  function split(chunk: Buffer): Buffer {
    const passed: Buffer[] = []
    let from = 0
    if (afterCarriageReturn && isLineEmpty && heldLength === 0 && chunk[0] === lineFeed) {
      from = 1 // the second half of CRLF, which belongs to the piece before
      if (!isLeftOut) passed.push(chunk.subarray(0, 1))
    }
    for (let at = 0; at < chunk.length; at++) {
      if (!endsPiece(chunk[at]!)) continue
      const to = chunk[at] === carriageReturn && chunk[at + 1] === lineFeed ? at + 2 : at + 1
      if (isPassing) {
        passed.push(chunk.subarray(from, to))
        isPassing = false
        isLeftOut = false
      } else {
        const piece = take(chunk, from, to)
        isLeftOut = isUsageChunk(piece)
        if (!isLeftOut) passed.push(piece)
      }
      from = to
    }
    if (isPassing) passed.push(chunk.subarray(from))
    else if (heldLength + chunk.length - from > maxHeldBytes) {
      passed.push(take(chunk, from, chunk.length))
      isPassing = true
    } else hold(chunk, from, chunk.length)
    return passed.length === 1 ? passed[0]! : Buffer.concat(passed)
  }

  return {
    push(chunk) {
      if (
        heldLength === 0 &&
        !isPassing &&
        isWholeEvents(chunk, afterCarriageReturn) &&
        !chunk.includes(emptyArray)
      )
        return chunk
      return split(chunk)
    },
    end() {
      const rest = take(nothing, 0, 0)
      return isUsageChunk(rest) ? nothing : rest
    },
  }
}

/** Whether a chunk that begins with an event ends with one, told by its last two bytes: nearly all do. */
function isWholeEvents(chunk: Buffer, afterCarriageReturn: boolean): boolean {
  const { length } = chunk
  return (
    !afterCarriageReturn && length > 1 && chunk[length - 1] === lineFeed && chunk[length - 2] === lineFeed
  )
}

/** @param event the bytes of one event. */
function isUsageChunk(event: Buffer): boolean {
  if (event.length > maxHeldBytes || !event.includes('"usage"') || !event.includes('"choices"')) return false
  let isUsage = false
  const reader = createEventReader(maxHeldBytes, (data) => {
    const value = parse(data.toString('utf8'))
    isUsage =
      isObject(value) && isObject(value.usage) && Array.isArray(value.choices) && value.choices.length === 0
  })
  reader.push(event)
  reader.end()
  return isUsage
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
