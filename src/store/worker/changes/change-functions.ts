import type { Database } from '../../database/open-database.ts'
import { addAuditEvent } from '../../records/audit-trail.ts'
import { addServedChange } from '../../records/served/served-change.ts'
import { answerLabel, undoLabel } from './answer-label.ts'
import type { ChangeName, Changes } from './changes.ts'

type ChangeFunction<Name extends ChangeName> = (
  db: Database,
  change: Changes[Name]['change'],
) => Promise<Changes[Name]['answer']>

/** A new change is a row here and its types in `changes.ts`. What it throws as a RouteLLMError reaches the caller. */
export const changeFunctions: { readonly [Name in ChangeName]: ChangeFunction<Name> } = {
  audit: async (db, event) => {
    await addAuditEvent(db, event)
    return null
  },
  answerLabel,
  undoLabel,
  served: async (db, change) => {
    await addServedChange(db, change)
    return null
  },
}
