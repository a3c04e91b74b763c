import { DataError } from '../../../errors.ts'
import { type DataFile, toDataFile } from '../bytes/data-files.ts'
import { type OnBadRow, readOrReport, readTextLines, type TextLinesOptions } from '../text-lines.ts'
import { parseJsonText } from './json-text.ts'

/**
 * The rows of a JSON Lines file, one at a time, so memory does not grow with the file. Blank lines and
 * a byte order mark are skipped; lines are counted from 1.
 *
 * Throws `DataError`, naming file and line: `invalid-json-line`, and what `readTextLines` throws.
 */
export async function* readJsonLines(
  file: string | DataFile,
  options: TextLinesOptions & { readonly onBadRow?: OnBadRow } = {},
): AsyncGenerator<{ readonly line: number; readonly value: unknown }> {
  const source = toDataFile(file)
  for await (const { line, text } of readTextLines(source, options)) {
    if (text.trim() === '') continue
    const row = readOrReport(() => parseLine(text, source.name, line), options.onBadRow)
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
