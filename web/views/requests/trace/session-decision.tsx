import type { RequestAnswer } from '../../../../src/server/admin/api/requests.ts'
import { moments, sessionReasons } from '../../../decision/session-reasons.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatUsd } from '../../../ui/format.ts'

/** What the session did to the choice of the policy; nothing if it only followed it. */
export function SessionDecision({ request }: { request: RequestAnswer }) {
  const { sessionDecision, session, model } = request
  if (session === null || model === null) return null
  if (sessionDecision === null)
    return isAgainstScore(request) ? (
      <p class="note">
        <ForeignText text={model} most={40} /> answered against the score, so the session kept or chose it:
        its cache, a tool loop or failures.{' '}
        <span class="quiet">Inferred: this request was kept before that was recorded.</span>
      </p>
    ) : null
  const { kept, switched, switchUsd } = sessionDecision
  if (kept !== null)
    return (
      <p class="note">
        The session kept <ForeignText text={model} most={40} />:{' '}
        <ForeignText text={sessionReasons[kept] ?? kept} most={120} />
        {switchUsd !== null && switchUsd > 0 && `; a cold cache would have cost ${formatUsd(switchUsd)}`}.
      </p>
    )
  if (switched === null) return null
  const reason = moments[switched] ?? sessionReasons[switched] ?? switched
  return (
    <p class="note">
      The session switched to <ForeignText text={model} most={40} />: <ForeignText text={reason} most={120} />
      {switchUsd !== null && switchUsd > 0 && `; its cold cache cost about ${formatUsd(switchUsd)}`}.
    </p>
  )
}

/** Of a pair: the score asks for one side, and the other answered. */
function isAgainstScore({ strongWinRate, threshold, side, fallback }: RequestAnswer): boolean {
  if (strongWinRate === null || threshold === null || side === null || fallback !== null) return false
  return strongWinRate >= threshold !== (side === 'strong')
}
