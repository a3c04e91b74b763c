import type { Config } from '../../../../config/config.ts'
import { RouteLLMError } from '../../../../errors.ts'
import { findLearnedPolicy } from '../../../../jobs/learn/in-service.ts'
import { isGone, learnJobId, learnRunning } from '../../../../jobs/learn/learn-holder.ts'
import type { LearnActions, LearnAsked } from '../../../../server/admin/actions/learn-actions.ts'
import type { StoreReader } from '../../../../store/reader/store-reader.ts'
import type { Store } from '../../../../store/store.ts'
import type { runOwnCommand } from '../background/own-command.ts'
import { createCommandRuns } from './command-runs.ts'

export type LearnActionsParts = {
  readonly store: Pick<Store, 'folder' | 'change'>
  readonly reader: StoreReader
  /** What is served now; its `source` is a file. */
  readonly config: () => Config
  readonly run?: typeof runOwnCommand
  readonly now?: () => number
}

/** @returns the actions, and `close`, which ends the run. */
export function createLearnActions({
  store,
  reader,
  config,
  run,
  now = Date.now,
}: LearnActionsParts): LearnActions & { close(): Promise<void> } {
  const runs = createCommandRuns<LearnAsked>(run, now)
  const audit = (actor: string, action: string, { policy, isDryRun }: LearnAsked) =>
    store.change('audit', { time: now(), actor, action, subject: policy, detail: { isDryRun } })

  async function holder() {
    const current = runs.current()
    if (current?.state === 'running' && !current.asked.isDryRun) return null
    const found = await reader.read('jobHolder', { id: learnJobId })
    return found === null || isGone(found, now()) ? null : found
  }

  return {
    async start({ policy, isDryRun, actor }) {
      findLearnedPolicy(policy, config())
      const other = await holder()
      if (other !== null) throw learnRunning(other, store.folder)
      const asked = { policy, isDryRun }
      const argv = ['learn', '--config', config().source, '--policy', policy, '--json']
      const started = runs.start(asked, isDryRun ? [...argv, '--dry-run'] : argv)
      if (started === null)
        throw new RouteLLMError(
          'learn-running',
          `The page has started a run for ${JSON.stringify(runs.current()?.asked.policy)}, and it has not ended. Wait for its end, or cancel it.`,
          { status: 409 },
        )
      try {
        await audit(actor, 'learn-start', asked)
      } catch (error) {
        await runs.cancel()
        throw error
      }
      return started
    },
    current: runs.current,
    async holder() {
      const other = await holder()
      return other && { host: other.host, pid: other.pid, since: other.time }
    },
    async cancel({ actor }) {
      if (!(await runs.cancel())) return false
      const run = runs.current()
      // It may have come to its end before it heard of it.
      if (run?.state !== 'cancelled') return false
      await audit(actor, 'learn-cancel', run.asked)
      return true
    },
    async close() {
      await runs.cancel()
    },
  }
}
