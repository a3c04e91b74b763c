import { readNameFilters } from '../../../filters/name-filters.tsx'
import type { Range } from '../../../filters/range.ts'

export const shown = ['model', 'policy', 'task', 'key', 'tag'] as const

/** The parameters of the API for what the query of the page asks. */
export function readRequestFilter(query: URLSearchParams, range: Range): URLSearchParams {
  const parameters = readNameFilters(query, shown)
  parameters.set('from', String(range.from))
  parameters.set('to', String(range.to))
  for (const name of ['session', 'id', 'status', 'fallback'] as const) {
    const value = query.get(name)
    if (value !== null && value !== '') parameters.set(name, value)
  }
  return parameters
}
