import type { Config } from '../../../../config/config.ts'
import { RouteLLMError } from '../../../../errors.ts'
import { findLearnedPolicy } from '../../../../jobs/learn/in-service.ts'
import type {
  DifferenceActions,
  DifferenceAsked,
} from '../../../../server/admin/actions/difference-actions.ts'
import type { runOwnCommand } from '../background/own-command.ts'
import { createCommandRuns } from './command-runs.ts'

/** @param config what is served now; its `source` is a file. @returns the actions, and `close`, which ends the run. */
export function createDifferenceActions(
  config: () => Config,
  run?: typeof runOwnCommand,
): DifferenceActions & { close(): Promise<void> } {
  const runs = createCommandRuns<DifferenceAsked>(run)
  return {
    start(asked) {
      const { policy, from, to, limit } = asked
      findLearnedPolicy(policy, config())
      const options = ['--policy', policy, '--limit', String(limit), '--config', config().source, '--json']
      const started = runs.start(asked, ['policies', 'difference', ...options, '--', from, to])
      if (started !== null) return started
      throw new RouteLLMError(
        'difference-running',
        'Two versions are being compared already. Wait for the end, or cancel it.',
        { status: 409 },
      )
    },
    current: runs.current,
    cancel: runs.cancel,
    async close() {
      await runs.cancel()
    },
  }
}
