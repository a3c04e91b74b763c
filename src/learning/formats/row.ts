import { DataError } from '../../errors.ts'

/** A row of a data file, known to be a JSON object. */
export type Row = { readonly [column: string]: unknown }

/** @param place names the row in errors: `battles.jsonl line 3`. Throws `DataError` `invalid-row`. */
export function parseRow(value: unknown, place: string): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRow(place, `is ${shown(value)}, and a row is a JSON object`)
  }
  return { ...value }
}

export function stringColumn(row: Row, column: string, place: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw invalidRow(place, `needs a string in "${column}", got ${shown(value)}`)
}

/** A model's name: a string that is not empty. */
export function modelColumn(row: Row, column: string, place: string): string {
  const model = stringColumn(row, column, place)
  if (model !== '') return model
  throw invalidRow(place, `has an empty model name in "${column}"`)
}

/** A list of one or more finite numbers, or undefined if the row has no such column. */
export function embeddingColumn(row: Row, place: string): Float32Array | undefined {
  const value = row.embedding
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || value.length === 0) {
    throw invalidRow(place, `needs a list of numbers in "embedding", got ${shown(value)}`)
  }
  const embedding = new Float32Array(value.length)
  for (const [index, number] of value.entries()) {
    embedding[index] = number
    // Also catches a number that is finite in JSON and not in 32 bits.
    if (typeof number !== 'number' || !Number.isFinite(embedding[index])) {
      throw invalidRow(place, `has ${shown(number)} at embedding[${index}], and a finite number is needed`)
    }
  }
  return embedding
}

/** Scores and weights are not larger: sums of their squares over all rows must be finite. */
export const largestNumber = 1e100

/** A number above 0, or undefined if the row has no such column. */
export function weightColumn(row: Row, place: string): number | undefined {
  const value = row.weight
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && value > 0 && value <= largestNumber) return value
  const limit = typeof value === 'number' && value > 0 ? `of at most ${largestNumber}` : 'above 0'
  throw invalidRow(place, `needs a weight ${limit}, got ${shown(value)}`)
}

/** A whole number above 0, or undefined if the row has no such column. */
export function requestsColumn(row: Row, place: string): number | undefined {
  const value = row.requests
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw invalidRow(
    place,
    `needs a whole number of 1 or more in "requests", how many requests of the log it stands for, got ${shown(value)}`,
  )
}

/** The optional columns of every row that compares models. */
export type SharedColumns = {
  readonly embedding?: Float32Array
  /** Weight of the row, above 0. Default: `requests`, else 1. */
  readonly weight?: number
  /** How many requests of a log the row stands for. Default: 1. */
  readonly requests?: number
}

/** Throws `DataError` `invalid-row`. */
export function sharedColumns(row: Row, place: string): SharedColumns {
  const embedding = embeddingColumn(row, place)
  const weight = weightColumn(row, place)
  const requests = requestsColumn(row, place)
  return {
    ...(embedding !== undefined && { embedding }),
    ...(weight !== undefined && { weight }),
    ...(requests !== undefined && { requests }),
  }
}

export function invalidRow(place: string, what: string): DataError {
  return new DataError('invalid-row', `${place} ${what}.`)
}

export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
