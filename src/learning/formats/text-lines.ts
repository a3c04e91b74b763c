import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataError } from '../../errors.ts'

export type TextLinesOptions = {
  /** A longer line, or a longer record of several lines, is refused before all of it is in memory. Default: 64 MiB. */
  readonly maxLineBytes?: number
}

/**
 * Called with each row that is left out because it cannot be read. Without it the first such row is thrown. An error of
 * the file as a whole is always thrown.
 */
export type OnBadRow = (error: DataError) => void

/** The value, or undefined if it cannot be read and `onBadRow` was called. */
export function readOrReport<Value>(
  read: () => Value,
  onBadRow: OnBadRow | undefined,
): { readonly value: Value } | undefined {
  try {
    return { value: read() }
  } catch (error) {
    if (onBadRow === undefined || !(error instanceof DataError)) throw error
    onBadRow(error)
    return undefined
  }
}

/** A line without its line feed, counted from 1. */
export type TextLine = { readonly line: number; readonly text: string }

export const defaultMaxLineBytes = 64 * 1024 * 1024

const newline = 0x0a

/**
 * The lines of a UTF-8 file, one at a time, so memory does not grow with the file. A file whose name ends in `.gz` is
 * decompressed; a byte order mark is skipped.
 *
 * Throws `DataError`, naming file and line: `data-file-unreadable`, `broken-gzip`, `invalid-utf8`, `line-too-long`.
 */
export async function* readTextLines(
  file: string,
  { maxLineBytes = defaultMaxLineBytes }: TextLinesOptions = {},
): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let line = 0
  for await (const bytes of linesOf(file, maxLineBytes)) {
    line++
    const text = decodeLine(decoder, bytes, file, line)
    yield { line, text: line === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text }
  }
}

async function* linesOf(file: string, maxLineBytes: number): AsyncGenerator<Uint8Array> {
  let line = 1
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  for await (const chunk of chunksOf(file, () => line)) {
    let start = 0
    while (start < chunk.length) {
      const end = chunk.indexOf(newline, start)
      const part = chunk.subarray(start, end < 0 ? chunk.length : end)
      pending.push(part)
      pendingBytes += part.length
      if (pendingBytes > maxLineBytes) throw lineTooLong(file, line, maxLineBytes)
      if (end < 0) break
      yield pending.length === 1 ? part : Buffer.concat(pending)
      line++
      pending = []
      pendingBytes = 0
      start = end + 1
    }
  }
  if (pendingBytes > 0) yield Buffer.concat(pending)
}

/** The bytes of a file, decompressed if its name ends in `.gz`. @param place returns the reader's position. */
export async function* chunksOf(file: string, place: () => string | number): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file)
  // The pipeline destroys both ends if the reader stops early; the iteration reports its errors.
  const bytes: Readable = file.endsWith('.gz') ? pipeline(source, createGunzip(), () => {}) : source
  try {
    for await (const chunk of bytes) yield chunk
  } catch (error) {
    throw readingError(error, file, place())
  } finally {
    bytes.destroy()
    source.destroy()
  }
}

function readingError(error: unknown, file: string, place: string | number): DataError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = error instanceof Error ? error.message : String(error)
  if (code.startsWith('Z_')) {
    const what = code === 'Z_BUF_ERROR' ? 'ends in the middle of its gzip data' : 'is not valid gzip data'
    const where = typeof place === 'number' ? `line ${place}` : place
    return new DataError(
      'broken-gzip',
      `${file} ${what} (${reason}), at ${where}. Copy or download it again.`,
      {
        cause: error,
      },
    )
  }
  return unreadableFile(file, error)
}

/** Returns the error to throw if the disk cannot read a file. Throws nothing itself. */
export function unreadableFile(file: string, cause: unknown): DataError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  const reason = cause instanceof Error ? cause.message : String(cause)
  const advice = missing ? 'There is no such file; check the path.' : `${reason}.`
  return new DataError('data-file-unreadable', `${file} cannot be read. ${advice}`, { cause })
}

function lineTooLong(file: string, line: number, maxLineBytes: number): DataError {
  return new DataError(
    'line-too-long',
    `${file} line ${line} is longer than ${maxLineBytes} bytes. Is it JSON Lines or CSV, with one row per line?`,
  )
}

function decodeLine(
  decoder: { decode(bytes: Uint8Array): string },
  bytes: Uint8Array,
  file: string,
  line: number,
): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new DataError('invalid-utf8', `${file} line ${line} is not valid UTF-8. Save the file as UTF-8.`, {
      cause,
    })
  }
}
