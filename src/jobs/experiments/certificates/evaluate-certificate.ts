import { dirname } from 'node:path'
import { runUntilAborted } from '../../../base/concurrency/run-steps.ts'
import type { Config } from '../../../config/config.ts'
import type { AppliedLock, LockedRoute } from '../../../config/lock/applied-lock.ts'
import { type CertifiedRouter, isCertified, type LockedRouter } from '../../../config/lock/lock-file.ts'
import { createCertificateWatch } from '../../../gateway/certificates/certificate-watch.ts'
import { toCertifiedRoute } from '../../../gateway/certificates/find-certified-routes.ts'
import { findQualityDrift } from '../../../learning/loop/drift/quality-drift.ts'
import { findSimilarityDrift, mostSimilaritySessions } from '../../../learning/loop/drift/similarity-drift.ts'
import type { WatchedValues } from '../../../learning/loop/drift/watched-values.ts'
import type { ModelPair } from '../../../routing/catalogue/model.ts'
import type { CertificateStatus } from '../../../routing/certificate/certificate.ts'
import { decodeFeatures } from '../../../routing/embedding/builtin/features.ts'
import { pair } from '../../../routing/policies/pair/kind.ts'
import { promptFromText } from '../../../routing/prompts/routed-prompt.ts'
import type { Database } from '../../../store/database/open-database.ts'
import {
  findFirstDecision,
  readSessionStarts,
  type SessionStart,
} from '../../../store/records/experiments/session-starts.ts'
import { readLabelledFeatures } from '../../../store/records/selectable.ts'
import { isRouter, listVersions } from '../../../store/records/versions.ts'
import type { JobContext } from '../../job.ts'
import { feedbackTrust } from '../../learn/dataset/feedback-trust.ts'
import { toLabelledRequests } from '../../learn/dataset/labelled-requests.ts'
import { readJudged } from '../../learn/dataset/read-dataset.ts'
import { findPolicySpec } from '../../policies/open-policies.ts'

/** What the store shows of a certificate of the lock file. */
export type EvaluatedCertificate = {
  /** As the lock file names it. */
  readonly policy: string
  readonly router: string
  readonly sha256: string
  /** When it began, in ISO 8601. */
  readonly since: string
  readonly status: CertificateStatus
  /** Of labelled sessions; null for a policy that is no pair. */
  readonly quality: WatchedValues | null
  /** To the labelled prompts before; null if there are too few, or if no vectors are kept. */
  readonly similarity: WatchedValues | null
}

export type CertificateOptions = {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly config: Config
  /** Of the certificate; null: of the version in the store, else of the router's first decision. */
  readonly since: number | null
  readonly context: Pick<JobContext, 'signal' | 'onProgress'>
}

/** Vectors of labelled requests. Time grows with them times the sessions. */
const mostLabelled = 500
const mostBefore = 1_000

/**
 * Whether the certificate of a router of the lock file holds, by all that the store has since it began; null if it has none, or has decided
 * nothing. It is computed anew each time, so that nothing is forgotten by a restart.
 */
export async function evaluateCertificate(
  db: Database,
  lock: AppliedLock,
  route: Pick<LockedRoute, 'name' | 'policy'>,
  locked: LockedRouter,
  options: CertificateOptions,
): Promise<EvaluatedCertificate | null> {
  const { now, context } = options
  if (!isCertified(locked)) return null
  const since = options.since ?? (await findBeginning(db, route, locked))
  if (since === null) return null
  const { policy } = route
  const found = { policy, router: locked.router, from: since, to: now, mostSessions: mostSimilaritySessions }
  const starts = await readSessionStarts(db, found)
  const quality = await evaluateQuality(db, route, locked, since, options)
  const before = await readSessionStarts(db, {
    ...{ policy, router: null, from: 0, to: since, mostSessions: mostBefore, unlabelled: true },
  })
  const labelled = await readLabelledFeatures(db, mostLabelled, since)
  const similarity = await runUntilAborted(
    findSimilarityDrift({
      labelled: decode(labelled),
      before: decode(featuresOf(before)),
      since: decode(featuresOf(starts)),
    }),
    context.signal,
  )
  const watch = createCertificateWatch(
    () => now,
    () => {},
  )
  watch.configure([await toCertifiedRoute(route, locked, dirname(lock.file))])
  for (const { session, strongWinRate } of starts)
    watch.observe({ session, strongWinRate, router: locked.router, policy, experiment: null, pace: null })
  for (const [figure, watched] of [
    ['quality', quality],
    ['similarity', similarity],
  ] as const)
    if (watched !== null) watch.setAlarm(route.name, figure, watched.alarm)
  const { status } = watch.statuses()[0]!
  const { router, sha256 } = locked
  return {
    policy: route.name,
    router,
    sha256,
    since: new Date(since).toISOString(),
    status,
    quality,
    similarity,
  }
}

async function findBeginning(
  db: Database,
  { name, policy }: Pick<LockedRoute, 'name' | 'policy'>,
  { router, sha256, threshold }: LockedRouter,
): Promise<number | null> {
  const versions = await listVersions(db, name)
  const version = versions.findLast(
    ({ locked, state }) =>
      state === 'served' && isRouter(locked) && locked.sha256 === sha256 && locked.threshold === threshold,
  )
  return version?.time ?? (await findFirstDecision(db, policy, router))
}

async function evaluateQuality(
  db: Database,
  { name, policy }: Pick<LockedRoute, 'name' | 'policy'>,
  { router, threshold, certificate: { maxLoss } }: CertifiedRouter,
  since: number,
  { config, context }: CertificateOptions,
): Promise<WatchedValues | null> {
  const models = findPair(config, policy ?? name)
  if (models === null) return null
  const { lossMargin, seed } = config.learn
  const trust = feedbackTrust(config)
  // Neither texts nor dollars are asked.
  const judged = readJudged(db, { since, textFolder: null, onMissingText: () => {} }, context)
  const rows = await toLabelledRequests(judged, {
    ...{ policy, router, pair: models, models: [], trust },
    pickPrompt: () => promptFromText(''),
  })
  return findQualityDrift(rows, { pair: models, threshold, maxLoss, lossMargin, seed, ...trust })
}

/** The models of a policy; null if it is no pair. */
function findPair(config: Config, policy: string): ModelPair | null {
  const { name: _name, kind, fallback: _fallback, ...given } = findPolicySpec(config, policy)
  if (kind !== pair.kind) return null
  const { strong, weak } = pair.settings.parse(given)
  return { strong, weak }
}

function featuresOf(starts: readonly SessionStart[]): readonly string[] {
  return starts.flatMap(({ features }) => features ?? [])
}

function decode(features: readonly string[]): readonly Float32Array[] {
  return features.flatMap((text) => decodeFeatures(text) ?? [])
}
