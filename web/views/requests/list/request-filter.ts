import type { RequestSummary } from '../../../../src/store/reader/answers.ts'
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

/** Whether a request that has just finished is one of those that are asked for. Its tags are not known here. */
export function isWanted(parameters: URLSearchParams, request: RequestSummary): boolean {
  for (const name of ['model', 'policy', 'task', 'key', 'session'] as const) {
    const wanted = parameters.get(name)
    if (wanted !== null && wanted !== (request[name] ?? '')) return false
  }
  const status = parameters.get('status')
  if (status === 'ok' && request.status >= 400) return false
  if (status === 'error' && request.status < 400) return false
  if (/^\d+$/.test(status ?? '') && request.status !== Number(status)) return false
  if (parameters.get('fallback') === 'true' && request.fallback === null) return false
  return request.id.startsWith(parameters.get('id') ?? '')
}
