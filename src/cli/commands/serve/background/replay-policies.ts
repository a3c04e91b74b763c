import { StoreError } from '../../../../errors.ts'
import type { Gateway } from '../../../../gateway/gateway.ts'
import type { LearningPolicy } from '../../../../routing/policies/learning/learning-policy.ts'
import type { ServerLog } from '../../../../server/inference/exchange-context.ts'

export type ReplaySource = {
  /** The store's; null: there is none. */
  readonly folder: string | null
  readonly log: ServerLog
  readonly before?: Pick<Gateway, 'learning'>
}

/** Requests of a policy that are read again: beyond some half-lives they count little. */
const mostReplayed = 20_000

/**
 * Tells policies that learn what they knew before this start, or before the configuration was read again. A policy that is the same as before
 * goes on where it was, so that no feedback of these moments is lost. Others, and all at the start, learn again from the requests and the
 * feedback in the store. A store that cannot be read is a warning, and they begin with what is expected beforehand.
 *
 * @param before the gateway that is replaced.
 */
export async function replayPolicies(
  opened: Pick<Gateway, 'learning'>,
  { folder, log, before }: ReplaySource,
): Promise<void> {
  const learning = opened.learning.filter((policy) => !goesOn(policy, before?.learning ?? []))
  if (learning.length === 0 || folder === null) return
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

function goesOn(policy: LearningPolicy, before: readonly LearningPolicy[]): boolean {
  const same = before.find(({ name, learnt }) => name === policy.name && learnt.basis === policy.learnt.basis)
  if (same !== undefined) policy.takeOver(same.learnt)
  return same !== undefined
}
