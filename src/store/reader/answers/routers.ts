import type { AuditEvent } from '../../records/types/audit.ts'

/** Events of the audit trail, the newest first. */
export type AuditPage = {
  readonly events: readonly (AuditEvent & { readonly seq: number })[]
  /** `before` of the next page; null: there is none. */
  readonly next: number | null
}
