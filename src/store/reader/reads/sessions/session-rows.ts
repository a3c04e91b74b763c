/** Of rows, in the index of sessions (migration 0003). */
const group = 4096
/** A request that takes long is kept later than those that came after it: so many groups are looked at before and after. */
const margin = 16

/**
 * The `seq` of the requests of a session. Its parameters are the session, twice. It is a seek in each group of rows from its first
 * request on; of a session that is not in the totals yet, from those that are not either.
 */
export const sessionRows = `
with recursive groups (number, last) as (
  select coalesce(
      (select seq from requests where time >= (select first_time from sessions where id = ?) order by time limit 1),
      (select position from job_positions where job = 'usage-hours'), 0) / ${group} - ${margin},
    (select max(seq) from requests) / ${group}
  union all select number + 1, last from groups where number < last)
select requests.seq as seq from groups cross join requests where (requests.seq / ${group}) = number and session = ?`

/** The same between two times of known requests. Its parameters are the times of the first and the last one, and the session. */
export const sessionRowsBetween = `
with recursive groups (number, last) as (
  select (select seq from requests where time >= ? order by time limit 1) / ${group} - ${margin},
    (select seq from requests where time <= ? order by time desc limit 1) / ${group} + ${margin}
  union all select number + 1, last from groups where number < last)
select requests.seq as seq from groups cross join requests where (requests.seq / ${group}) = number and session = ?`
