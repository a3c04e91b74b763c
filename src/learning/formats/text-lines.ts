import { DataError } from '../../errors.ts'
import { type DataFile, toDataFile } from './bytes/data-files.ts'
import { createLineDecoder } from './bytes/line-decoder.ts'
import { placeFaults } from './bytes/reading-fault.ts'

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
 * The lines of a text file, one at a time, so memory does not grow with the file. gzip and Zstandard are decompressed,
 * UTF-16 is decoded, and a byte order mark is skipped, whatever the file's name.
 *
 * @param mayBeLatin1 a line that is not valid UTF-8 is read as Windows-1252, the superset of Latin-1, if nothing before
 * it is UTF-8 beyond ASCII and it looks like it (`createLineDecoder`).
 *
 * Throws `DataError`, naming file and line: `data-file-unreadable`, `broken-gzip`, `broken-zstd`, `broken-zip`,
 * `compression-bomb`, `invalid-utf8`, `invalid-utf16`, `line-too-long`.
 */
export async function* readTextLines(
  file: string | DataFile,
  {
    maxLineBytes = defaultMaxLineBytes,
    mayBeLatin1 = false,
  }: TextLinesOptions & { readonly mayBeLatin1?: boolean } = {},
): AsyncGenerator<TextLine> {
  const source = toDataFile(file)
  const decode = createLineDecoder(source.name, mayBeLatin1)
  let line = 0
  for await (const bytes of linesOf(source, maxLineBytes)) {
    line++
    yield { line, text: decode(bytes, line) }
  }
}

async function* linesOf(source: DataFile, maxLineBytes: number): AsyncGenerator<Uint8Array> {
  let line = 1
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  for await (const chunk of placeFaults(source.chunks(), source.name, () => line)) {
    let start = 0
    while (start < chunk.length) {
      const end = chunk.indexOf(newline, start)
      const part = chunk.subarray(start, end < 0 ? chunk.length : end)
      pending.push(part)
      pendingBytes += part.length
      if (pendingBytes > maxLineBytes) throw lineTooLong(source.name, line, maxLineBytes)
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

function lineTooLong(file: string, line: number, maxLineBytes: number): DataError {
  return new DataError(
    'line-too-long',
    `${file} line ${line} is longer than ${maxLineBytes} bytes. Is it JSON Lines or CSV, with one row per line?`,
  )
}
