import { formatPercent } from '../../../../base/text/format/format-number.ts'
import { formatSetting } from '../../../../base/text/format/format-setting.ts'
import type { Config } from '../../../../config/config.ts'
import { atThreshold } from '../../../../config/lock/changes/at-threshold.ts'
import { changeLocked, isSameLocked } from '../../../../config/lock/changes/change-lock.ts'
import { describeExpired, dropExpired } from '../../../../config/lock/changes/drop-expired.ts'
import { isCertified, type LockedPolicy, type LockedRouter } from '../../../../config/lock/lock-file.ts'
import { ArtifactError, InvalidRequestError, RouteLLMError } from '../../../../errors.ts'
import { feedbackTrust } from '../../../../jobs/learn/dataset/feedback-trust.ts'
import { isIntact } from '../../../../jobs/learn/put-in-service.ts'
import { previewRollBack, rollBackPolicy, toLocked } from '../../../../jobs/learn/roll-back.ts'
import { findPolicyKind } from '../../../../routing/policies/registry.ts'
import type {
  LockActions,
  LockablePolicy,
  LockChange,
  OfPolicy,
} from '../../../../server/admin/actions/lock-actions.ts'
import type { ServerLog } from '../../../../server/inference/exchange-context.ts'
import type { StoreReader } from '../../../../store/reader/store-reader.ts'
import type { LockedVersion, RouterVersion, ServedChange } from '../../../../store/records/types/versions.ts'
import { isRouter, isSameVersion } from '../../../../store/records/versions.ts'
import type { StoreChanger } from '../../../../store/worker/changes/changes.ts'
import type { ReloadOutcome } from '../reload.ts'
import { type AutoFlags, describeUnchangeable, listPolicies, stateOf } from './lockable-policies.ts'

export type LockActionsParts = {
  /** What is served. */
  readonly config: () => Config
  readonly lockFile: () => string
  readonly flags: AutoFlags
  /** Null: nothing is kept, so nothing can be changed. */
  readonly store: { readonly reader: StoreReader; readonly changer: StoreChanger } | null
  /** Of policies whose settings leave it to the router's calibration, by name. */
  readonly thresholds: () => ReadonlyMap<string, number>
  /** Serves what the lock file says. */
  reload(): Promise<ReloadOutcome>
  readonly log: ServerLog
  readonly now: () => number
}

/** What becomes of a policy, and what is recorded of it. */
type Planned = {
  readonly next: LockedPolicy
  readonly why: string
  readonly action: string
  readonly detail: object
  readonly version?: { readonly locked: LockedVersion; readonly state: 'served' | 'canary' }
}

export function createLockActions(parts: LockActionsParts): LockActions {
  const { config, lockFile, flags, store, thresholds, reload, log, now } = parts
  let queue: Promise<unknown> = Promise.resolve()

  const list = () => listPolicies(config(), flags, thresholds())

  /** One change after the other: each sees what the one before has made. */
  function alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = queue.then(work, work)
    queue = done.catch(() => {})
    return done
  }

  function find({ policy }: Pick<OfPolicy, 'policy'>): {
    readonly of: LockablePolicy
    readonly reader: StoreReader
  } {
    const problem = describeUnchangeable(config(), store !== null)
    if (problem !== null || store === null) throw notChangeable(problem ?? '')
    const { lockable, others } = list()
    const of = lockable.find(({ name }) => name === policy) ?? lockable.find((each) => each.policy === policy)
    if (of === undefined) throw unknownPolicy(policy, lockable, others)
    if (of.problem !== null) throw notChangeable(of.problem)
    return { of, reader: store.reader }
  }

  /** Writes a change, serves it, and records it. */
  async function change(
    { policy, actor, seen }: OfPolicy,
    plan: (found: LockedPolicy) => Promise<Planned>,
  ): Promise<LockChange> {
    let planned: Planned | null = null
    const file = lockFile()
    const { before, now: next } = await changeLocked(file, policy, async (found) => {
      checkSeen(found, policy, seen)
      planned = await plan(found)
      return planned.next
    })
    await serve(file, policy, before, next)
    const { why, action, detail, version } = planned as unknown as Planned
    const time = now()
    const left = await record({
      event: { time, actor, action, subject: policy, detail: { ...detail, why } },
      ...(version !== undefined && { version: { time, policy, ...version } }),
    })
    return { why: `${why}${left}`, file }
  }

  /** @throws RouteLLMError `not-reloaded` if it cannot be served; then the lock file has again what it had. */
  async function serve(
    file: string,
    policy: string,
    before: LockedPolicy,
    next: LockedPolicy,
  ): Promise<void> {
    const outcome = await reload()
    if (outcome.kind === 'reloaded') return
    await changeLocked(file, policy, (found) => (isSameLocked(found, next) ? before : undefined))
    await reload()
    throw new RouteLLMError(
      'not-reloaded',
      `Nothing was changed, because the server cannot serve it: ${outcome.problem}`,
      { status: 409 },
    )
  }

  /** What is served stays so if the store does not take the record; a sentence says so, and the log. */
  async function record(made: ServedChange): Promise<string> {
    try {
      await store?.changer.change('served', made)
      return ''
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      const { action, subject } = made.event
      log.warn({ problem, action, policy: subject }, 'a change of what is served is not in the audit trail')
      return ` The store has not recorded it: ${problem}`
    }
  }

  return {
    get problem() {
      return describeUnchangeable(config(), store !== null)
    },
    get trust() {
      return feedbackTrust(config())
    },
    list: () => list().lockable,
    others: () => list().others,
    setThreshold: ({ threshold, ...given }) =>
      alone(async () => {
        const { of, reader } = find(given)
        const kind = findPolicyKind(of.kind)
        checkThreshold(of, threshold)
        const versions = await reader.read('versions', { policy: of.name })
        return change({ ...given, policy: of.name }, async (found) => {
          if (found.canary !== null)
            throw notChangeable(
              `The canary ${found.canary.router} of ${of.name} is compared with what is in service now, so its threshold stays. Remove the canary first, or wait until it is decided.`,
            )
          // What was rolled back, or only tried, promises nothing.
          const known = versions.filter(({ state }) => state === 'served').map(({ locked }) => locked)
          const { serving } = found
          const locked: LockedVersion =
            serving === null
              ? { threshold }
              : atThreshold(serving, threshold, [serving, ...known.filter(isRouter)], kind.threshold!, now())
          return {
            next: toLocked(locked),
            why: `The ${of.measure} of ${of.name} is ${formatSetting(threshold, of.threshold === null ? [] : [of.threshold])} now${of.threshold === null ? '' : `, and was ${formatSetting(of.threshold, [threshold])}`}.${describePromise(serving, locked)}`,
            action: 'set-threshold',
            detail: { router: serving?.router ?? of.router, threshold, before: of.threshold },
            version: { locked, state: 'served' },
          }
        })
      }),
    promote: ({ version: id, canary, ...given }) =>
      alone(async () => {
        const { of, reader } = find(given)
        const version = findVersion(await reader.read('versions', { policy: of.name }), id, of)
        const { locked } = version
        if (isRouter(locked) && !(await isIntact(locked, lockFile()))) throw missingArtifact(locked)
        return change({ ...given, policy: of.name }, async (found) => {
          const current =
            found.serving ?? (found.threshold === undefined ? null : { threshold: found.threshold })
          if (
            current !== null &&
            isSameVersion(current, locked) &&
            (canary !== null || found.canary === null)
          )
            throw notChangeable(`${describeVersion(locked)} is in service for ${of.name} already.`)
          if (canary === null) return planPromotion(of, found, locked, now())
          if (!isRouter(locked))
            throw notChangeable(
              'A threshold alone cannot be tried on a share of the sessions; set it, or try a trained router.',
            )
          const since = new Date(now()).toISOString()
          return {
            next: { ...found, canary: { ...dropExpired(locked, now()), ...canary, since } },
            why: `${locked.router} at ${formatSetting(locked.threshold)} answers ${formatPercent(canary.share)} of the sessions of ${of.name}; it is decided after ${canary.sessions} of its own.${describeExpired(locked, now())}`,
            action: 'canary',
            detail: { router: locked.router, sha256: locked.sha256, ...canary },
          }
        })
      }),
    rollBack: (given) =>
      alone(async () => {
        const { of, reader } = find(given)
        const versions = await reader.read('versions', { policy: of.name })
        const file = lockFile()
        const expected = given.seen === undefined ? undefined : lockedOf(of)
        if (expected !== undefined) checkSeen(expected, of.name, given.seen)
        const done = await rollBackPolicy(file, of.name, versions, now(), expected)
        const { outcome, why, serving, versions: rolledBack } = done
        if (outcome === 'nothing-to-roll-back') throw notChangeable(why)
        await serve(file, of.name, done.before, done.now)
        const detail = { router: serving?.router ?? null, why }
        const event = { time: now(), actor: given.actor, action: 'roll-back', subject: of.name, detail }
        const left = await record({ event, rolledBack })
        return { why: `${why}${left}`, file }
      }),
    async previewRollBack(given) {
      const { of, reader } = find(given)
      const versions = await reader.read('versions', { policy: of.name })
      const { outcome, why } = await previewRollBack(lockFile(), of.name, versions, now(), lockedOf(of))
      if (outcome === 'nothing-to-roll-back') throw notChangeable(why)
      return { why }
    },
  }
}

function planPromotion(
  of: LockablePolicy,
  found: LockedPolicy,
  version: LockedVersion,
  nowMs: number,
): Planned {
  const { canary } = found
  const locked = isRouter(version) ? dropExpired(version, nowMs) : version
  const expired = isRouter(version) ? describeExpired(version, nowMs) : ''
  const isCanary = canary !== null && isSameVersion(canary, locked)
  const ended = canary === null || isCanary ? '' : ` The canary ${canary.router} is removed.`
  return {
    next: toLocked(locked),
    why: `${describeVersion(locked)} is in service for ${of.name}${describePlace(of)}.${expired || describePromise(found.serving, locked)}${ended}`,
    action: isCanary ? 'promote-canary' : 'promote',
    detail: isRouter(locked)
      ? { router: locked.router, sha256: locked.sha256 }
      : { threshold: locked.threshold },
    version: { locked, state: 'served' },
  }
}

/** What it takes the place of: `, in place of mf at 0.45`. */
function describePlace({ router, threshold }: LockablePolicy): string {
  return threshold === null ? '' : `, in place of ${router ?? 'the table'} at ${formatSetting(threshold)}`
}

/** What becomes of the promise, if there was one or is one. */
function describePromise(before: LockedRouter | null, now: LockedVersion): string {
  if (isRouter(now) && isCertified(now))
    return ` Its certificate (at most ${formatPercent(now.certificate.maxLoss)} of requests lost) is valid until ${now.certificate.validUntil}.`
  return before !== null && isCertified(before)
    ? ' The certificate of what was in service does not hold for it, so nothing is promised now.'
    : ''
}

function describeVersion(locked: LockedVersion): string {
  return isRouter(locked)
    ? `${locked.router} at ${formatSetting(locked.threshold)}`
    : `The router of the configuration at ${formatSetting(locked.threshold)}`
}

function lockedOf({ serving, canary, threshold, isThresholdLocked }: LockablePolicy): LockedPolicy {
  return { serving, canary, ...(isThresholdLocked && threshold !== null && { threshold }) }
}

function checkSeen(found: LockedPolicy, policy: string, seen: string | undefined): void {
  if (seen === undefined || seen === stateOf(found)) return
  throw new RouteLLMError(
    'lock-changed',
    `What is in service for ${policy} was changed meanwhile. Look at what is served now, and try again.`,
    { status: 409 },
  )
}

function checkThreshold({ measure, name, threshold: before }: LockablePolicy, threshold: number): void {
  const most = measure === 'threshold' ? 1 : Number.POSITIVE_INFINITY
  if (!(threshold >= 0 && threshold <= most))
    throw new InvalidRequestError(
      'bad-threshold',
      `${threshold} is no ${measure}: give a number from 0${most === 1 ? ' to 1' : ' on'}.`,
      { param: 'threshold' },
    )
  if (threshold === before) throw notChangeable(`The ${measure} of ${name} is ${threshold} already.`)
}

function findVersion(
  versions: readonly RouterVersion[],
  id: string,
  { name }: LockablePolicy,
): RouterVersion {
  const found = versions.find((version) => version.id === id)
  if (found !== undefined) return found
  throw new InvalidRequestError(
    'unknown-version',
    `The store has no version ${JSON.stringify(id.slice(0, 100))} of ${name}.`,
    { status: 404, param: 'version' },
  )
}

function missingArtifact({ router, artifact, sha256 }: LockedRouter): ArtifactError {
  return new ArtifactError(
    'version-missing',
    `The artifact of ${router}, ${artifact}, is not there as it was (SHA-256 ${sha256}). Restore the folder, or train a new router with \`routellm learn\`.`,
    { status: 409, param: 'version' },
  )
}

function notChangeable(why: string): InvalidRequestError {
  return new InvalidRequestError('not-changeable', why, { status: 409 })
}

function unknownPolicy(
  policy: string,
  lockable: readonly LockablePolicy[],
  others: readonly { readonly name: string; readonly kind: string }[],
): InvalidRequestError {
  const other = others.find(({ name }) => name === policy)
  if (other !== undefined)
    return notChangeable(
      `${policy} is a policy of the kind ${other.kind}, which has no router and threshold to replace. Change it in the configuration.`,
    )
  return new InvalidRequestError(
    'unknown-policy',
    `There is no policy ${JSON.stringify(policy.slice(0, 100))} that can be changed here; there is ${lockable.map(({ name }) => name).join(', ')}.`,
    { status: 404, param: 'policy' },
  )
}
