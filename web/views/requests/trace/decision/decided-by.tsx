import type { RequestAnswer } from '../../../../../src/server/admin/api/requests.ts'
import { describeDecider } from '../../../../decision/words/describe-decider.ts'
import { ForeignText } from '../../../../ui/foreign-text.tsx'
import { formatUsd } from '../../../../ui/format.ts'

/** Who decided, in the words of the switches of a session; nothing if the policy's choice was simply followed. */
export function DecidedBy({ request }: { request: RequestAnswer }) {
  const { decidedBy, sessionDecision, model } = request
  if (model === null || decidedBy.kind === 'client' || decidedBy.kind === 'fallback') return null
  if (decidedBy.kind === 'policy' && decidedBy.moment === null) return null
  const { kept = null, switchUsd = null } = sessionDecision ?? {}
  return (
    <p class="note">
      Decided by <ForeignText text={describeDecider(decidedBy)} most={200} />
      {switchUsd !== null &&
        switchUsd > 0 &&
        (kept === null
          ? `; its cold cache cost about ${formatUsd(switchUsd)}`
          : `; a cold cache would have cost ${formatUsd(switchUsd)}`)}
      .{' '}
      {decidedBy.kind === 'session' && decidedBy.reason === null && (
        <span class="quiet">Inferred: this request was kept before that was recorded.</span>
      )}
    </p>
  )
}
