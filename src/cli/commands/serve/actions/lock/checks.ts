import type { LockedPolicy, LockedRouter } from '../../../../../config/lock/lock-file.ts'
import { ArtifactError, InvalidRequestError, RouteLLMError } from '../../../../../errors.ts'
import type { LockablePolicy } from '../../../../../server/admin/actions/lock-actions.ts'
import type { RouterVersion } from '../../../../../store/records/types/versions.ts'
import { stateOf } from './lockable-policies.ts'

/** What a change of the lock file is refused for. */

export function checkSeen(found: LockedPolicy, policy: string, seen: string | undefined): void {
  if (seen === undefined || seen === stateOf(found)) return
  throw new RouteLLMError(
    'lock-changed',
    `What is in service for ${policy} was changed meanwhile. Look at what is served now, and try again.`,
    { status: 409 },
  )
}

export function checkThreshold(
  { measure, name, threshold: before }: LockablePolicy,
  threshold: number,
): void {
  const most = measure === 'threshold' ? 1 : Number.POSITIVE_INFINITY
  if (!(threshold >= 0 && threshold <= most))
    throw new InvalidRequestError(
      'bad-threshold',
      `${threshold} is no ${measure}: give a number from 0${most === 1 ? ' to 1' : ' on'}.`,
      { param: 'threshold' },
    )
  if (threshold === before) throw notChangeable(`The ${measure} of ${name} is ${threshold} already.`)
}

export function findVersion(
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

export function missingArtifact({ router, artifact, sha256 }: LockedRouter): ArtifactError {
  return new ArtifactError(
    'version-missing',
    `The artifact of ${router}, ${artifact}, is not there as it was (SHA-256 ${sha256}). Restore the folder, or train a new router with \`routellm learn\`.`,
    { status: 409, param: 'version' },
  )
}

export function notChangeable(why: string): InvalidRequestError {
  return new InvalidRequestError('not-changeable', why, { status: 409 })
}

export function unknownPolicy(
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
