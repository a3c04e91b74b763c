import { StoreError } from '../../../../errors.ts'
import type { Gateway } from '../../../../gateway/gateway.ts'
import type { ServerLog } from '../../../../server/inference/exchange.ts'

/** Requests of a policy that are read again: beyond some half-lives they count little. */
const mostReplayed = 20_000

/**
 * Tells policies that learn what they knew before this start, or before the configuration was read again: from the requests and the feedback in
 * the store. A store that cannot be read is a warning, and they begin with what is expected beforehand.
 */
export async function replayPolicies(
  { learning }: Pick<Gateway, 'learning'>,
  folder: string,
  log: ServerLog,
): Promise<void> {
  if (learning.length === 0) return
  const [{ openExistingStore }, { readRoutedOutcomes }, { replayOutcomes }] = await Promise.all([
    import('../../../../store/open-existing.ts'),
    import('../../../../store/records/routed-outcomes.ts'),
    import('../../../../routing/policies/learning/learning-policy.ts'),
  ])
  try {
    const db = await openExistingStore(folder)
    try {
      for (const policy of learning)
        if (policy.name !== null)
          replayOutcomes(policy, await readRoutedOutcomes(db, policy.name, mostReplayed))
    } finally {
      await db.destroy()
    }
  } catch (error) {
    if (error instanceof StoreError && error.code === 'store-missing') return
    const problem = error instanceof Error ? error.message : String(error)
    log.warn({ folder, problem }, 'policies that learn begin anew: the store cannot be read')
  }
}
