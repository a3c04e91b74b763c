import type { LockedPolicy } from '../../config/lock/lock-file.ts'
import { storePaths } from '../../store/paths.ts'
import { countAuditEvents } from '../../store/records/audit-trail.ts'
import { addVersion } from '../../store/records/versions.ts'
import { attemptErrorRate } from './attempt-error-rate.ts'
import { readDataset } from './dataset/read-dataset.ts'
import type { PolicyInService } from './in-service.ts'
import { audit, type LearnRun, toResult } from './learn-run.ts'
import { nameRouter, saveCandidate, writeLocked } from './put-in-service.ts'
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
  await writeLocked(lockFile, payload.policy, next)
  if (canary === undefined) await addVersion(db, { time: now, policy: payload.policy, locked: saved })
  await audit(run, canary === undefined ? 'promote' : 'canary', {
    router: saved.router,
    sha256: saved.sha256,
    why: cycle.why,
    comparison: cycle.comparison,
  })
  const result = toResult(run, canary === undefined ? 'promoted' : 'canary', cycle.why, {
    cycle,
    serving: next.serving,
  })
  return { ...result, candidate: { ...result.candidate!, artifact: saved.artifact } }
}
