import type { RecordedSessionDecision } from '../../gateway/request-record.ts'

/**
 * The text of the column `session_decision`: `kept dollars`, `switched idle`; empty if the policy's choice answered and no switch
 * followed from it; null if the request was decided alone, or was kept by a version that did not record it.
 */
export function formatSessionDecision(decision: RecordedSessionDecision | null): string | null {
  if (decision === null) return null
  const { kept, switched } = decision
  if (kept !== null) return `kept ${kept}`
  return switched === null ? '' : `switched ${switched}`
}

/** What a row says. Reasons of a later version are text here. */
export function parseSessionDecision(
  text: string | null,
  switchNanoUsd: number | null,
): StoredSessionDecision | null {
  if (text === null) return null
  const [what, reason = null] = text.split(' ')
  return {
    kept: what === 'kept' ? reason : null,
    switched: what === 'switched' ? reason : null,
    switchUsd: switchNanoUsd === null ? null : switchNanoUsd / 1e9,
  }
}

export type StoredSessionDecision = {
  readonly kept: string | null
  readonly switched: string | null
  /** As of `SessionDecision`. */
  readonly switchUsd: number | null
}
