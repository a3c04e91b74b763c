import type { Database } from '../../database/open-database.ts'
import { addAuditEvent } from '../audit-trail.ts'
import type { ServedChange } from '../types/versions.ts'
import { addVersion, markRolledBack } from '../versions.ts'

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
