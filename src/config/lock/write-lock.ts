import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { putInPlace } from '../../base/files/atomic-file.ts'
import { toOutputError } from '../../base/files/write-outputs.ts'
import { formatLock } from './format-lock.ts'
import type { LockFile } from './lock-file.ts'

/**
 * Writes the lock file whole or not at all: a server that reads it meanwhile finds the file before or this one. What changes a lock
 * file that is there does so with `changeLock`.
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
