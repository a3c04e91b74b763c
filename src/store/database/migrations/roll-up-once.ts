import type { Kysely } from 'kysely'
import { CompiledQuery } from '../kysely.ts'

/**
 * Adds what a job of the first schema had not added to the totals by the hour yet: from now on requests are added when they
 * are inserted. Only the totals of sessions are still those of a job.
 */
export async function rollUpOnce(db: Kysely<unknown>): Promise<void> {
  for (const statement of [addUsage, addOutcomes, renameJob])
    await db.executeQuery(CompiledQuery.raw(statement))
}

// SQL that SQLite and Postgres share. `where true` would be needed if there were no condition: `on` could be that of a join.
const sums = [
  ...['requests', 'errors', 'fallbacks', 'unpriced', 'input_tokens', 'cached_input_tokens', 'output_tokens'],
  ...['cost_nanousd', 'overhead_us', 'total_us'],
]
const addUsage = `
insert into usage_hours (hour, model, policy, router, key, task, ${sums.join(', ')})
select time / 3600000, coalesce(model, ''), coalesce(policy, ''), coalesce(router, ''), coalesce(key, ''),
  coalesce(task, ''), count(*), sum(case when status >= 400 then 1 else 0 end),
  sum(case when fallback is null then 0 else 1 end), sum(case when cost_nanousd is null then 1 else 0 end),
  sum(coalesce(input_tokens, 0)), sum(coalesce(cached_input_tokens, 0)), sum(coalesce(output_tokens, 0)),
  sum(coalesce(cost_nanousd, 0)), sum(coalesce(overhead_us, 0)), sum(total_us)
from requests where seq > coalesce((select position from job_positions where job = 'usage-hours'), 0)
group by 1, 2, 3, 4, 5, 6
on conflict (hour, model, policy, router, key, task) do update set
${sums.map((sum) => `${sum} = usage_hours.${sum} + excluded.${sum}`).join(', ')}`

const addOutcomes = `
insert into outcome_hours (hour, model, status, fallback, requests)
select time / 3600000, coalesce(model, ''), status, coalesce(fallback, ''), count(*) from requests group by 1, 2, 3, 4`

const renameJob = `update job_positions set job = 'sessions' where job = 'usage-hours'`
