import { hostname } from 'node:os'
import { lockFileOf } from '../../config/lock/lock-place.ts'
import { StoreError } from '../../errors.ts'
import { openExistingStore } from '../../store/open-existing.ts'
import { finishJob, takeJob } from '../../store/records/running-jobs.ts'
import type { JobHolder } from '../../store/records/types/job-holder.ts'
import type { Job } from '../job.ts'
import { decideCanary } from './canary/decide-canary.ts'
import { openPolicyInService } from './in-service.ts'
import { isGone, learnJobId, learnRunning } from './learn-holder.ts'
import type { LearnRun } from './learn-run.ts'
import { type LearnPayload, learnPayload } from './payload.ts'
import { readLocked } from './put-in-service.ts'
import type { LearnResult } from './result.ts'
import { rollBack } from './roll-back.ts'
import { trainRouter } from './train-router.ts'

/**
 * Labels of the store → a router and its threshold → a comparison with the router in service → the lock file, if it is shown to be
 * better; or what has become of a canary. The server follows the lock file.
 *
 * Throws StoreError `store-off`, `store-missing`; RouteLLMError `learn-running`; what `openPolicyInService`, `rollBackPolicy` and the
 * configuration's lock file throw.
 */
export const learnJob: Job<LearnPayload, LearnResult> = {
  name: learnJobId,
  payload: learnPayload,
  async run(payload, context) {
    const { workspace } = context
    const { store, source } = workspace.config
    if (store === null)
      throw new StoreError('store-off', `${source} says \`store: off\`, so there is nothing to learn from.`)
    const db = await openExistingStore(store.folder)
    try {
      const run: LearnRun = {
        db,
        payload,
        context,
        now: Date.parse(payload.time),
        storeFolder: store.folder,
        lockFile: lockFileOf(workspace.config, workspace.folder),
      }
      return payload.dryRun ? await learn(run) : await alone(run, () => learn(run))
    } finally {
      await db.destroy()
    }
  },
}

/** Runs one process at a time on a store. */
async function alone(
  { db, now, storeFolder }: LearnRun,
  work: () => Promise<LearnResult>,
): Promise<LearnResult> {
  const holder: JobHolder = { host: hostname(), pid: process.pid, time: now }
  const other = await takeJob(db, learnJobId, holder, (found) => isGone(found, now))
  if (other !== null) throw learnRunning(other, storeFolder)
  let outcome = 'failed'
  try {
    const result = await work()
    outcome = result.outcome
    return result
  } finally {
    await finishJob(db, learnJobId, holder, { outcome })
  }
}

async function learn(run: LearnRun): Promise<LearnResult> {
  const { payload, lockFile } = run
  if (payload.rollBack) return rollBack(run)
  const locked = await readLocked(lockFile, payload.policy)
  const inService = await openPolicyInService(payload.policy, run.context.workspace)
  try {
    return locked.canary === null
      ? await trainRouter(run, inService, locked)
      : await decideCanary(run, inService.pair, locked, locked.canary)
  } finally {
    await inService.close()
  }
}
