import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import type { RequestConditions } from '../answers.ts'

const hourMs = 3_600_000

/** Whether the totals say in which hours such requests are. */
export function isSelective({ id, session, ...filter }: RequestConditions): boolean {
  if ((id !== undefined && id !== '') || session !== undefined) return false
  const { from, to, key, policy, model, task, tag, status, fallback } = filter
  return [from, to, key, policy, model, task, tag, status, fallback].some((each) => each !== undefined)
}

/**
 * The hours since 1970 that may have requests of the filter by the totals, the latest first. So that a page of rare requests is
 * found without an index for each name, which every request would have to be written to.
 *
 * @param latest no hour after it.
 */
export async function* matchingHours(
  db: Database,
  filter: RequestConditions,
  latest: number | null,
): AsyncGenerator<number> {
  const run = async (sql: string, parameters: readonly unknown[]) =>
    (await db.executeQuery<{ time: number }>(CompiledQuery.raw(sql, [...parameters]))).rows
  const { conditions, parameters } = totalsConditions(filter)
  const from = Math.floor((filter.from ?? 0) / hourMs)
  const to = Math.min(
    Math.floor((filter.to ?? Number.MAX_SAFE_INTEGER) / hourMs),
    latest ?? Number.MAX_SAFE_INTEGER,
  )
  const days = await run(...findDays(filter, Math.floor(from / 24), Math.floor(to / 24)))
  for (const { time: day } of days) {
    const [first, last] = [Math.max(from, day * 24), Math.min(to, day * 24 + 23)]
    const ofStatus = typeof filter.status === 'number'
    const hours = await run(
      `select distinct hour as time from usage_hours where hour >= ? and hour <= ? ${conditions}
       ${ofStatus ? 'and hour in (select hour from outcome_hours where hour >= ? and hour <= ? and status = ? and requests > 0)' : ''}
       order by hour desc`,
      [first, last, ...parameters, ...(ofStatus ? [first, last, filter.status] : [])],
    )
    for (const { time } of hours) yield time
  }
}

/** The latest first. Each name is looked up by its day: to go through all combinations of names of a month takes longer than the rest. */
function findDays(filter: RequestConditions, from: number, to: number): [sql: string, parameters: unknown[]] {
  const given = (['key', 'policy', 'model', 'task'] as const).filter((kind) => filter[kind] !== undefined)
  const [first = 'model', ...others] = given
  const outcome = outcomeConditions(filter).map((condition) => ` and ${condition}`)
  const ofName = (kind: string) =>
    `kind = '${kind}'${given.length === 0 ? '' : ' and name = ?'}${outcome.join('')}`
  const conditions = others.map(
    (kind) => ` and exists (select 1 from name_days where day = found.day and ${ofName(kind)})`,
  )
  if (filter.tag !== undefined)
    conditions.push(' and exists (select 1 from tag_days where day = found.day and tag = ?)')
  return [
    `select day as time from (
       select distinct day from name_days where day >= ? and day <= ? and ${ofName(first)}) as found
     where true${conditions.join('')} order by day desc`,
    [from, to, ...given.map((kind) => filter[kind]), ...(filter.tag === undefined ? [] : [filter.tag])],
  ]
}

function totalsConditions(filter: RequestConditions): {
  readonly conditions: string
  readonly parameters: readonly unknown[]
} {
  const conditions: string[] = []
  const parameters: unknown[] = []
  for (const column of ['key', 'policy', 'model', 'task'] as const)
    if (filter[column] !== undefined) {
      conditions.push(`and ${column} = ?`)
      parameters.push(filter[column])
    }
  conditions.push(...outcomeConditions(filter).map((condition) => `and ${condition}`))
  return { conditions: conditions.join(' '), parameters }
}

function outcomeConditions({ status, fallback }: RequestConditions): string[] {
  const conditions: string[] = []
  if (status === 'error' || (typeof status === 'number' && status >= 400)) conditions.push('errors > 0')
  else if (status !== undefined) conditions.push('requests > errors')
  if (fallback === true) conditions.push('fallbacks > 0')
  return conditions
}
