import { readNameFilters } from '../../../filters/name-filters.tsx'
import type { Range } from '../../../filters/range.ts'

export const shown = ['policy', 'key', 'tag'] as const

export const orders = [
  { name: 'newest', title: 'Newest' },
  { name: 'dearest', title: 'Dearest' },
  { name: 'longest', title: 'Longest' },
  { name: 'switching', title: 'Most switches' },
] as const

/** The parameters of the API for what the query of the page asks. */
export function readSessionFilter(query: URLSearchParams, range: Range): URLSearchParams {
  const parameters = readNameFilters(query, shown)
  parameters.set('from', String(range.from))
  parameters.set('to', String(range.to))
  const order = query.get('order')
  if (orders.some(({ name }) => name === order)) parameters.set('order', order ?? '')
  const id = query.get('id')
  if (id !== null && id !== '') parameters.set('id', id)
  return parameters
}
