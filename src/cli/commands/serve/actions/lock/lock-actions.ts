import type { Config } from '../../../../../config/config.ts'
import { atThreshold } from '../../../../../config/lock/changes/at-threshold.ts'
import { changeLocked, isSameLocked } from '../../../../../config/lock/changes/change-lock.ts'
import { dropExpired } from '../../../../../config/lock/changes/drop-expired.ts'
import type { LockedPolicy } from '../../../../../config/lock/lock-file.ts'
import { RouteLLMError } from '../../../../../errors.ts'
import { feedbackTrust } from '../../../../../jobs/learn/dataset/feedback-trust.ts'
import { isIntact } from '../../../../../jobs/learn/put-in-service.ts'
import { previewRollBack, rollBackPolicy, toLocked } from '../../../../../jobs/learn/roll-back.ts'
import { findPolicyKind } from '../../../../../routing/policies/registry.ts'
import type {
  LockActions,
  LockablePolicy,
  LockChange,
  OfPolicy,
} from '../../../../../server/admin/actions/lock-actions.ts'
import type { ServerLog } from '../../../../../server/inference/exchange-context.ts'
import type { StoreReader } from '../../../../../store/reader/store-reader.ts'
import type { LockedVersion, ServedChange } from '../../../../../store/records/types/versions.ts'
import { isRouter, isSameVersion } from '../../../../../store/records/versions.ts'
import type { StoreChanger } from '../../../../../store/worker/changes/changes.ts'
import type { ReloadOutcome } from '../../reload.ts'
import {
  checkSeen,
  checkThreshold,
  findVersion,
  missingArtifact,
  notChangeable,
  unknownPolicy,
} from './checks.ts'
import { describeCanary, describePromise, describeThreshold, describeVersion } from './describe-change.ts'
import { type AutoFlags, describeUnchangeable, listPolicies } from './lockable-policies.ts'
import { type Planned, planPromotion } from './plan-promotion.ts'

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
            why: `${describeThreshold(of, threshold)}${describePromise(serving, locked)}`,
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
            throw notChangeable(`${describeVersion(locked, null)} is in service for ${of.name} already.`)
          if (canary === null) return planPromotion(of, found, locked, now())
          if (!isRouter(locked))
            throw notChangeable(
              'A threshold alone cannot be tried on a share of the sessions; set it, or try a trained router.',
            )
          const since = new Date(now()).toISOString()
          return {
            next: { ...found, canary: { ...dropExpired(locked, now()), ...canary, since } },
            why: describeCanary(locked, of, canary, now()),
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
      const before = lockedOf(of)
      const { outcome, why, next } = await previewRollBack(lockFile(), of.name, versions, now(), before)
      if (outcome === 'nothing-to-roll-back') throw notChangeable(why)
      return { why, before, next }
    },
  }
}

function lockedOf({ serving, canary, threshold, isThresholdLocked }: LockablePolicy): LockedPolicy {
  return { serving, canary, ...(isThresholdLocked && threshold !== null && { threshold }) }
}
