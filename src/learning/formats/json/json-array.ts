import { DataError } from '../../../errors.ts'
import { type DataFile, toDataFile } from '../bytes/data-files.ts'
import { placeFaults } from '../bytes/reading-fault.ts'
import { defaultMaxLineBytes, type OnBadRow, readOrReport, type TextLinesOptions } from '../text-lines.ts'
import { parseJsonText } from './json-text.ts'

const bracketOpen = 0x5b
const bracketClose = 0x5d
const braceOpen = 0x7b
const braceClose = 0x7d
const comma = 0x2c
const quote = 0x22
const backslash = 0x5c

/**
 * The items of a file that is one JSON array, one at a time, so memory does not grow with the file. Arrays that follow
 * each other, such as pages of an API, are read as one. Items are counted from 1 because such files often have no lines.
 *
 * Throws `DataError`, naming file and item: `invalid-json-array`, `invalid-utf8`, `line-too-long` for an item over
 * `maxLineBytes`, and what reading the file throws.
 */
export async function* readJsonArray(
  given: string | DataFile,
  { maxLineBytes = defaultMaxLineBytes, onBadRow }: TextLinesOptions & { readonly onBadRow?: OnBadRow } = {},
): AsyncGenerator<{ readonly item: number; readonly value: unknown }> {
  const { name: file, chunks } = toDataFile(given)
  let item = 1
  let state: 'before' | 'inside' | 'after' = 'before'
  let depth = 0
  let inText = false
  let escaped = false
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  /** Whether no item of the current array has ended. */
  let isFirst = true

  for await (const chunk of placeFaults(chunks(), file, () => `item ${item}`)) {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (state !== 'inside') {
        if (byte === bracketOpen) {
          state = 'inside'
          isFirst = true
          start = at + 1
        } else if (!isSpace(byte))
          throw notAnArray(file, state === 'before' ? 'does not begin with [' : 'goes on after its array')
        continue
      }
      if (inText) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inText = false
      } else if (byte === quote) inText = true
      else if (byte === bracketOpen || byte === braceOpen) depth++
      else if (depth > 0) {
        if (byte === bracketClose || byte === braceClose) depth--
      } else if (byte === comma || byte === bracketClose) {
        const text = decode([...pending, chunk.subarray(start, at)], file, item)
        if (byte === bracketClose) state = 'after'
        const isItem = state === 'inside' || !isFirst || text.trim() !== ''
        isFirst = false
        if (isItem) {
          const current = item++
          const row = readOrReport(() => parse(text, file, current), onBadRow)
          if (row !== undefined) yield { item: current, value: row.value }
        }
        start = at + 1
        pending = []
        pendingBytes = 0
      }
    }
    if (state !== 'inside') continue
    pending.push(chunk.subarray(start))
    pendingBytes += chunk.length - start
    if (pendingBytes > maxLineBytes)
      throw new DataError(
        'line-too-long',
        `${file} item ${item} of its array is longer than ${maxLineBytes} bytes. Is it an array of rows?`,
      )
  }
  if (state !== 'after')
    throw notAnArray(
      file,
      state === 'before' ? 'is empty' : `ends in the middle of its array, in item ${item}`,
    )
}

function decode(parts: readonly Uint8Array[], file: string, item: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
  } catch (cause) {
    throw new DataError('invalid-utf8', `${file} item ${item} is not valid UTF-8. Save the file as UTF-8.`, {
      cause,
    })
  }
}

function parse(text: string, file: string, item: number): unknown {
  try {
    return parseJsonText(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(
      'invalid-json-array',
      `${file} item ${item} is not JSON (${reason}): ${JSON.stringify(text.trim().slice(0, 80))}`,
      { cause },
    )
  }
}

function notAnArray(file: string, what: string): DataError {
  return new DataError(
    'invalid-json-array',
    `${file} ${what}. A .json file is JSON Lines or one array of rows.`,
  )
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
