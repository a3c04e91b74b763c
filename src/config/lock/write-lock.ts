import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { putInPlace } from '../../base/files/atomic-file.ts'
import { toOutputError } from '../../base/files/write-outputs.ts'
import { formatLock } from './format-lock.ts'
import type { LockFile } from './lock-file.ts'
import { parseLock } from './parse-lock.ts'
import { readLockText } from './read-lock.ts'

/**
 * Writes the lock file whole or not at all: a server that reads it meanwhile finds the file before or this one.
 *
 * @throws InvalidRequestError `output-unwritable`.
 */
export async function writeLock(file: string, lock: LockFile): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await putInPlace(file, (temporary) => writeFile(temporary, formatLock(lock)))
  } catch (error) {
    throw toOutputError(file, error)
  }
}

/**
 * Removes the canary of a policy from the lock file, so that the router in service answers all sessions again. False if
 * there is none.
 *
 * @throws what `parseLock` and `writeLock` throw.
 */
export async function rollBack(file: string, policy: string): Promise<boolean> {
  const text = await readLockText(file)
  if (text === null) return false
  const { policies } = parseLock(text, file)
  const locked = policies[policy]
  if (locked === undefined || locked.canary === null) return false
  const { [policy]: _, ...others } = policies
  await writeLock(file, {
    policies: locked.serving === null ? others : { ...others, [policy]: { ...locked, canary: null } },
  })
  return true
}
