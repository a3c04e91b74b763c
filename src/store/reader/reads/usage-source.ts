import type { nameKinds } from '../../totals/statements.ts'
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
 * `with usage as (…)`: the requests of hours or days by their names. Of a tag, hours are those of requests, which are read one by
 * one.
 */
export function usageSource(filter: UsageFilter, { unit, from, to }: Part): Sql {
  const given = nameConditions(filter)
  const { tag } = filter
  const select = (columns: string, table: string, condition: string, ...parameters: unknown[]): Sql => ({
    sql: `with usage as (select ${columns} from ${table} where ${condition}${given.sql})`,
    parameters: [...parameters, ...given.parameters],
  })
  const ofTotals = `${unit === 'day' ? 'day * 24 as hour' : 'hour'}, ${names}, ${sums}`
  if (tag === undefined) return select(ofTotals, `usage_${unit}s`, `${unit} >= ? and ${unit} < ?`, from, to)
  if (unit === 'day') return select(ofTotals, 'tag_days', 'day >= ? and day < ? and tag = ?', from, to, tag)
  return select(
    columnsOfRequest,
    'requests',
    `time >= ? and time < ? and tags like ? escape '\\'`,
    ...[from * hourMs, to * hourMs, tagPattern(tag)],
  )
}

/** `with usage as (…)`: the same by each name alone, as `kind` and `name`. Null if the totals do not have the filter so. */
export function nameSource(
  { key, policy, model, tag }: UsageFilter,
  kinds: readonly NameKind[],
  { unit, from, to }: Part,
): Sql | null {
  const isOfOneKind = kinds.length === 1 && kinds[0] === 'model'
  if (key !== undefined || policy !== undefined || (model !== undefined && !isOfOneKind)) return null
  if (tag !== undefined && unit === 'hour') return null
  const conditions = [
    `kind in (${kinds.map((kind) => `'${kind}'`).join(', ')})`,
    `${unit} >= ?`,
    `${unit} < ?`,
  ]
  const parameters: unknown[] = [from, to]
  if (tag !== undefined) {
    conditions.push('tag = ?')
    parameters.push(tag)
  }
  if (model !== undefined) {
    conditions.push('name = ?')
    parameters.push(model)
  }
  const table = `${tag === undefined ? '' : 'tag_'}name_${unit}s`
  return {
    sql: `with usage as (select ${unit === 'day' ? 'day * 24 as hour' : 'hour'}, kind, name, ${sums} from ${table}
      where ${conditions.join(' and ')})`,
    parameters,
  }
}

export type NameKind = (typeof nameKinds)[number]

/** Hours or days since 1970; `to` is exclusive. */
export type Part = { readonly unit: 'hour' | 'day'; readonly from: number; readonly to: number }

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
