import type { SwitchDecider } from '../../../../src/gateway/savings/sessions/session-costs.ts'
import { moments, sessionReasons } from '../../../decision/session-reasons.ts'

/** Who decided that another model answers. */
export function describeDecider(decider: SwitchDecider): string {
  if (decider.kind === 'fallback') return `fallback: ${decider.reason}`
  if (decider.kind === 'client') return 'the request names its model'
  if (decider.kind === 'session')
    return decider.reason === null
      ? 'the session, against the router’s score'
      : `the session: ${sessionReasons[decider.reason] ?? decider.reason}`
  const policy = decider.policy === null ? 'the router' : `the policy ${decider.policy}`
  return decider.moment === null ? policy : `${policy}, ${moments[decider.moment] ?? decider.moment}`
}
