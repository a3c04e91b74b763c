import type { Row } from '../../row.ts'

/**
 * A column's name without case, punctuation and unit, so that `Input Tokens`, `inputTokens` and `input_tokens` are one, as
 * are `Cost (USD)` and `cost`. Another unit stays: `Cost (EUR)` is another column.
 */
export function plainColumnName(name: string): string {
  return name
    .replace(/\((?:USD|US\$|\$|UTC|tokens?|text)\)/gi, '')
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase()
}

/** Looks up columns by plain names: `inputtokens`. */
export type ColumnFinder = <T>(
  plainNames: readonly string[],
  read: (value: unknown) => T | undefined,
) => T | undefined

/**
 * Finds the first value of these columns in several rows. A row has precedence over those after it, a name over those after
 * it. If columns of a row have the same plain name, the first that is not empty counts.
 */
export function createColumnFinder(rows: readonly Row[]): ColumnFinder {
  const columns = rows.map((row) => {
    const byName = new Map<string, unknown>()
    for (const [name, value] of Object.entries(row)) {
      const plain = plainColumnName(name)
      if (value !== null && value !== undefined && value !== '' && !byName.has(plain))
        byName.set(plain, value)
    }
    return byName
  })
  return (plainNames, read) => {
    for (const byName of columns)
      for (const name of plainNames) {
        const value = byName.get(name)
        const result = value === undefined ? undefined : read(value)
        if (result !== undefined) return result
      }
    return undefined
  }
}
