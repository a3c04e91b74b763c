import type { Database } from '../database/open-database.ts'
import { isUnpriced } from '../totals/unpriced.ts'

/** A session of an experiment, as its requests show it. */
export type ArmSession = {
  readonly session: string
  readonly arm: 'control' | 'treatment'
  /** Milliseconds since 1970. */
  readonly began: number
  readonly requests: number
  /** With a status from 400, unless the client left. */
  readonly failed: number
  /** Of its requests; null if a cost is not known. */
  readonly usd: number | null
}

/** The status of a request whose client left before its end. */
const clientLeft = 499

/**
 * The sessions of an experiment, in the order of their beginnings. A session whose requests have both arms, which only a changed
 * assignment brings about, counts for the arm that it began with.
 *
 * @param began from and to, in milliseconds since 1970.
 */
export async function readArmSessions(
  db: Database,
  experiment: string,
  began: { readonly from: number; readonly to: number },
): Promise<readonly ArmSession[]> {
  const rows = await db
    .selectFrom('requests')
    .select(['id', 'session', 'arm', 'time', 'status', 'cost_nanousd', 'input_tokens', 'first_byte_us'])
    .where('time', '>=', began.from)
    .where('experiment', '=', experiment)
    .orderBy('time')
    .orderBy('seq')
    .execute()
  const sessions = new Map<string, { -readonly [Key in keyof ArmSession]: ArmSession[Key] }>()
  for (const row of rows) {
    const { id, session, arm, time, status, cost_nanousd: cost } = row
    const name = session ?? id
    const usd = isUnpriced(row) ? null : (cost ?? 0) / 1e9
    const failed = status >= 400 && status !== clientLeft ? 1 : 0
    const known = sessions.get(name)
    if (known === undefined) {
      const drawn = arm === 'treatment' ? 'treatment' : 'control'
      sessions.set(name, { session: name, arm: drawn, began: time, requests: 1, failed, usd })
      continue
    }
    known.requests++
    known.failed += failed
    known.usd = known.usd === null || usd === null ? null : known.usd + usd
  }
  return [...sessions.values()].filter((session) => session.began <= began.to)
}

/** Mean dollars of the sessions that ended in a time span; null without one whose cost is known. */
export async function readMeanSessionUsd(
  db: Database,
  ended: { readonly from: number; readonly to: number },
): Promise<number | null> {
  const { mean } = await db
    .selectFrom('sessions')
    .select(({ fn }) => fn.avg<number | null>('cost_nanousd').as('mean'))
    .where('last_time', '>=', ended.from)
    .where('last_time', '<', ended.to)
    .where('unpriced', '=', 0)
    .executeTakeFirstOrThrow()
  return mean === null ? null : Number(mean) / 1e9
}
