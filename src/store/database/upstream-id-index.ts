import { CompiledQuery } from './kysely.ts'
import type { Database } from './open-database.ts'

/**
 * Finds ids of upstreams by the index that begins with the number of a group of 4,096 rows (migration 0002). The `seq` of the last request with an id of an upstream. Its parameter is the id. It looks into one group after the other, the
 * newest first: a seek each, so some milliseconds for a million requests.
 */
export const findByUpstreamId = `
with recursive buckets (bucket) as (
  select max(seq) / 4096 from requests
  union all
  select bucket - 1 from buckets where bucket > (select min(seq) / 4096 from requests))
select requests.seq as seq from buckets cross join requests where (seq / 4096) = bucket and upstream_id = ?
order by bucket desc, seq desc limit 1`

/** Null if no request has the id. */
export async function findSeqByUpstreamId(db: Database, id: string): Promise<number | null> {
  const { rows } = await db.executeQuery<{ seq: number }>(CompiledQuery.raw(findByUpstreamId, [id]))
  return rows[0]?.seq ?? null
}
