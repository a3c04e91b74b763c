import { findByUpstreamId } from '../../database/upstream-id-index.ts'
import type { RequestFilter } from '../answers.ts'
import { sessionRows } from './sessions/session-rows.ts'
import { type Sql, tagPattern } from './usage-source.ts'

/** The condition of a statement over `requests`. */
export function requestConditions(filter: Partial<RequestFilter>): Sql {
  const conditions: string[] = []
  const parameters: unknown[] = []
  const add = (condition: string, ...values: unknown[]) => {
    conditions.push(condition)
    parameters.push(...values)
  }
  if (filter.from !== undefined) add('time >= ?', filter.from)
  if (filter.to !== undefined) add('time < ?', filter.to)
  for (const column of ['key', 'policy', 'model', 'task'] as const) {
    const value = filter[column]
    if (value !== undefined)
      add(value === '' ? `${column} is null` : `${column} = ?`, ...(value === '' ? [] : [value]))
  }
  if (filter.session === '') add('session is null')
  else if (filter.session !== undefined) add(`seq in (${sessionRows})`, filter.session, filter.session)
  if (filter.tag !== undefined) add(`tags like ? escape '\\'`, tagPattern(filter.tag))
  if (filter.status === 'ok') add('status < 400')
  else if (filter.status === 'error') add('status >= 400')
  else if (filter.status !== undefined) add('status = ?', filter.status)
  if (filter.fallback === true) add('fallback is not null')
  if (filter.id !== undefined && filter.id !== '') {
    // The end of the texts that begin so.
    const end = `${filter.id}\u{10ffff}`
    const found = `select seq from requests where id >= ? and id < ? union all select * from (${findByUpstreamId})`
    add(`seq in (${found})`, filter.id, end, filter.id)
  }
  if (filter.before !== undefined) add('seq < ?', filter.before)
  return { sql: conditions.length === 0 ? '1 = 1' : conditions.join(' and '), parameters }
}
