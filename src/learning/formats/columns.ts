import { parseJsonText } from './json/json-text.ts'
import { readScore } from './layouts/cells/score-cells.ts'
import { invalidRow, type Row, shown } from './row.ts'
import { parseTableNumber } from './table-number.ts'

/** Columns that hold JSON in formats with text only: CSV cells, and Parquet columns of strings. */
const jsonColumns: ReadonlySet<string> = new Set([
  'scores',
  'embedding',
  'tokens',
  'tags',
  'messages',
  'conversation_a',
  'conversation_b',
])

const numberColumns: ReadonlySet<string> = new Set([
  'weight',
  'requests',
  'strongWinRate',
  'costUsd',
  'quality',
  'pref_b',
  'score_strong',
  'score_weak',
  'winner_model_a',
  'winner_model_b',
  'winner_tie',
])

export type TableCells = {
  /** Leave cells as they are (texts in CSV), whatever their columns are called: for tables that are not ours. */
  readonly plainCells?: boolean
}

/** A column for each model, `scores.gpt-5`, as data frames write what JSON nests. */
const scorePrefix = 'scores.'

/**
 * The row that a table's cells represent, as JSON Lines would hold it. The column decides the type of a cell, never the
 * cell's content: a prompt `42` is a text. `scores`, `embedding`, `tokens`, `messages` and similar columns hold JSON;
 * `scores.<model>` columns are combined into `scores`; `weight` and similar columns are numbers; everything else is
 * text. An empty or missing cell, or a score of null, means that the row does not have the column; the `scores` of a table with such
 * columns are there, if empty. An empty `prompt` is
 * kept.
 *
 * @param entries of a column and its cell: a text, or a value that Parquet has typed already.
 *
 * Throws `DataError` `invalid-row` naming `place`.
 */
export function rowOfColumns(
  entries: Iterable<readonly [string, unknown]>,
  place: string,
  { plainCells = false }: TableCells = {},
): Row {
  const columns: [string, unknown][] = []
  const scores: [string, unknown][] = []
  let hasScoreColumns = false
  for (const [column, cell] of entries) {
    hasScoreColumns ||= !plainCells && column.startsWith(scorePrefix)
    if (cell === null || cell === undefined || (cell === '' && column !== 'prompt')) continue
    if (plainCells) columns.push([column, cell])
    else if (column.startsWith(scorePrefix)) {
      scores.push([column.slice(scorePrefix.length), scoreOf(cell, column, place)])
    } else columns.push([column, cellValue(column, cell, place)])
  }
  const row = Object.fromEntries(columns)
  if (plainCells) return row
  const own = row.scores
  if (hasScoreColumns && own !== undefined)
    throw invalidRow(place, 'has both a column "scores" and columns "scores.<model>"; leave one of them out')
  if (hasScoreColumns) return { ...row, scores: Object.fromEntries(scores) }
  if (typeof own !== 'object' || own === null || Array.isArray(own)) return row
  return { ...row, scores: Object.fromEntries(Object.entries(own).filter(([, score]) => score !== null)) }
}

function cellValue(column: string, cell: unknown, place: string): unknown {
  if (typeof cell !== 'string') return cell
  if (numberColumns.has(column)) return numberOf(cell, column, place)
  if (!jsonColumns.has(column)) return cell
  try {
    return parseJsonText(cell)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw invalidRow(place, `has ${shown(cell)} in "${column}", and JSON is needed there (${reason})`)
  }
}

function scoreOf(cell: unknown, column: string, place: string): unknown {
  if (typeof cell !== 'string') return cell
  if (/^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true'
  return readScore(cell, column, place)
}

function numberOf(cell: string, column: string, place: string): number {
  const number = parseTableNumber(cell)
  if (number !== undefined) return number
  throw invalidRow(place, `has ${shown(cell)} in "${column}", and a number is needed there`)
}
