import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { DataError } from '../errors.ts'

/** One record of a CSV file. `line` is where it starts (1-based); a quoted field may span several lines. */
export type CsvRecord = { readonly line: number; readonly fields: readonly string[] }

/** A CSV file with a header: the names of its columns, and the records below it. */
export type CsvTable = { readonly columns: readonly string[]; readonly records: readonly CsvRecord[] }

/**
 * Reads a CSV file with a header line (RFC 4180: quoted fields may hold commas, line ends and doubled quotes;
 * lines end in LF or CRLF). UTF-8 with or without a byte order mark, gzip by extension.
 *
 * Throws `DataError` naming file and line where the file cannot be read, a quote is not closed, text follows a
 * closing quote, or a record has not as many fields as the header.
 */
export async function readCsvTable(file: string): Promise<CsvTable> {
  return parseCsvTable(await readUtf8(file), file)
}

/** As `readCsvTable`, for text that is already in memory; `source` names it in errors. */
export function parseCsvTable(text: string, source: string): CsvTable {
  const [header, ...records] = parseCsv(text, source)
  if (header === undefined) {
    throw new DataError(
      'csv-empty',
      `${source} is empty: a CSV file needs a header line with its column names.`,
    )
  }
  for (const { line, fields } of records) {
    if (fields.length === header.fields.length) continue
    throw new DataError(
      'csv-field-count',
      `${source} line ${line} has ${fields.length} fields where the header names ${header.fields.length} ` +
        `(${header.fields.join(', ')}). Quote fields that hold commas or line ends, and double the quotes in them.`,
    )
  }
  return { columns: header.fields, records }
}

/** All records, the header included, in file order. A line with nothing on it is no record. */
export function parseCsv(text: string, source: string): CsvRecord[] {
  const records: CsvRecord[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const start = { at, line }
    const fields: string[] = []
    let ended = false
    while (!ended) {
      const field = text[at] === '"' ? quotedField(text, at, line, source) : bareField(text, at)
      fields.push(field.value)
      line += field.lineEnds
      at = field.end
      if (text[at] === ',') at += 1
      else {
        ended = true
        if (text[at] === '\r') at += 1
        if (text[at] === '\n') at += 1
      }
    }
    line += 1
    const blank = fields.length === 1 && fields[0] === '' && text[start.at] !== '"'
    if (!blank) records.push({ line: start.line, fields })
  }
  return records
}

type Field = { readonly value: string; readonly end: number; readonly lineEnds: number }

function bareField(text: string, start: number): Field {
  let end = start
  while (end < text.length && !isFieldEnd(text, end)) end += 1
  return { value: text.slice(start, end), end, lineEnds: 0 }
}

function quotedField(text: string, start: number, line: number, source: string): Field {
  let close = text.indexOf('"', start + 1)
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2)
  if (close === -1) {
    throw new DataError(
      'csv-unclosed-quote',
      `${source} line ${line} opens a quoted field that is never closed. Close it, or double the quotes inside it.`,
    )
  }
  const raw = text.slice(start + 1, close)
  const end = close + 1
  const lineEnds = countLineEnds(raw)
  if (end < text.length && !isFieldEnd(text, end)) {
    throw new DataError(
      'csv-text-after-quote',
      `${source} line ${line + lineEnds} has ${JSON.stringify(text.slice(end, end + 12))} after a closing quote. ` +
        'Double the quotes inside a quoted field.',
    )
  }
  return { value: raw.includes('"') ? raw.replaceAll('""', '"') : raw, end, lineEnds }
}

function isFieldEnd(text: string, at: number): boolean {
  const character = text[at]
  return character === ',' || character === '\n' || (character === '\r' && text[at + 1] === '\n')
}

function countLineEnds(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

async function readUtf8(file: string): Promise<string> {
  try {
    const bytes = await readFile(file)
    return new TextDecoder('utf-8', { fatal: true }).decode(file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new DataError(
      missing ? 'file-not-found' : 'file-unreadable',
      missing
        ? `${file} does not exist. Check the path.`
        : `${file} cannot be read as UTF-8 text: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    )
  }
}
