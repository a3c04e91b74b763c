import { type ExportedKind, typedColumns } from './columns.ts'

/** Columns of requests, in order. Objects are spread: `tokens.input`, `ms.total`. */
const requestColumns = [
  ...['time', 'id', 'protocol', 'path', 'status', 'stream', 'model', 'upstream', 'task', 'policy', 'router'],
  ...['threshold', 'strongWinRate', 'side', 'fallback', 'overBudget', 'attempts', 'tokens.input'],
  ...[
    'tokens.cachedInput',
    'tokens.cacheWriteInput',
    'tokens.cacheWrite1hInput',
    'tokens.output',
    'events',
    'usd',
  ],
  ...[
    'chargedUsd',
    'ms.overhead',
    'ms.queued',
    'ms.firstByte',
    'ms.total',
    'session',
    'key',
    'tags',
    'propensity',
  ],
  ...['experiment.id', 'experiment.arm', 'signal.kind', 'signal.requestId'],
  ...['sessionDecision.kept', 'sessionDecision.switched', 'sessionDecision.switchUsd', 'effort'],
  ...['pace.factor', 'pace.ownThreshold', 'pace.budget.key', 'pace.budget.limit', 'error'],
]

/** The columns of a kind of row, in order. */
export function findCsvColumns(kind: ExportedKind): readonly string[] {
  return kind === 'requests' ? requestColumns : Object.keys(typedColumns[kind])
}

/** One line of CSV (RFC 4180), with a line feed. Null is an empty field, and a list or an object is JSON. */
export function formatCsvLine(row: Readonly<Record<string, unknown>>, columns: readonly string[]): string {
  return `${columns.map((column) => formatField(readPath(row, column))).join(',')}\n`
}

/** The value at a path with dots; null if there is none. */
export function readPath(row: Readonly<Record<string, unknown>>, column: string): unknown {
  let value: unknown = row
  for (const name of column.split('.')) {
    if (typeof value !== 'object' || value === null) return null
    value = (value as Readonly<Record<string, unknown>>)[name]
  }
  return value
}

function formatField(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  // A spreadsheet takes a field that begins so for a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
