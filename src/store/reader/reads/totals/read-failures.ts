import type { Database } from '../../../database/open-database.ts'
import type { Failure, Failures } from '../../answers/failures.ts'
import type { UsageFilter } from '../../answers.ts'
import { isOfModelOnly, wholeHours } from '../usage-source.ts'

/** From the totals by hour. The first and the last hour are whole. */
export async function readFailures(db: Database, filter: UsageFilter): Promise<Failures> {
  if (!isOfModelOnly(filter)) return null
  const { from, to } = wholeHours(filter)
  const { model } = filter
  const rows = await db
    .selectFrom('outcome_hours')
    .$if(model !== undefined, (query) => query.where('model', '=', model!))
    .select(({ fn }) => ['status', 'fallback', fn.sum<number>('requests').as('requests')])
    .where('hour', '>=', from)
    .where('hour', '<', to)
    .where(({ eb, or }) => or([eb('status', '>=', 400), eb('fallback', '<>', '')]))
    .groupBy(['status', 'fallback'])
    .execute()
  const found = new Map<string, Failure>()
  for (const { status, fallback, requests } of rows) {
    const key = status >= 400 ? String(status) : fallback
    const count = (found.get(key)?.requests ?? 0) + Number(requests)
    found.set(
      key,
      status >= 400
        ? { kind: 'failed', status, requests: count }
        : { kind: 'rescued', fallback, requests: count },
    )
  }
  return [...found]
    .filter(([, { requests }]) => requests > 0)
    .toSorted(([a, one], [b, other]) => other.requests - one.requests || (a < b ? -1 : 1))
    .map(([, failure]) => failure)
}
