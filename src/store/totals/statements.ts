import { bucketSql } from './latency.ts'
import { unpricedSql } from './unpriced.ts'

const hourMs = 3_600_000

// SQL that SQLite and Postgres share, of the requests after one `seq` up to another. All take what is new to what is there.
export const usageSums = [
  ...['requests', 'errors', 'fallbacks', 'unpriced', 'input_tokens', 'cached_input_tokens', 'output_tokens'],
  ...['cost_nanousd', 'overhead_us', 'total_us', 'rescued'],
]

const names = ['model', 'policy', 'router', 'key', 'task'] as const
/** The names that have totals of their own. */
export const nameKinds = ['model', 'policy', 'key', 'task'] as const

const addToThese = (table: string) =>
  usageSums.map((sum) => `${sum} = coalesce(${table}.${sum}, 0) + excluded.${sum}`).join(', ')
const sumThese = usageSums.map((sum) => `sum(${sum})`).join(', ')

const requestSums = `count(*), sum(case when status >= 400 then 1 else 0 end),
  sum(case when fallback is null then 0 else 1 end), sum(${unpricedSql}),
  sum(coalesce(input_tokens, 0)), sum(coalesce(cached_input_tokens, 0)), sum(coalesce(output_tokens, 0)),
  sum(coalesce(cost_nanousd, 0)), sum(coalesce(overhead_us, 0)), sum(total_us),
  sum(case when fallback is not null and status < 400 then 1 else 0 end)`

/** The requests by hour and names, from which the totals are taken: a temporary table, so that they are read once. */
export const createStep = `
create temp table if not exists roll_up_step (hour bigint, ${names.map((name) => `${name} text`).join(', ')},
  ${usageSums.map((sum) => `${sum} bigint`).join(', ')})`
export const fillStep = `
insert into roll_up_step select time / ${hourMs}, ${names.map((name) => `coalesce(${name}, '')`).join(', ')}, ${requestSums}
from requests where seq > ? and seq <= ? group by 1, 2, 3, 4, 5, 6`

/** Of the step. `where true` keeps SQLite from reading \`on\` as that of a join. */
export const addStep: readonly string[] = [
  `insert into usage_hours (hour, ${names.join(', ')}, ${usageSums.join(', ')})
select * from roll_up_step where true
on conflict (hour, ${names.join(', ')}) do update set ${addToThese('usage_hours')}`,
  `insert into usage_days (day, ${names.join(', ')}, ${usageSums.join(', ')})
select hour / 24, ${names.join(', ')}, ${sumThese} from roll_up_step where true group by 1, 2, 3, 4, 5, 6
on conflict (day, ${names.join(', ')}) do update set ${addToThese('usage_days')}`,
  ...nameKinds.map(
    (name) => `insert into name_days (day, kind, name, ${usageSums.join(', ')})
select hour / 24, '${name}', ${name}, ${sumThese} from roll_up_step where true group by 1, 3
on conflict (day, kind, name) do update set ${addToThese('name_days')}`,
  ),
  'delete from roll_up_step',
]

/** The sums of one name alone by hour. @param table `roll_up_step`, or `usage_hours` with all that it has. */
export const addNameHours = (table: 'roll_up_step' | 'usage_hours'): readonly string[] =>
  nameKinds.map(
    (name) => `insert into name_hours (kind, hour, name, ${usageSums.join(', ')})
select '${name}', hour, ${name}, ${sumThese} from ${table} where true group by 2, 3
on conflict (kind, hour, name) do update set ${addToThese('name_hours')}`,
  )

/** The sums of one name alone by tag and day, of all that `tag_days` has. */
export const addTagNameDays: readonly string[] = nameKinds.map(
  (name) => `insert into tag_name_days (tag, day, kind, name, ${usageSums.join(', ')})
select tag, day, '${name}', ${name}, ${sumThese} from tag_days where true group by 1, 2, 4`,
)

export const addOutcomes = `
insert into outcome_hours (hour, model, status, fallback, requests)
select time / ${hourMs}, coalesce(model, ''), status, coalesce(fallback, ''), count(*)
from requests where seq > ? and seq <= ? group by 1, 2, 3, 4
on conflict (hour, model, status, fallback) do update set requests = outcome_hours.requests + excluded.requests`

/** Of requests that were answered. */
export const addLatencies = (['first_byte', 'total'] as const).map(
  (measure) => `
insert into latency_days (day, model, measure, bucket, requests)
select time / ${24 * hourMs}, coalesce(model, ''), '${measure}', ${bucketSql(`${measure}_us`)}, count(*)
from requests where seq > ? and seq <= ? and status < 400 and ${measure}_us is not null group by 1, 2, 4
on conflict (day, model, measure, bucket) do update set requests = latency_days.requests + excluded.requests`,
)

const addSessions = `
insert into sessions (id, first_time, last_time, requests, cost_nanousd, unpriced, key, policy, tags)
select session, min(time), max(time), count(*), sum(coalesce(cost_nanousd, 0)),
  sum(${unpricedSql}), max(key), max(policy), max(tags)
from requests where seq > ? and seq <= ? and session is not null group by session
on conflict (id) do update set
  first_time = case when excluded.first_time < sessions.first_time then excluded.first_time else sessions.first_time end,
  last_time = case when excluded.last_time > sessions.last_time then excluded.last_time else sessions.last_time end,
  requests = sessions.requests + excluded.requests,
  cost_nanousd = sessions.cost_nanousd + excluded.cost_nanousd,
  unpriced = sessions.unpriced + excluded.unpriced, key = coalesce(excluded.key, sessions.key),
  policy = coalesce(excluded.policy, sessions.policy), tags = coalesce(excluded.tags, sessions.tags)`

/**
 * Of the turns that were answered, in the order in which they were kept. The sessions are there.
 *
 * @param isCounted the condition of the requests.
 */
export const addSwitches = (isCounted: string) => `
update sessions set last_model = step.last_model, switches = coalesce(sessions.switches, 0) + step.switches
  + case when sessions.last_model <> step.first_model then 1 else 0 end
from (
  select session, sum(case when model <> model_before then 1 else 0 end) as switches,
    max(case when model_before is null then model end) as first_model,
    max(case when model_after is null then model end) as last_model
  from (
    select session, model, lag(model) over turns as model_before, lead(model) over turns as model_after
    from requests where ${isCounted} and session is not null and model is not null
      and not (status >= 400 and input_tokens is null)
    window turns as (partition by session order by seq)) as answered
  group by session) as step
where sessions.id = step.session`

export const isRefusal = 'status in (403, 429) and attempts = 0 and key is not null'

/**
 * Requests of keys that were refused before any model was called, because of a limit (429) or of what the key may use (403).
 *
 * @param isCounted the condition of the requests.
 */
export const addRefusals = (isCounted: string) => `
insert into refusal_days (day, key, status, requests)
select time / ${24 * hourMs}, key, status, count(*) from requests where ${isCounted} and ${isRefusal} group by 1, 2, 3
on conflict (day, key, status) do update set requests = refusal_days.requests + excluded.requests`

export const rollUpStatements = [
  addOutcomes,
  addRefusals('seq > ? and seq <= ?'),
  ...addLatencies,
  addSessions,
  addSwitches('seq > ? and seq <= ?'),
]
