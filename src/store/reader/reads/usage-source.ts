import type { UsageFilter } from '../answers.ts'

/** A part of a statement with its parameters, in their order. */
export type Sql = { readonly sql: string; readonly parameters: readonly unknown[] }

const hourMs = 3_600_000

/** Sums of rows of `usage`, by the names of `UsageSums`. */
export const sumColumns = `sum(requests) as requests, sum(errors) as errors, sum(fallbacks) as fallbacks,
  sum(unpriced) as unpriced, sum(input_tokens) as inputTokens,
  sum(cached_input_tokens) as cachedInputTokens, sum(output_tokens) as outputTokens, sum(cost_nanousd) / 1e9 as usd,
  sum(overhead_us) / 1e3 as overheadMs`

const columnsOfRequest = `time / ${hourMs} as hour, coalesce(model, '') as model, coalesce(policy, '') as policy,
  coalesce(key, '') as key, coalesce(task, '') as task, 1 as requests,
  case when status >= 400 then 1 else 0 end as errors, case when fallback is null then 0 else 1 end as fallbacks,
  case when cost_nanousd is null then 1 else 0 end as unpriced, coalesce(input_tokens, 0) as input_tokens,
  coalesce(cached_input_tokens, 0) as cached_input_tokens, coalesce(output_tokens, 0) as output_tokens,
  coalesce(cost_nanousd, 0) as cost_nanousd, coalesce(overhead_us, 0) as overhead_us`

/**
 * `with usage as (…)`: the requests by hour and name. Those of a tag are read one by one, because the totals of tags have no
 * other names. The first and the last hour are whole.
 */
export function usageSource(filter: UsageFilter): Sql {
  const names = nameConditions(filter)
  const { from, to } = wholeHours(filter)
  if (filter.tag === undefined)
    return {
      sql: `with usage as (select * from usage_hours where hour >= ? and hour < ?${names.sql})`,
      parameters: [from, to, ...names.parameters],
    }
  return {
    sql: `with usage as (
      select ${columnsOfRequest} from requests where time >= ? and time < ?${names.sql} and tags like ? escape '\\')`,
    parameters: [from * hourMs, to * hourMs, ...names.parameters, tagPattern(filter.tag)],
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
