import type { Database } from '../../database/open-database.ts'
import { listAuditEvents } from '../../records/audit-trail.ts'
import type { AuditQuery } from '../../records/types/audit.ts'
import type { AuditPage } from '../answers/routers.ts'

export async function readAuditTrail(db: Database, query: AuditQuery): Promise<AuditPage> {
  const events = await listAuditEvents(db, { ...query, limit: query.limit + 1 })
  const shown = events.slice(0, query.limit)
  return { events: shown, next: events.length > query.limit ? (shown.at(-1)?.seq ?? null) : null }
}
