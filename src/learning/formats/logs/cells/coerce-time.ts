import { coerceNumber } from './coerce-number.ts'

const earliestMs = Date.UTC(2000, 0)
const latestMs = Date.UTC(2100, 0)
const longestTime = 60

/**
 * Milliseconds since 1970 of an ISO 8601 text (UTC if it has no zone, as ClickHouse and SQL write it), an RFC 1123 date
 * (`Thu, 01 Oct 2026 08:30:00 GMT`), another date whose month is a word, a `Date`, or seconds, milliseconds, microseconds
 * or nanoseconds since 1970. A date such as 10/1/2026 could mean two days, so it is none.
 */
export function coerceTime(value: unknown): number | undefined {
  if (value instanceof Date) return checkRange(value.getTime())
  if (typeof value === 'bigint') return coerceTime(Number(value))
  const number = coerceNumber(value)
  if (number !== undefined) {
    for (const factor of [1000, 1, 1e-3, 1e-6]) {
      const time = checkRange(Math.round(number * factor))
      if (time !== undefined) return time
    }
    return undefined
  }
  if (typeof value !== 'string' || value.length > longestTime) return undefined
  const text = value.trim()
  return parseIso(text) ?? parseNamedMonth(text)
}

function parseIso(text: string): number | undefined {
  const parts = /^(\d{4})([-/])(\d\d)\2(\d\d)(?:(?:[T ]|, )(\d{1,2}:\d\d(?::\d\d)?))?([.,]\d+)?\s*(.*)$/.exec(
    text,
  )
  if (parts === null) return undefined
  const [, year, , month, day, clock = '00:00', fraction = '', zone = ''] = parts
  return checkRange(
    Date.parse(
      `${year}-${month}-${day}T${clock.padStart(clock.length + (clock.indexOf(':') === 1 ? 1 : 0), '0')}` +
        `${fraction.slice(0, 4).replace(',', '.')}${toZone(zone)}`,
    ),
  )
}

const monthName = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?'
const namedMonth = new RegExp(
  `^(?:[a-z]{3,9}\\.?,?\\s+)?(?:\\d{1,2}[\\s-]+${monthName}|${monthName}\\s+\\d{1,2}),?[\\s-]+\\d{4}\\b`,
  'i',
)

/** A date whose month is a word, in UTC if it has no zone. */
function parseNamedMonth(text: string): number | undefined {
  if (!namedMonth.test(text)) return undefined
  const spaced = text.replace(/(\d)-([a-z]{3,9})-(\d{4})/i, '$1 $2 $3').replace(/(\d{4}),/, '$1')
  const hasZone = /(?:\b(?:GMT|UTC|Z|[ECMP][SD]T)\b|[+-]\d\d:?\d\d)(?:\s*\([^)]*\))?$/i.test(spaced)
  return checkRange(Date.parse(hasZone ? spaced : `${spaced} UTC`))
}

function toZone(zone: string): string {
  if (zone === '' || /^(?:Z|UTC|GMT)$/i.test(zone)) return 'Z'
  return /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone
}

function checkRange(time: number): number | undefined {
  return time >= earliestMs && time < latestMs ? time : undefined
}
