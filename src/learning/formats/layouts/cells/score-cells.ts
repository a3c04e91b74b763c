import { invalidRow, type Row, shown } from '../../row.ts'
import { parseTableNumber } from '../../table-number.ts'

/** Whether a cell can be a score: a number, its text, true or false, or nothing. */
export function isScoreCell(cell: unknown): boolean {
  return scoreOf(cell) !== undefined
}

/** Whether a cell is a score that is there. */
export function hasScore(cell: unknown): boolean {
  return typeof scoreOf(cell) === 'number'
}

/** The score that a cell holds; null if it is empty. Throws `DataError` `invalid-row`. */
export function readScore(cell: unknown, column: string, place: string): number | null {
  const score = scoreOf(cell)
  if (score !== undefined) return score
  const reason =
    typeof cell === 'string' && isAmbiguous(cell)
      ? 'which may be thousands or a decimal; write it without the comma'
      : 'and a number is needed there'
  throw invalidRow(place, `has ${shown(cell)} in "${column}", ${reason}`)
}

/** `7,125`: a score of seven and an eighth, or of some thousands. */
function isAmbiguous(text: string): boolean {
  return /^\s*[+-]?[1-9]\d{0,2},\d{3}\s*$/.test(text)
}

const truths: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
  ['yes', 1],
  ['no', 0],
  ['pass', 1],
  ['fail', 0],
  ['correct', 1],
  ['incorrect', 0],
])
const missing: ReadonlySet<string> = new Set(['', 'null', 'none', 'nan', 'n/a', 'na'])

function scoreOf(cell: unknown): number | null | undefined {
  if (cell === undefined || cell === null) return null
  if (typeof cell === 'boolean') return Number(cell)
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined
  if (typeof cell !== 'string') return undefined
  const text = cell.trim().toLowerCase()
  if (missing.has(text)) return null
  if (isAmbiguous(text)) return undefined
  return truths.get(text) ?? parseTableNumber(text)
}

export function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A name without the differences in how tables write it: `Model Name`, `model-name` and `model_name` are one. */
export function plainName(column: string): string {
  return column
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
}

/** The first column of the rows with one of these names, in the order of the names. */
export function findColumn(rows: readonly Row[], names: readonly string[]): string | undefined {
  const columns = columnsOf(rows)
  for (const name of names) {
    const found = columns.exact.has(name) ? name : columns.plain.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** The columns of rows, and the first of each plain name. */
type Columns = { readonly exact: ReadonlySet<string>; readonly plain: ReadonlyMap<string, string> }

/** A sample of rows is asked for many columns. */
const knownColumns = new WeakMap<readonly Row[], Columns>()

function columnsOf(rows: readonly Row[]): Columns {
  const known = knownColumns.get(rows)
  if (known !== undefined) return known
  const exact = new Set(rows.flatMap(Object.keys))
  const plain = new Map<string, string>()
  for (const column of exact) {
    const name = plainName(column)
    if (!plain.has(name)) plain.set(name, column)
  }
  const columns = { exact, plain }
  knownColumns.set(rows, columns)
  return columns
}

/** A row without some of its columns. */
export function omitColumns(row: Row, columns: ReadonlySet<string>): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !columns.has(column)))
}

const sharedNames: ReadonlySet<string> = new Set([
  'category',
  'dataset',
  'dataset_name',
  'task_name',
  'eval_name',
  'domain',
  'language',
  'group',
  'weight',
  'requests',
  'embedding',
])

/** The columns of a row that describe its prompt, and not what one model did on it. */
export function promptColumnsOf(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([column, cell]) => sharedNames.has(column) && cell != null),
  )
}
