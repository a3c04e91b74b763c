import { DataError } from '../../errors.ts'
import { parseJsonText } from './json-text.ts'
import { type OnBadRow, readOrReport, readTextLines, type TextLinesOptions } from './text-lines.ts'

/**
 * The rows of a JSON Lines file, one at a time, so memory does not grow with the file. A file whose name ends in `.gz`
 * is decompressed. Blank lines and a byte order mark are skipped; lines are counted from 1.
 *
 * Throws `DataError`, naming file and line: `invalid-json-line`, and what `readTextLines` throws.
 */
export async function* readJsonLines(
  file: string,
  options: TextLinesOptions & { readonly onBadRow?: OnBadRow } = {},
): AsyncGenerator<{ readonly line: number; readonly value: unknown }> {
  for await (const { line, text } of readTextLines(file, options)) {
    if (text.trim() === '') continue
    const row = readOrReport(() => parseLine(text, file, line), options.onBadRow)
    if (row !== undefined) yield { line, value: row.value }
  }
}

function parseLine(text: string, file: string, line: number): unknown {
  try {
    return parseJsonText(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(
      'invalid-json-line',
      `${file} line ${line} is not JSON (${reason}): ${JSON.stringify(text.slice(0, 80))}`,
      { cause },
    )
  }
}
