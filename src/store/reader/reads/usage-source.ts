import type { UsageFilter } from '../answers.ts'

/** A part of a statement with its parameters, in their order. */
export type Sql = { readonly sql: string; readonly parameters: readonly unknown[] }

const hourMs = 3_600_000

/** Sums of rows of `usage`, by the names of `UsageSums`. */
export const sumColumns = `sum(requests) as requests, sum(errors) as errors, sum(fallbacks) as fallbacks,
  sum(unpriced) as unpriced, sum(input_tokens) as inputTokens,
  sum(cached_input_tokens) as cachedInputTokens, sum(output_tokens) as outputTokens, sum(cost_nanousd) / 1e9 as usd`

const columnsOfRequest = `time / ${hourMs} as hour, coalesce(model, '') as model, coalesce(policy, '') as policy,
  coalesce(key, '') as key, coalesce(task, '') as task, 1 as requests,
  case when status >= 400 then 1 else 0 end as errors, case when fallback is null then 0 else 1 end as fallbacks,
  case when cost_nanousd is null then 1 else 0 end as unpriced, coalesce(input_tokens, 0) as input_tokens,
  coalesce(cached_input_tokens, 0) as cached_input_tokens, coalesce(output_tokens, 0) as output_tokens,
  coalesce(cost_nanousd, 0) as cost_nanousd`

/**
 * `with usage as (…)`: the requests by hour and name, of the roll-up and of what it has not taken yet. Requests of a tag are
 * read one by one, because the roll-up has no tags. The first and the last hour are whole.
 */
export function usageSource(filter: UsageFilter): Sql {
  const names = nameConditions(filter)
  const recent = `select ${columnsOfRequest} from requests where time >= ? and time < ?${names.sql}`
  const [from, to] = [Math.floor(filter.from / hourMs), Math.ceil(filter.to / hourMs)]
  const times = [from * hourMs, to * hourMs]
  if (filter.tag !== undefined)
    return {
      sql: `with usage as (${recent} and tags like ? escape '\\')`,
      parameters: [...times, ...names.parameters, tagPattern(filter.tag)],
    }
  return {
    sql: `with usage as (
      select hour, model, policy, key, task, requests, errors, fallbacks, unpriced, input_tokens,
        cached_input_tokens, output_tokens, cost_nanousd
      from usage_hours where hour >= ? and hour < ?${names.sql}
      union all ${recent}
      and seq > coalesce((select max(position) from job_positions where job = 'usage-hours'), 0))`,
    parameters: [from, to, ...names.parameters, ...times, ...names.parameters],
  }
}

/** Conditions on the columns that both tables have. The empty name stands for none. */
function nameConditions(filter: UsageFilter): Sql {
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
