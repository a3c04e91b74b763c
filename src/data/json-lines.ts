import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataError } from '../errors.ts'

export type JsonLinesOptions = {
  /** A longer line is refused before it is in memory as a whole. 64 MiB unless told. */
  readonly maxLineBytes?: number
}

const newline = 0x0a
const defaultMaxLineBytes = 64 * 1024 * 1024

/**
 * The rows of a JSON Lines file, one by one, so that a file of any size takes little memory. A name that ends in
 * `.gz` is decompressed. Blank lines and a byte order mark are passed over; lines are counted from 1.
 *
 * Throws `DataError`, naming file and line: `data-file-unreadable`, `broken-gzip`, `invalid-utf8`,
 * `invalid-json-line`, `line-too-long`.
 */
export async function* readJsonLines(
  file: string,
  options: JsonLinesOptions = {},
): AsyncGenerator<{ readonly line: number; readonly value: unknown }> {
  let line = 0
  for await (const bytes of linesOf(file, options.maxLineBytes ?? defaultMaxLineBytes)) {
    line++
    const text = decodeLine(bytes, file, line)
    if (text.trim() === '') continue
    yield { line, value: parseLine(text, file, line) }
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
      if (pendingBytes > maxLineBytes) {
        throw new DataError(
          'line-too-long',
          `${file} line ${line} is longer than ${maxLineBytes} bytes. Is it JSON Lines, with one object per line?`,
        )
      }
      if (end < 0) break
      yield Buffer.concat(pending)
      line++
      pending = []
      pendingBytes = 0
      start = end + 1
    }
  }
  if (pendingBytes > 0) yield Buffer.concat(pending)
}

async function* chunksOf(file: string, currentLine: () => number): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file)
  // The pipeline destroys both ends where the reader stops early; its errors reach us through the iteration.
  const bytes: Readable = file.endsWith('.gz') ? pipeline(source, createGunzip(), () => {}) : source
  try {
    for await (const chunk of bytes) yield chunk
  } catch (error) {
    throw readingError(error, file, currentLine())
  } finally {
    bytes.destroy()
    source.destroy()
  }
}

function readingError(error: unknown, file: string, line: number): DataError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = error instanceof Error ? error.message : String(error)
  if (code.startsWith('Z_')) {
    const what = code === 'Z_BUF_ERROR' ? 'ends in the middle of its gzip data' : 'is no valid gzip data'
    return new DataError(
      'broken-gzip',
      `${file} ${what} (${reason}), at line ${line}. Copy or download it again.`,
      { cause: error },
    )
  }
  const advice = code === 'ENOENT' ? 'There is no such file; check the path.' : `${reason}.`
  return new DataError('data-file-unreadable', `${file} cannot be read. ${advice}`, { cause: error })
}

function decodeLine(bytes: Uint8Array, file: string, line: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: line !== 1 }).decode(bytes)
  } catch (cause) {
    throw new DataError('invalid-utf8', `${file} line ${line} is not valid UTF-8. Save the file as UTF-8.`, {
      cause,
    })
  }
}

function parseLine(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(
      'invalid-json-line',
      `${file} line ${line} is not JSON (${reason}): ${JSON.stringify(text.slice(0, 80))}`,
      { cause },
    )
  }
}
