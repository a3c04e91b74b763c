/**
 * The `seq` of the requests of a session. Its parameters are the session, four times. No index has sessions: their times bound the
 * search, and the requests that are not in the totals yet are looked through.
 */
export const sessionRows = `
select seq from requests where session = ?
  and time >= (select first_time from sessions where id = ?) and time <= (select last_time from sessions where id = ?)
union
select seq from requests where session = ?
  and seq > coalesce((select position from job_positions where job = 'usage-hours'), 0)`
