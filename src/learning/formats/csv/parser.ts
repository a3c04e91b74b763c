import { DataError } from '../../../errors.ts'
import { defaultMaxLineBytes } from '../text-lines.ts'

/** One record of a CSV file. `line` is the line on which it starts (1-based); a quoted field may span several lines. */
export type CsvRecord = { readonly line: number; readonly fields: readonly string[] }

/** What stands between the fields of a record. */
export type Separator = ',' | ';' | '\t' | '|'

export type CsvParserOptions = {
  /** Default: a comma. */
  readonly separator?: Separator
  /** A longer record is refused. Default: 64 MiB. */
  readonly maxLineBytes?: number
}

export type CsvParser = {
  /** The record that this line completes, if it completes one. */
  addLine(text: string, line: number): CsvRecord | undefined
  /** Throws if a record is not complete. */
  end(): void
}

export function createCsvParser(
  source: string,
  { separator = ',', maxLineBytes = defaultMaxLineBytes }: CsvParserOptions = {},
): CsvParser {
  let fields: string[] = []
  let recordLine = 0
  let recordLength = 0
  /** The pieces of a quoted field that is open, and the line that opened it. */
  let quoted: { readonly line: number; readonly pieces: string[] } | undefined

  function complete(): CsvRecord {
    const record = { line: recordLine, fields }
    fields = []
    return record
  }

  return {
    addLine(text, line) {
      if (quoted === undefined) {
        if (text === '' || text === '\r') return undefined
        recordLine = line
        recordLength = 0
      }
      recordLength += text.length
      if (recordLength > maxLineBytes) throw recordTooLong(source, recordLine, quoted?.line, maxLineBytes)
      let at = 0
      for (;;) {
        if (quoted === undefined && text[at] !== '"') {
          const end = text.indexOf(separator, at)
          fields.push(end < 0 ? text.slice(at).replace(/\r$/, '') : text.slice(at, end))
          if (end < 0) return complete()
          at = end + 1
          continue
        }
        if (quoted === undefined) {
          quoted = { line, pieces: [] }
          at++
        }
        const quote = text.indexOf('"', at)
        if (quote < 0) {
          quoted.pieces.push(text.slice(at), '\n')
          return undefined
        }
        quoted.pieces.push(text.slice(at, quote))
        at = quote + 1
        if (text[at] === '"') {
          quoted.pieces.push('"')
          at++
          continue
        }
        fields.push(quoted.pieces.join(''))
        quoted = undefined
        const rest = text.slice(at, at + 12)
        if (rest === '' || rest === '\r') return complete()
        if (text[at] !== separator) throw textAfterQuote(source, line, rest)
        at++
      }
    },
    end() {
      if (quoted !== undefined) throw unclosedQuote(source, quoted.line)
    },
  }
}

/** The fields of the first records of some lines. `isBroken` if they are not CSV with this separator. */
export function parseCsvLines(
  lines: readonly string[],
  source: string,
  separator: Separator,
  most: number,
): { readonly records: readonly (readonly string[])[]; readonly isBroken: boolean } {
  const parser = createCsvParser(source, { separator })
  const records: (readonly string[])[] = []
  try {
    for (const [index, line] of lines.entries()) {
      const record = parser.addLine(line, index + 1)
      if (record !== undefined) records.push(record.fields)
      if (records.length === most) break
    }
    return { records, isBroken: false }
  } catch (error) {
    if (error instanceof DataError) return { records, isBroken: true }
    throw error
  }
}

function unclosedQuote(source: string, line: number): DataError {
  return new DataError(
    'csv-unclosed-quote',
    `${source} line ${line} opens a quoted field that is never closed. Close it, or double the quotes inside it.`,
  )
}

function textAfterQuote(source: string, line: number, text: string): DataError {
  return new DataError(
    'csv-text-after-quote',
    `${source} line ${line} has ${JSON.stringify(text)} after a closing quote. Double the quotes inside a quoted field.`,
  )
}

function recordTooLong(
  source: string,
  line: number,
  openedAt: number | undefined,
  maxLineBytes: number,
): DataError {
  const quote = openedAt === undefined ? '' : ` Line ${openedAt} opens a quoted field: is it ever closed?`
  return new DataError(
    'csv-record-too-long',
    `${source} line ${line} begins a record of more than ${maxLineBytes} characters.${quote}`,
  )
}
