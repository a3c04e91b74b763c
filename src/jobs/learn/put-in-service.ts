import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { saveRouterArtifact } from '../../base/artifact/save.ts'
import { digestArtifact } from '../../config/lock/artifact-digest.ts'
import { changeLocked, checkUnchanged } from '../../config/lock/changes/change-lock.ts'
import type { CertifiedRouter, LockedPolicy, LockedRouter } from '../../config/lock/lock-file.ts'
import { readLock } from '../../config/lock/read-lock.ts'
import type { CycleCandidate } from '../../learning/loop/cycle/cycle-result.ts'

/** Below the store's folder. */
const artifactsFolder = 'artifacts'

/** The name of a router of a day that no other router has: `learned-2026-11-28`, then `learned-2026-11-28-2`. */
export function nameRouter(time: string, storeFolder: string, taken: readonly string[]): string {
  const first = `learned-${time.slice(0, 10)}`
  for (let count = 1; ; count++) {
    const name = count === 1 ? first : `${first}-${count}`
    if (!taken.includes(name) && !existsSync(join(storeFolder, artifactsFolder, name))) return name
  }
}

/**
 * Saves a candidate's artifact below the store. A kill leaves no half-written folder; one without an entry of the lock file is not served.
 *
 * @returns what the lock file says of it.
 */
export async function saveCandidate(
  { artifact, threshold, certificate, evidence }: CycleCandidate,
  storeFolder: string,
  lockFile: string,
  signal: AbortSignal,
): Promise<CertifiedRouter> {
  const { name } = artifact.manifest
  const folder = join(storeFolder, artifactsFolder, name)
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
  await saveRouterArtifact(folder, artifact, new Map(), signal)
  return {
    router: name,
    artifact: relative(dirname(lockFile), folder).split(sep).join('/'),
    sha256: await digestArtifact(folder),
    threshold,
    certificate,
    evidence,
  }
}

/** What the lock file has of a policy; both null if it has nothing, or is not there. */
export async function readLocked(file: string, policy: string): Promise<LockedPolicy> {
  return (await readLock(file))?.policies[policy] ?? { serving: null, canary: null }
}

/**
 * Replaces what the lock file has of a policy.
 *
 * @param before what it had when this was decided on. @throws RouteLLMError `lock-changed` if it has something else now.
 */
export async function replaceLocked(
  file: string,
  policy: string,
  before: LockedPolicy,
  locked: LockedPolicy,
): Promise<void> {
  await changeLocked(file, policy, (found) => {
    checkUnchanged(file, policy, found, before)
    return locked
  })
}

/** Whether the artifact of a version is there as it was. */
export async function isIntact({ artifact, sha256 }: LockedRouter, lockFile: string): Promise<boolean> {
  const folder = resolve(dirname(lockFile), artifact)
  return existsSync(folder) && (await digestArtifact(folder)) === sha256
}
