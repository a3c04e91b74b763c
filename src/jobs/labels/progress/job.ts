import { z } from 'zod'
import { hearAbort } from '../../../base/concurrency/run-steps.ts'
import { RouteLLMError, StoreError } from '../../../errors.ts'
import { decidingRows } from '../../../learning/loop/cycle/split/deciding-rows.ts'
import { countMissingLabels, type LabelCount } from '../../../learning/loop/cycle/split/missing-labels.ts'
import { splitRows } from '../../../learning/loop/cycle/split/split-rows.ts'
import type { Database } from '../../../store/database/open-database.ts'
import { openExistingStore } from '../../../store/open-existing.ts'
import { storePaths } from '../../../store/paths.ts'
import { listAuditEvents } from '../../../store/records/audit-trail.ts'
import type { Job, JobContext } from '../../job.ts'
import { feedbackTrust } from '../../learn/dataset/feedback-trust.ts'
import { readDataset } from '../../learn/dataset/read-dataset.ts'
import { openPolicyInService } from '../../learn/in-service.ts'

const payload = z.object({
  /** ISO 8601: labels of the window before it count. */
  time: z.iso.datetime(),
})

export type LabelProgressResult = { readonly policies: readonly LabelProgressOfPolicy[] }

export type LabelProgressOfPolicy = {
  /** As the lock file names it. */
  readonly policy: string
  /** As requests record it; null: `auto` of a router and a threshold, or not known. */
  readonly recorded: string | null
  /** Why nothing can be said of it; null if it can. */
  readonly problem: string | null
  readonly maxLoss: number
  readonly confidence: number
  /** Labelled sessions that are missing at least; null with a problem. */
  readonly missing: number | null
  readonly calibration: LabelCount['calibration']
  readonly comparison: LabelCount['comparison']
  /** Why `learn` has refused what it trained last, if nothing was put in service since. */
  readonly refusal: { readonly time: number; readonly why: string } | null
}

/**
 * How many labels each policy of `learn.policies` lacks until `learn` can promise anything. Nothing is trained or scored, so labels
 * that the router cannot score, because no text and no vector is kept, are counted.
 */
export const labelProgressJob: Job<z.output<typeof payload>, LabelProgressResult> = {
  name: 'label-progress',
  payload,
  async run({ time }, context) {
    const { store, learn, source } = context.workspace.config
    if (store === null)
      throw new StoreError('store-off', `${source} says \`store: off\`, so there are no labels.`)
    const db = await openExistingStore(store.folder)
    try {
      const policies: LabelProgressOfPolicy[] = []
      for (const policy of learn.policies) policies.push(await countOfPolicy(db, policy, time, context))
      return { policies }
    } finally {
      await db.destroy()
    }
  },
}

async function countOfPolicy(
  db: Database,
  policy: string,
  time: string,
  context: JobContext,
): Promise<LabelProgressOfPolicy> {
  const { config } = context.workspace
  const { maxLoss, confidence } = config.learn
  const promise = { policy, maxLoss, confidence }
  try {
    const inService = await openPolicyInService(policy, context.workspace)
    try {
      const texts = storePaths(config.store!.folder).texts
      const rows = await readDataset(db, inService, texts, Date.parse(time), context)
      await hearAbort(context.signal)
      const { pair, recorded } = inService
      const options = { pair, seed: 0, ...feedbackTrust(config) }
      const split = splitRows(
        rows,
        decidingRows(rows, options, () => {}),
        0,
      )
      const { more, ...parts } = countMissingLabels(split, promise)
      return {
        ...promise,
        ...{ recorded, problem: null, missing: more },
        ...parts,
        refusal: await findRefusal(db, policy),
      }
    } finally {
      await inService.close()
    }
  } catch (error) {
    context.signal.throwIfAborted()
    if (!(error instanceof RouteLLMError)) throw error
    const none = { sessions: 0, needed: 0 }
    return {
      ...promise,
      ...{ recorded: null, problem: error.message, missing: null, calibration: none, comparison: none },
      refusal: null,
    }
  }
}

async function findRefusal(db: Database, policy: string): Promise<LabelProgressOfPolicy['refusal']> {
  const events = await listAuditEvents(db, { subject: policy, limit: 50 })
  const last = events.find(({ action }) => ['refuse', 'promote', 'canary'].includes(action))
  if (last?.action !== 'refuse') return null
  const { why } = last.detail as { readonly why?: unknown }
  return { time: last.time, why: typeof why === 'string' ? why : '' }
}
