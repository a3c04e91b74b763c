import { exclusively } from '../../../base/files/guard/exclusively.ts'
import { RouteLLMError } from '../../../errors.ts'
import { formatLock } from '../format-lock.ts'
import type { LockedCanary, LockedPolicy, LockFile } from '../lock-file.ts'
import { parseLock } from '../parse-lock.ts'
import { readLockText } from '../read-lock.ts'
import { writeLock } from '../write-lock.ts'

const nothingLocked: LockedPolicy = { serving: null, canary: null }

/**
 * Replaces what the lock file has of a policy, and leaves the others as they are. Of two processes that change it at once, neither
 * loses the change of the other.
 *
 * @param change is given what the file has of the policy; undefined leaves it as it is.
 * @returns what it has now, and what it had.
 * @throws what `parseLock`, `writeLock`, `exclusively` and `change` throw.
 */
export async function changeLocked(
  file: string,
  policy: string,
  change: (before: LockedPolicy) => LockedPolicy | undefined | Promise<LockedPolicy | undefined>,
): Promise<{ readonly before: LockedPolicy; readonly now: LockedPolicy }> {
  return exclusively(file, async (check) => {
    const text = await readLockText(file)
    const { policies }: LockFile = text === null ? { policies: {} } : parseLock(text, file)
    const { [policy]: before = nothingLocked, ...others } = policies
    const now = await change(before)
    if (now === undefined) return { before, now: before }
    await check()
    await writeLock(file, { policies: isEmpty(now) ? others : { ...others, [policy]: now } })
    return { before, now }
  })
}

/** @throws RouteLLMError `lock-changed` if what the lock file has of a policy is not what was `expected`. */
export function checkUnchanged(
  file: string,
  policy: string,
  now: LockedPolicy,
  expected: LockedPolicy,
): void {
  if (isSameLocked(now, expected)) return
  throw new RouteLLMError(
    'lock-changed',
    `${file} was changed meanwhile: what it has of ${policy} is not what this change is based on. Look at it, and try again.`,
    { status: 409 },
  )
}

export function isSameLocked(one: LockedPolicy, other: LockedPolicy): boolean {
  return formatLocked(one) === formatLocked(other)
}

/** The text of what a lock file has of a policy: equal texts are equal contents. */
export function formatLocked(locked: LockedPolicy): string {
  return formatLock({ policies: { policy: locked } })
}

/**
 * Removes the canary of a policy from the lock file, so that the router in service answers all sessions again. False if there is
 * none, or another one.
 *
 * @param canary the one that is meant. Default: whichever there is.
 * @throws what `changeLocked` throws.
 */
export async function removeCanary(
  file: string,
  policy: string,
  canary?: Pick<LockedCanary, 'sha256' | 'since'>,
): Promise<boolean> {
  const { before, now } = await changeLocked(file, policy, (found) => {
    if (found.canary === null) return undefined
    const isMeant =
      canary === undefined || (canary.sha256 === found.canary.sha256 && canary.since === found.canary.since)
    return isMeant ? { ...found, canary: null } : undefined
  })
  return before !== now
}

function isEmpty({ serving, canary, threshold }: LockedPolicy): boolean {
  return serving === null && canary === null && threshold === undefined
}
