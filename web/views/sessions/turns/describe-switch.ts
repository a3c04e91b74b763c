import type { SwitchDecider } from '../../../../src/gateway/savings/sessions/session-costs.ts'

/** Who decided that another model answers. */
export function describeDecider(decider: SwitchDecider): string {
  if (decider.kind === 'fallback') return `fallback: ${decider.reason}`
  if (decider.kind === 'client') return 'the request names its model'
  if (decider.kind === 'session')
    return 'the session: its cache, a tool loop or failures, against the router’s score'
  return decider.policy === null ? 'the router' : `the policy ${decider.policy}`
}
