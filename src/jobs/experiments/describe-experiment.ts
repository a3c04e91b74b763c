import { formatCount } from '../../base/text/format/format-number.ts'
import type { ExperimentVerdict } from '../../learning/loop/experiments/experiment-monitor.ts'
import type { EvaluatedExperiment } from './evaluate-experiment.ts'

/** How an experiment has ended, or `running`. */
export function formatVerdict(verdict: ExperimentVerdict): string {
  switch (verdict.kind) {
    case 'running':
      return 'running'
    case 'success':
      return 'success: all rules are shown'
    case 'guard': {
      const { outcome, of, is, limit } = verdict.rule
      return `stopped by a guard: ${outcome} (${of}) is shown to be ${is} ${limit}`
    }
    case 'sample-ratio':
      return 'stopped: sessions do not come in the planned shares, so the arms cannot be compared'
    case 'undecided':
      return 'undecided: the most sessions have come'
  }
}

/** What a running experiment waits for. */
export function describeRest({
  sessions,
  plannedSessions,
  mostSessions,
}: Pick<EvaluatedExperiment, 'sessions' | 'plannedSessions' | 'mostSessions'>): string {
  const more = plannedSessions - sessions.control - sessions.treatment
  const planned =
    more > 0
      ? `about ${formatCount(more)} more of the ${formatCount(plannedSessions)} planned sessions are to come`
      : `all of the ${formatCount(plannedSessions)} planned sessions have come`
  return `There is no decision yet: ${planned}. After ${formatCount(mostSessions)} sessions it ends without one.`
}
