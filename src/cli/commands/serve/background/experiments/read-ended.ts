import type { Config } from '../../../../../config/config.ts'
import { StoreError } from '../../../../../errors.ts'
import type { ServerLog } from '../../../../../server/inference/exchange-context.ts'

/**
 * The experiments of a configuration that have ended, as the store has it, so that no request after a start gets what a guard has
 * stopped. A store that cannot be read is a warning: the first evaluation tells.
 *
 * @param folder the store's; null: there is none.
 */
export async function readEndedExperiments(
  { experiments }: Pick<Config, 'experiments'>,
  folder: string | null,
  log: ServerLog,
): Promise<readonly string[]> {
  if (experiments.length === 0 || folder === null) return []
  const [{ openExistingStore }, { readExperiment }] = await Promise.all([
    import('../../../../../store/open-existing.ts'),
    import('../../../../../store/records/experiments/stored-experiment.ts'),
  ])
  try {
    const db = await openExistingStore(folder)
    try {
      const ended: string[] = []
      for (const { id } of experiments) {
        const stored = await readExperiment(db, id)
        if (stored !== null && stored.state !== 'running') ended.push(id)
      }
      return ended
    } finally {
      await db.destroy()
    }
  } catch (error) {
    if (error instanceof StoreError && error.code === 'store-missing') return []
    const problem = error instanceof Error ? error.message : String(error)
    log.warn({ folder, problem }, 'whether experiments have ended is not known yet: the store cannot be read')
    return []
  }
}
