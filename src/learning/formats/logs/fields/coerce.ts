import type { Row } from '../../row.ts'

/**
 * Readers of fields of logs. A number may be a number or, in CSV, its text; an object may be an object or its JSON.
 * Each returns undefined for a missing field or another type.
 */
export function coerceObject(value: unknown): Row | undefined {
  const parsed = typeof value === 'string' ? parseJson(value, '{') : value
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined
}

export function coerceList(value: unknown): readonly unknown[] | undefined {
  const parsed = typeof value === 'string' ? parseJson(value, '[') : value
  return Array.isArray(parsed) ? parsed : undefined
}

/** A string that is not blank. */
export function coerceText(value: unknown): string | undefined {
  return typeof value === 'string' && /\S/.test(value) ? value : undefined
}

/** A name: a string that is not blank, or a number. */
export function coerceName(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : coerceText(value)?.trim()
}

/** A finite number of 0 or more, also as text: `"12"`, `"$0.0031"`. */
export function coerceNumber(value: unknown): number | undefined {
  const text = typeof value === 'string' ? value.trim().replace(/^\$/, '') : value
  const number = typeof text === 'string' && text !== '' ? Number(text) : text
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

/** A cost in dollars above 0. Loggers write 0 for a model without a price. */
export function coerceCost(value: unknown): number | undefined {
  const cost = coerceNumber(value)
  return cost === 0 ? undefined : cost
}

const earliestMs = Date.UTC(2000, 0)
const latestMs = Date.UTC(2100, 0)

/**
 * Milliseconds since 1970 of an ISO 8601 text (UTC if it has no zone, as ClickHouse and SQL write it), a `Date`,
 * or seconds, milliseconds or microseconds since 1970.
 */
export function coerceTime(value: unknown): number | undefined {
  if (value instanceof Date) return checkRange(value.getTime())
  const number = coerceNumber(value)
  if (number !== undefined) {
    for (const factor of [1000, 1, 0.001]) {
      const time = checkRange(number * factor)
      if (time !== undefined) return time
    }
    return undefined
  }
  const text = coerceText(value)
  const parts =
    text === undefined ? null : /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?(\.\d+)?\s*(.*)$/.exec(text)
  if (parts === null) return undefined
  const [, day, clock = '00:00', fraction = '', zone = ''] = parts
  return checkRange(Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${toZone(zone)}`))
}

function toZone(zone: string): string {
  if (zone === '' || /^(?:Z|UTC|GMT)$/i.test(zone)) return 'Z'
  return /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone
}

function checkRange(time: number): number | undefined {
  return time >= earliestMs && time < latestMs ? time : undefined
}

/** Names from a list, or from a text separated by commas. */
export function coerceNames(value: unknown): readonly string[] {
  const list = coerceList(value) ?? (typeof value === 'string' ? value.split(',') : [])
  return list.flatMap((name) => coerceName(name) ?? [])
}

/** The value of the first of these columns that has one. */
export function findField<T>(
  row: Row,
  columns: readonly string[],
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const column of columns) {
    const value = read(row[column])
    if (value !== undefined) return value
  }
  return undefined
}

/** Removes undefined fields, which `exactOptionalPropertyTypes` does not allow. */
export function omitUndefined<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

function parseJson(text: string, opening: '{' | '['): unknown {
  if (!text.trimStart().startsWith(opening)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
