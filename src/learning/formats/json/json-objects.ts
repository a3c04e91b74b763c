import { DataError } from '../../../errors.ts'
import type { DataFile } from '../bytes/data-files.ts'
import { placeFaults } from '../bytes/reading-fault.ts'
import { defaultMaxLineBytes, type OnBadRow, readOrReport, type TextLinesOptions } from '../text-lines.ts'
import { parseJsonText } from './json-text.ts'

const newline = 0x0a
const quote = 0x22
const backslash = 0x5c
const open = new Set([0x5b, 0x7b])
const close = new Set([0x5d, 0x7d])
const between = new Set([0x20, 0x0a, 0x0d, 0x09, 0x2c])

/**
 * The objects of a file in which an object spans several lines, as `jq` and pretty printers write them: one object, or
 * several one after the other. An object's line is the line on which it begins.
 *
 * Throws `DataError`, naming file and line: `invalid-json-line`, `invalid-utf8`, `line-too-long` for an object over
 * `maxLineBytes`, and what reading the file throws.
 */
export async function* readJsonObjects(
  { name, chunks }: DataFile,
  { maxLineBytes = defaultMaxLineBytes, onBadRow }: TextLinesOptions & { readonly onBadRow?: OnBadRow } = {},
): AsyncGenerator<{ readonly line: number; readonly value: unknown }> {
  let line = 1
  let begin = 1
  let depth = 0
  let inText = false
  let escaped = false
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  for await (const chunk of placeFaults(chunks(), name, () => line)) {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (byte === newline) line++
      if (inText) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inText = false
      } else if (depth === 0) {
        if (between.has(byte)) continue
        if (!open.has(byte)) throw notJson(name, line, 'text stands between its objects')
        depth = 1
        begin = line
        start = at
      } else if (byte === quote) inText = true
      else if (open.has(byte)) depth++
      else if (close.has(byte) && --depth === 0) {
        const bytes = Buffer.concat([...pending, chunk.subarray(start, at + 1)])
        pending = []
        pendingBytes = 0
        const current = begin
        const row = readOrReport(() => parseObject(bytes, name, current), onBadRow)
        if (row !== undefined) yield { line: current, value: row.value }
      }
    }
    if (depth === 0) continue
    pending.push(chunk.subarray(start))
    pendingBytes += chunk.length - start
    if (pendingBytes > maxLineBytes)
      throw new DataError(
        'line-too-long',
        `${name} line ${begin} begins a JSON object of more than ${maxLineBytes} bytes. Write its rows as JSON Lines, one on a line: jq -c '.data[]' if they are under "data".`,
      )
  }
  if (depth > 0) throw notJson(name, begin, 'it ends in the middle of the object that begins here')
}

function parseObject(bytes: Uint8Array, name: string, line: number): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new DataError('invalid-utf8', `${name} line ${line} is not valid UTF-8. Save the file as UTF-8.`, {
      cause,
    })
  }
  try {
    return parseJsonText(text)
  } catch (cause) {
    throw notJson(name, line, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function notJson(name: string, line: number, reason: string, cause?: unknown): DataError {
  return new DataError('invalid-json-line', `${name} line ${line} is not JSON (${reason}).`, { cause })
}
