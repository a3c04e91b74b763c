import { DataError, InvalidRequestError } from '../../../errors.ts'
import type { ColumnPaths } from '../../formats/mapping/column-paths.ts'
import { parseRow } from '../../formats/row.ts'
import { type Conversion, type ConversionOptions, noCounts } from './conversion.ts'

/**
 * Writes rows of an application's own form as a request log with plain columns. The rows come with the columns that their
 * paths give them. A row without a prompt is left out: an export has other events too.
 *
 * Throws `InvalidRequestError` `conversion-option`; `finish` throws `DataError` `no-such-columns` if a column has a value in no
 * row.
 */
export function createLogConversion(
  paths: ColumnPaths | undefined,
  options: Omit<ConversionOptions, 'to'>,
): Conversion {
  const refuse = (param: string, reason: string): never => {
    throw new InvalidRequestError('conversion-option', `${param} ${reason}`, { param })
  }
  if (options.tieBand !== undefined) refuse('--tie-band', 'is for battles: give --to battles')
  if (options.reference !== undefined) refuse('--reference', 'is for outcomes: give --to outcomes')
  if (options.pair !== undefined) refuse('--strong-model', 'is for battles and outcomes')
  const columns = paths?.columns ?? []
  if (!columns.some(({ name }) => name === 'prompt' || name === 'messages'))
    refuse('--to log', 'needs --columns with a prompt or messages; routellm data inspect FILE proposes them')
  const counts = { ...noCounts(), form: 'columns' as const }
  const found = new Set<string>()
  return {
    counts,
    add({ value, place }) {
      counts.read++
      const row = parseRow(value, place)
      const hasPrompt = 'prompt' in row || 'messages' in row
      for (const { name } of columns) if (hasColumn(row, name)) found.add(name)
      if (!hasPrompt) counts.withoutPrompt++
      else counts.written++
      return hasPrompt ? [row] : []
    },
    finish() {
      const missing = columns.filter(({ name }) => !found.has(name))
      if (missing.length === 0) return []
      throw new DataError(
        'no-such-columns',
        `No row has a value for ${missing.map(({ name, path }) => `${name}=${path}`).join(', ')}. Leave it out, or correct the path; routellm data inspect FILE proposes the columns of a file.`,
      )
    },
  }
}

function hasColumn(row: { readonly [column: string]: unknown }, name: string): boolean {
  if (name === 'prompt' || name === 'messages') return 'prompt' in row || 'messages' in row
  if (!name.startsWith('scores.')) return name in row
  const { scores } = row
  return typeof scores === 'object' && scores !== null && name.slice('scores.'.length) in scores
}
