import { describeExpired, dropExpired } from '../../../config/lock/changes/drop-expired.ts'
import { canaryPrefix, type LockedCanary, type LockedPolicy } from '../../../config/lock/lock-file.ts'
import type { ModelPair } from '../../../routing/catalogue/model.ts'
import { storePaths } from '../../../store/paths.ts'
import { readArmSessions, readMeanSessionUsd } from '../../../store/records/experiment-sessions.ts'
import { feedbackTrust } from '../dataset/feedback-trust.ts'
import { readJudged } from '../dataset/read-dataset.ts'
import { audit, type LearnRun, toResult } from '../learn-run.ts'
import { replaceLocked } from '../put-in-service.ts'
import type { LearnResult } from '../result.ts'
import { judgeCanary } from './judge-canary.ts'
import { readSessionQuality } from './session-quality.ts'

/** Sessions count an hour after they began, over or not, so that both arms have had the same time. */
const settledMs = 3_600_000

/** Decides whether the canary of a policy stays, goes, or takes over. */
export async function decideCanary(
  run: LearnRun,
  pair: ModelPair,
  before: LockedPolicy,
  canary: LockedCanary,
): Promise<LearnResult> {
  const { serving } = before
  const { db, payload, context, now, storeFolder, lockFile } = run
  const { qualityMargin, errorRate, window } = context.workspace.config.learn
  const since = Date.parse(canary.since)
  const judged = readJudged(
    db,
    { since, textFolder: storePaths(storeFolder).texts, onMissingText: () => {} },
    context,
  )
  const verdict = judgeCanary(
    await readArmSessions(db, `${canaryPrefix}${canary.router}`, { from: since, to: now - settledMs }),
    await readSessionQuality(judged, { pair, trust: feedbackTrust(context.workspace.config) }),
    {
      share: canary.share,
      sessions: canary.sessions,
      qualityMargin,
      errorRate,
      meanUsd: await readMeanSessionUsd(db, { from: since - window, to: since }),
    },
  )
  const progress = { router: canary.router, sessions: verdict.sessions, needed: canary.sessions }
  const outcome = { running: 'canary-running', promote: 'canary-promoted', remove: 'canary-removed' } as const
  const { share: _share, since: _since, sessions: _sessions, ...tried } = canary
  const locked = dropExpired(tried, now)
  const why = `${verdict.why}${verdict.kind === 'promote' ? describeExpired(tried, now) : ''}`
  if (!payload.dryRun && verdict.kind !== 'running') {
    const isPromoted = verdict.kind === 'promote'
    const next = isPromoted ? { serving: locked, canary: null } : { ...before, canary: null }
    await replaceLocked(lockFile, payload.policy, before, next)
    const detail = { router: canary.router, why, sessions: verdict.sessions }
    await audit(
      run,
      isPromoted ? 'promote-canary' : 'roll-back',
      detail,
      isPromoted ? { served: locked } : {},
    )
  }
  return {
    ...toResult(run, outcome[verdict.kind], why, {
      serving: verdict.kind === 'promote' ? locked : serving,
    }),
    canary: progress,
  }
}
