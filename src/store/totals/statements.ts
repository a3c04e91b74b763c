import { bucketSql } from './latency.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

// SQL that SQLite and Postgres share, of the requests after one `seq` up to another. All take what is new to what is there.
const usageSums = [
  ...['requests', 'errors', 'fallbacks', 'unpriced', 'input_tokens', 'cached_input_tokens', 'output_tokens'],
  ...['cost_nanousd', 'overhead_us', 'total_us'],
]

function addUsage(table: 'usage_hours' | 'usage_days', unit: 'hour' | 'day', ms: number): string {
  return `
insert into ${table} (${unit}, model, policy, router, key, task, ${usageSums.join(', ')})
select time / ${ms}, coalesce(model, ''), coalesce(policy, ''), coalesce(router, ''), coalesce(key, ''),
  coalesce(task, ''), count(*), sum(case when status >= 400 then 1 else 0 end),
  sum(case when fallback is null then 0 else 1 end), sum(case when cost_nanousd is null then 1 else 0 end),
  sum(coalesce(input_tokens, 0)), sum(coalesce(cached_input_tokens, 0)), sum(coalesce(output_tokens, 0)),
  sum(coalesce(cost_nanousd, 0)), sum(coalesce(overhead_us, 0)), sum(total_us)
from requests where seq > ? and seq <= ? group by 1, 2, 3, 4, 5, 6
on conflict (${unit}, model, policy, router, key, task) do update set
${usageSums.map((sum) => `${sum} = ${table}.${sum} + excluded.${sum}`).join(', ')}`
}

export const addUsageDays = addUsage('usage_days', 'day', dayMs)

export const addOutcomes = `
insert into outcome_hours (hour, model, status, fallback, requests)
select time / ${hourMs}, coalesce(model, ''), status, coalesce(fallback, ''), count(*)
from requests where seq > ? and seq <= ? group by 1, 2, 3, 4
on conflict (hour, model, status, fallback) do update set requests = outcome_hours.requests + excluded.requests`

/** Of requests that were answered. */
export const addLatencies = (['first_byte', 'total'] as const).map(
  (measure) => `
insert into latency_hours (hour, model, measure, bucket, requests)
select time / ${hourMs}, coalesce(model, ''), '${measure}', ${bucketSql(`${measure}_us`)}, count(*)
from requests where seq > ? and seq <= ? and status < 400 and ${measure}_us is not null group by 1, 2, 4
on conflict (hour, model, measure, bucket) do update set requests = latency_hours.requests + excluded.requests`,
)

const addSessions = `
insert into sessions (id, first_time, last_time, requests, cost_nanousd, unpriced)
select session, min(time), max(time), count(*), sum(coalesce(cost_nanousd, 0)),
  sum(case when cost_nanousd is null then 1 else 0 end)
from requests where seq > ? and seq <= ? and session is not null group by session
on conflict (id) do update set
  first_time = case when excluded.first_time < sessions.first_time then excluded.first_time else sessions.first_time end,
  last_time = case when excluded.last_time > sessions.last_time then excluded.last_time else sessions.last_time end,
  requests = sessions.requests + excluded.requests,
  cost_nanousd = sessions.cost_nanousd + excluded.cost_nanousd,
  unpriced = sessions.unpriced + excluded.unpriced`

export const rollUpStatements = [
  addUsage('usage_hours', 'hour', hourMs),
  addUsageDays,
  addOutcomes,
  ...addLatencies,
  addSessions,
]
