import { unpricedSql } from '../../totals/unpriced.ts'
import type { UsageFilter } from '../answers.ts'

/** A part of a statement with its parameters, in their order. */
export type Sql = { readonly sql: string; readonly parameters: readonly unknown[] }

const hourMs = 3_600_000

/** Sums of rows of `usage`, by the names of `UsageSums`. */
export const sumColumns = `sum(requests) as requests, sum(errors) as errors, sum(fallbacks) as fallbacks,
  sum(unpriced) as unpriced, sum(input_tokens) as inputTokens,
  sum(cached_input_tokens) as cachedInputTokens, sum(output_tokens) as outputTokens, sum(cost_nanousd) / 1e9 as usd,
  sum(overhead_us) / 1e3 as overheadMs`

const names = 'model, policy, router, key, task'
const sums = `requests, errors, fallbacks, unpriced, input_tokens, cached_input_tokens, output_tokens, cost_nanousd,
  overhead_us, coalesce(rescued, 0) as rescued`

const columnsOfRequest = `time / ${hourMs} as hour, coalesce(model, '') as model, coalesce(policy, '') as policy,
  coalesce(router, '') as router, coalesce(key, '') as key, coalesce(task, '') as task, 1 as requests,
  case when status >= 400 then 1 else 0 end as errors, case when fallback is null then 0 else 1 end as fallbacks,
  ${unpricedSql} as unpriced, coalesce(input_tokens, 0) as input_tokens,
  coalesce(cached_input_tokens, 0) as cached_input_tokens, coalesce(output_tokens, 0) as output_tokens,
  coalesce(cost_nanousd, 0) as cost_nanousd, coalesce(overhead_us, 0) as overhead_us,
  case when fallback is not null and status < 400 then 1 else 0 end as rescued`

/**
 * `with usage as (…)`: the requests by hour and name; those of a whole day are in its first hour if `daily`. The first and the last
 * hour are whole. Of a tag, hours are those of requests, which are read one by one.
 *
 * @param daily whether no bucket is shorter than a day.
 * @param modelsOnly whether the other names are not looked at.
 */
export function usageSource(filter: UsageFilter, daily: boolean, modelsOnly = false): Sql {
  const isOfModels = modelsOnly && isOfModelOnly(filter)
  const parts = splitTime(wholeHours(filter), daily).map((part) =>
    isOfModels && part.unit === 'day' ? selectModelDays(filter, part) : selectPart(filter, part),
  )
  return {
    sql: `with usage as (${parts.map(({ sql }) => sql).join(' union all ')})`,
    parameters: parts.flatMap(({ parameters }) => parameters),
  }
}

/** Hours or days since 1970; `to` is exclusive. */
type Part = { readonly unit: 'hour' | 'day'; readonly from: number; readonly to: number }

/** Whole days, and the hours before and after them. */
export function splitTime(hours: { readonly from: number; readonly to: number }, daily: boolean): Part[] {
  const days = { from: Math.ceil(hours.from / 24), to: Math.floor(hours.to / 24) }
  if (!daily || days.from >= days.to) return [{ unit: 'hour', ...hours }]
  const parts: Part[] = [
    { unit: 'hour', from: hours.from, to: days.from * 24 },
    { unit: 'day', ...days },
    { unit: 'hour', from: days.to * 24, to: hours.to },
  ]
  return parts.filter(({ from, to }) => from < to)
}

/** From the smallest totals that have models. */
function selectModelDays({ model }: UsageFilter, { from, to }: Part): Sql {
  const [ofModel, parameters] = model === undefined ? ['', []] : [' and name = ?', [model]]
  return {
    sql: `select day * 24 as hour, name as model, '' as policy, '' as router, '' as key, '' as task, ${sums} from name_days
      where day >= ? and day < ? and kind = 'model'${ofModel}`,
    parameters: [from, to, ...parameters],
  }
}

function selectPart(filter: UsageFilter, { unit, from, to }: Part): Sql {
  const given = nameConditions(filter)
  const { tag } = filter
  if (unit === 'day') {
    const [table, ofTag] = tag === undefined ? ['usage_days', []] : ['tag_days', [tag]]
    return {
      sql: `select day * 24 as hour, ${names}, ${sums} from ${table}
        where day >= ? and day < ?${tag === undefined ? '' : ' and tag = ?'}${given.sql}`,
      parameters: [from, to, ...ofTag, ...given.parameters],
    }
  }
  if (tag === undefined)
    return {
      sql: `select hour, ${names}, ${sums} from usage_hours where hour >= ? and hour < ?${given.sql}`,
      parameters: [from, to, ...given.parameters],
    }
  return {
    sql: `select ${columnsOfRequest} from requests
      where time >= ? and time < ?${given.sql} and tags like ? escape '\\'`,
    parameters: [from * hourMs, to * hourMs, ...given.parameters, tagPattern(tag)],
  }
}

/** The hours since 1970 that a time touches; `to` is exclusive. */
export function wholeHours({ from, to }: UsageFilter): { readonly from: number; readonly to: number } {
  return { from: Math.floor(from / hourMs), to: Math.ceil(to / hourMs) }
}

/** Whether the totals by hour that have models only are enough. */
export function isOfModelOnly({ key, policy, tag }: UsageFilter): boolean {
  return key === undefined && policy === undefined && tag === undefined
}

/** Conditions on the columns that both tables have. The empty name stands for none. */
export function nameConditions(filter: UsageFilter): Sql {
  const given = (['key', 'policy', 'model'] as const).flatMap((column) => {
    const value = filter[column]
    return value === undefined ? [] : [[column, value] as const]
  })
  return {
    sql: given.map(([column]) => ` and coalesce(${column}, '') = ?`).join(''),
    parameters: given.map(([, value]) => value),
  }
}

/** Of `like`, for the JSON of a list of tags that has this one. */
export function tagPattern(tag: string): string {
  return `%${JSON.stringify(tag).replace(/[\\%_]/g, '\\$&')}%`
}
