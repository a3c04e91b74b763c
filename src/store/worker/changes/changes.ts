import type { AuditEvent } from '../../records/types/audit.ts'
import type { LabelAnswer, LabelState, LabelUndo } from '../../records/types/labels.ts'
import type { ServedChange } from '../../records/types/versions.ts'

/** What persons change of a store while a server runs, by name. `change-functions.ts` has the functions. */
export type Changes = {
  /** Adds to the audit trail. */
  audit: { change: AuditEvent; answer: null }
  answerLabel: { change: LabelAnswer; answer: LabelState }
  undoLabel: { change: LabelUndo; answer: null }
  /** Adds a change of what is served to the versions and the audit trail. */
  served: { change: ServedChange; answer: null }
}

export type ChangeName = keyof Changes

/** Changes a store. Each change is whole or not made at all. */
export type StoreChanger = {
  /** @throws StoreError `store-unavailable` (503) if the database does not take it within 10 s; and what the change itself throws. */
  change<Name extends ChangeName>(
    name: Name,
    change: Changes[Name]['change'],
  ): Promise<Changes[Name]['answer']>
}
