import type { DecidedPace } from '../../../src/gateway/decide/decided-pace.ts'
import { describePace } from '../../../src/gateway/decide/explanation/describe-pace.ts'
import type { SwitchDecider } from '../../../src/gateway/savings/sessions/session-costs.ts'
import { formatShare } from '../../ui/format.ts'
import { describeFallback } from './describe-fallback.ts'
import { moments, sessionReasons } from './session-reasons.ts'

type Decided = {
  readonly decidedBy: SwitchDecider
  readonly pace: DecidedPace | null
  readonly threshold: number | null
  readonly strongWinRate: number | null
}

/** Who decided that a model answers, with what a budget that is spent too fast had to do with it. */
export function describeDecision(decided: Decided): string {
  const { decidedBy, pace } = decided
  const decider = describeDecider(decidedBy)
  return decidedBy.kind === 'policy' && decidedBy.hasPace && pace !== null
    ? `${decider}: ${describePace(pace, decided)}`
    : decider
}

/** Who decided that a model answers: `the session: the work did not go well`. */
export function describeDecider(decider: SwitchDecider): string {
  switch (decider.kind) {
    case 'fallback':
      return `fallback: ${describeFallback(decider.reason)}`
    case 'client':
      return 'the request names its model'
    case 'draw':
      return `a draw at random, to explore, with a chance of ${formatShare(decider.propensity)}`
    case 'session':
      return decider.reason === null
        ? 'the session, against the router’s score'
        : `the session: ${sessionReasons[decider.reason] ?? decider.reason}`
    case 'policy': {
      const policy = decider.policy === null ? 'the router' : `the policy ${decider.policy}`
      return decider.moment === null ? policy : `${policy}, ${moments[decider.moment] ?? decider.moment}`
    }
  }
}
