import type { Database } from '../../database/open-database.ts'
import { type AuditEvent, addAuditEvent } from '../audit-trail.ts'
import { addVersion, markRolledBack, type NewVersion } from '../versions.ts'

/** A change of what is served: an event of the audit trail, with what it makes of the versions. */
export type ServedChange = {
  readonly event: AuditEvent
  /** Was put in service, or on trial. */
  readonly version?: NewVersion
  /** Ids of versions that were taken out of service. */
  readonly rolledBack?: readonly string[]
}

/** Adds all of it, or nothing. */
export async function addServedChange(
  db: Database,
  { event, version, rolledBack = [] }: ServedChange,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    if (version !== undefined) await addVersion(transaction, version)
    await markRolledBack(transaction, rolledBack)
    await addAuditEvent(transaction, event)
  })
}
