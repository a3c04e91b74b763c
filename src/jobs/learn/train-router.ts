import type { LockedPolicy } from '../../config/lock/lock-file.ts'
import { storePaths } from '../../store/paths.ts'
import { countAuditEvents } from '../../store/records/audit-trail.ts'
import { attemptErrorRate } from './attempt-error-rate.ts'
import { readDataset } from './dataset/read-dataset.ts'
import type { PolicyInService } from './in-service.ts'
import { audit, type LearnRun, learnActor, toResult } from './learn-run.ts'
import { nameRouter, replaceLocked, saveCandidate } from './put-in-service.ts'
import type { LearnResult } from './result.ts'
import { trainOnRows } from './train-on-rows.ts'

/** Trains a router and, if it is shown to be better, puts it in service or on trial. */
export async function trainRouter(
  run: LearnRun,
  inService: PolicyInService,
  locked: LockedPolicy,
): Promise<LearnResult> {
  const { db, payload, context, now, storeFolder, lockFile } = run
  const settings = context.workspace.config.learn
  const rows = await readDataset(db, inService, storePaths(storeFolder).texts, now, context)
  const before = await countAuditEvents(db, {
    subject: payload.policy,
    actor: learnActor,
    actions: ['promote', 'canary', 'refuse'],
    since: now - 30 * 86_400_000,
  })
  const cycle = await trainOnRows(
    rows,
    inService,
    settings,
    {
      name: nameRouter(
        payload.time,
        storeFolder,
        context.workspace.config.routers.map(({ name }) => name),
      ),
      now,
      errorRate: attemptErrorRate(settings.errorRate, settings.every, before),
    },
    context,
  )
  const described = { cycle, serving: locked.serving }
  if (payload.dryRun) return toResult(run, cycle.promoted ? 'promoted' : 'refused', cycle.why, described)
  if (!cycle.promoted || cycle.candidate === null) {
    await audit(run, 'refuse', { why: cycle.why, comparison: cycle.comparison })
    return toResult(run, 'refused', cycle.why, described)
  }
  const saved = await saveCandidate(cycle.candidate, storeFolder, lockFile, context.signal)
  const { canary } = settings
  const next: LockedPolicy =
    canary === undefined
      ? { serving: saved, canary: null }
      : { ...locked, canary: { ...saved, ...canary, since: new Date(now).toISOString() } }
  await replaceLocked(lockFile, payload.policy, locked, next)
  const { router, sha256 } = saved
  const detail = { router, sha256, why: cycle.why, comparison: cycle.comparison }
  if (canary === undefined) await audit(run, 'promote', detail, { served: saved })
  else await audit(run, 'canary', detail, { canary: saved })
  const result = toResult(run, canary === undefined ? 'promoted' : 'canary', cycle.why, {
    cycle,
    serving: next.serving,
  })
  return { ...result, candidate: { ...result.candidate!, artifact: saved.artifact } }
}
