import type { Database } from '../../database/open-database.ts'

/** The first request of a session. */
export type SessionStart = {
  /** Null: a request is a session of its own. */
  readonly session: string | null
  readonly strongWinRate: number | null
  /** `decodeFeatures` reads it; null if none is kept. */
  readonly features: string | null
}

export type SessionStartQuery = {
  /** As the store records it: null for `auto` of a router and a threshold. */
  readonly policy: string | null
  /** Null: any router. */
  readonly router: string | null
  /** In milliseconds since 1970; `to` is excluded. */
  readonly from: number
  readonly to: number
  /** The newest sessions. */
  readonly mostSessions: number
  /** Leaves out requests that are labelled or have feedback. */
  readonly unlabelled?: boolean
}

/** Requests that are looked at for each session that is wanted: sessions with more lose their beginning. */
const requestsOfSession = 10
/** Below the number of parameters that a statement may have. */
const rowsOfPage = 500

/** In the order of their beginnings. A session that began before `from` begins with its first request since. */
export async function readSessionStarts(
  db: Database,
  { policy, router, from, to, mostSessions, unlabelled = false }: SessionStartQuery,
): Promise<readonly SessionStart[]> {
  let query = db
    .selectFrom('requests')
    .select(['seq', 'session'])
    .where('time', '>=', from)
    .where('time', '<', to)
    .where('policy', policy === null ? 'is' : '=', policy)
    .orderBy('time', 'desc')
    .orderBy('seq', 'desc')
    .limit(requestsOfSession * mostSessions)
  if (router !== null) query = query.where('router', '=', router)
  if (unlabelled)
    query = query
      .where('id', 'not in', (where) => where.selectFrom('labels').select('request_id'))
      .where('id', 'not in', (where) => where.selectFrom('feedback').select('request_id'))
  const rows = (await query.execute()).reverse()
  const seen = new Set<string>()
  const first = rows.filter(({ session }) => {
    if (session === null) return true
    if (seen.has(session)) return false
    seen.add(session)
    return true
  })
  const places = first.slice(-mostSessions).map(({ seq }) => seq)
  const starts: SessionStart[] = []
  for (let at = 0; at < places.length; at += rowsOfPage) {
    const page = await db
      .selectFrom('requests')
      .select(['session', 'strong_win_rate', 'features'])
      .where('seq', 'in', places.slice(at, at + rowsOfPage))
      .orderBy('time')
      .orderBy('seq')
      .execute()
    for (const { session, strong_win_rate: strongWinRate, features } of page)
      starts.push({ session, strongWinRate, features })
  }
  return starts
}

/** When a router first decided a request of a policy, in milliseconds since 1970; null if it did not. */
export async function findFirstDecision(
  db: Database,
  policy: string | null,
  router: string,
): Promise<number | null> {
  const { time } = await db
    .selectFrom('requests')
    .select(({ fn }) => fn.min<number | null>('time').as('time'))
    .where('router', '=', router)
    .where('policy', policy === null ? 'is' : '=', policy)
    .executeTakeFirstOrThrow()
  return time === null ? null : Number(time)
}
