import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import {
  modelsOfSession,
  type SessionFilter,
  type SessionOrder,
  type SessionPage,
  type SessionSummary,
} from '../../answers/sessions.ts'
import { type Sql, tagPattern } from '../usage-source.ts'
import { sessionRowsBetween } from './session-rows.ts'

const orderColumns = {
  newest: 'last_time',
  dearest: 'cost_nanousd',
  longest: 'requests',
  switching: 'coalesce(switches, 0)',
} as const satisfies Record<SessionOrder, string>

type Row = Omit<SessionSummary, 'models'> & { readonly value: number }

/** A page of sessions, each with the models of its first requests. */
export async function readSessions(db: Database, filter: SessionFilter): Promise<SessionPage> {
  const { sql, parameters } = conditions(filter)
  const column = orderColumns[filter.order]
  const { rows } = await db.executeQuery<Row>(
    CompiledQuery.raw(
      `select id, first_time as firstTime, last_time as lastTime, requests,
        cost_nanousd / 1e9 as usd, unpriced, coalesce(switches, 0) as switches, key, policy, ${column} as value
       from sessions where ${sql} order by ${column} desc, sessions.id limit ?`,
      [...parameters, filter.limit + 1],
    ),
  )
  const shown = rows.slice(0, filter.limit)
  const sessions: SessionSummary[] = []
  for (const { value: _, ...row } of shown)
    sessions.push(Object.assign(row, { models: await readModels(db, row) }))
  const last = shown.at(-1)
  return {
    sessions,
    next: rows.length > filter.limit && last !== undefined ? [last.value, last.id] : null,
  }
}

function conditions({ from, to, key, policy, tag, id, order, after }: SessionFilter): Sql {
  const found: string[] = []
  const parameters: unknown[] = []
  const add = (condition: string, ...values: unknown[]) => {
    found.push(condition)
    parameters.push(...values)
  }
  if (id !== undefined && id !== '') add('sessions.id >= ? and sessions.id < ?', id, `${id}\u{10ffff}`)
  else add('last_time >= ? and last_time < ?', from, to)
  for (const [column, name] of [
    ['key', key],
    ['policy', policy],
  ] as const)
    if (name === '') add(`${column} is null`)
    else if (name !== undefined) add(`${column} = ?`, name)
  if (tag !== undefined) add(`tags like ? escape '\\'`, tagPattern(tag))
  if (after !== undefined) {
    const column = orderColumns[order]
    add(`(${column} < ? or (${column} = ? and sessions.id > ?))`, after[0], after[0], after[1])
  }
  return { sql: found.join(' and '), parameters }
}

async function readModels(
  db: Database,
  { id, firstTime, lastTime }: Pick<SessionSummary, 'id' | 'firstTime' | 'lastTime'>,
): Promise<readonly (string | null)[]> {
  const { rows } = await db.executeQuery<{ model: string | null }>(
    CompiledQuery.raw(
      `select model from requests where seq in (${sessionRowsBetween}) order by seq limit ${modelsOfSession}`,
      [firstTime, lastTime, id],
    ),
  )
  return rows.map(({ model }) => model)
}
