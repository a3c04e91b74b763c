import type { Entry } from './entry.ts'
import { requestPrefix } from './format-request.ts'
import { columnAt, earlierLineLengths, lineLength, type RequestValues, toDay } from './request-columns.ts'

/** A request as the journal has it. */
export type ParsedRequest = {
  readonly kind: 'parsed-request'
  /** With null for the place of the text. */
  readonly values: RequestValues
  /** The JSON of `EntryText`; null if none is kept. */
  readonly text: string | null
}

/** One entry of the journal; null if it is not one of a format that this program knows. */
export function parseEntry(line: string): Entry | ParsedRequest | null {
  try {
    return line.startsWith(requestPrefix) ? parseRequest(line) : (JSON.parse(line) as Entry)
  } catch {
    return null
  }
}

/** Its checksum was right, so it is what `formatRequestLine` has written. */
function parseRequest(line: string): ParsedRequest | null {
  const candidatesAt = line.indexOf('\t', requestPrefix.length)
  const callsAt = line.indexOf('\t', candidatesAt + 1)
  const tagsAt = line.indexOf('\t', callsAt + 1)
  const textAt = line.indexOf('\t', tagsAt + 1)
  const values = JSON.parse(line.slice(requestPrefix.length, candidatesAt)) as RequestValues
  if (earlierLineLengths.includes(values.length)) while (values.length < lineLength) values.push(null)
  if (values.length !== lineLength) return null
  const part = (from: number, to: number) => (from + 1 < to ? line.slice(from + 1, to) : null)
  values.push(
    toDay(values[columnAt.time] as number),
    part(candidatesAt, callsAt),
    part(callsAt, tagsAt),
    part(tagsAt, textAt),
    null,
    null,
    null,
  )
  return { kind: 'parsed-request', values, text: part(textAt, line.length) }
}
