import type { Database } from '../database/open-database.ts'
import type { AuditEvent, AuditQuery } from './types/audit.ts'

export async function addAuditEvent(
  db: Database,
  { time, actor, action, subject, detail }: AuditEvent,
): Promise<void> {
  await db
    .insertInto('audit_trail')
    .values({ time, actor, action, subject, detail: JSON.stringify(detail) })
    .execute()
}

/** The events of the audit trail, the newest first, with their places. */
export async function listAuditEvents(
  db: Database,
  { limit, subject, before, kind }: AuditQuery,
): Promise<readonly (AuditEvent & { readonly seq: number })[]> {
  let query = db.selectFrom('audit_trail').selectAll().orderBy('seq', 'desc').limit(limit)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  if (kind === 'labels') query = query.where('action', 'like', 'label%')
  if (kind === 'keys') query = query.where('action', 'like', '%-key')
  if (kind === 'served')
    query = query.where('action', 'not like', 'label%').where('action', 'not like', '%-key')
  if (before !== undefined) query = query.where('seq', '<', before)
  const rows = await query.execute()
  return rows.map(({ detail, ...row }) => ({ ...row, detail: detail === null ? null : JSON.parse(detail) }))
}

export type AuditCount = {
  readonly subject: string
  readonly actor: string
  readonly actions: readonly string[]
  readonly since: number
}

/** How often an actor did something to a subject since a time. */
export async function countAuditEvents(
  db: Database,
  { subject, actor, actions, since }: AuditCount,
): Promise<number> {
  const { count } = await db
    .selectFrom('audit_trail')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('subject', '=', subject)
    .where('actor', '=', actor)
    .where('action', 'in', actions)
    .where('time', '>=', since)
    .executeTakeFirstOrThrow()
  return Number(count)
}
