import type { Row } from '../../row.ts'
import { parsePythonLiteral } from './python-literal.ts'

/**
 * Readers of fields of logs. In CSV a number may be its text; an object or a list may be its JSON, or
 * the text that Python prints. Each returns undefined
 * for a missing field or another type.
 */
export function coerceObject(value: unknown): Row | undefined {
  const parsed = typeof value === 'string' ? parseJson(value, '{') : value
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) && !(parsed instanceof Date)
    ? { ...parsed }
    : undefined
}

export function coerceList(value: unknown): readonly unknown[] | undefined {
  const parsed = typeof value === 'string' ? parseJson(value, '[') : value
  return Array.isArray(parsed) ? parsed : undefined
}

/** The objects of a list. */
export function coerceObjects(value: unknown): readonly Row[] | undefined {
  return coerceList(value)?.flatMap((item): readonly Row[] => {
    const object = coerceObject(item)
    return object === undefined ? [] : [object]
  })
}

/** A string that is not blank. */
export function coerceText(value: unknown): string | undefined {
  return typeof value === 'string' && /\S/.test(value) ? value : undefined
}

/** A name: a string that is not blank, or a number. */
export function coerceName(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : coerceText(value)?.trim()
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

function parseJson(text: string, opening: '{' | '['): unknown {
  const isArray = opening === '[' && text.startsWith('array(')
  if (!isArray && !text.trimStart().startsWith(opening)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return parsePythonLiteral(text)
  }
}
