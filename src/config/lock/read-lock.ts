import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readRegularFile } from '../../base/files/read-file.ts'
import { ConfigError } from '../../errors.ts'
import { configError, type Problem } from '../problems.ts'
import { digestArtifact } from './artifact-digest.ts'
import type { LockedRouter, LockFile } from './lock-file.ts'
import { parseLock } from './parse-lock.ts'

const mostLockBytes = 4 * 1024 * 1024

/**
 * The lock file, whose artifacts are there as it says; null if there is no file.
 *
 * @throws ConfigError `lock-unreadable`; what `parseLock` throws; `invalid-lock` for artifacts that are missing or have
 *   another SHA-256.
 */
export async function readLock(file: string): Promise<LockFile | null> {
  const text = await readLockText(file)
  if (text === null) return null
  const lock = parseLock(text, file)
  const problems = await findChangedArtifacts(lock, dirname(file))
  if (problems.length > 0)
    throw configError(problems, { source: file, lineOf: () => undefined }, 'invalid-lock')
  return lock
}

/** Null if there is no file. */
export async function readLockText(file: string): Promise<string | null> {
  try {
    return (await readRegularFile(file, mostLockBytes)).toString('utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw new ConfigError(
      'lock-unreadable',
      `the lock file ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}

async function findChangedArtifacts({ policies }: LockFile, folder: string): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const [name, { serving, canary }] of Object.entries(policies))
    for (const [path, locked] of [
      [['policies', name], serving],
      [['policies', name, 'canary'], canary],
    ] as const)
      if (locked !== null) problems.push(...(await findChange(locked, path, folder)))
  return problems
}

async function findChange(
  { artifact, sha256 }: LockedRouter,
  path: readonly string[],
  folder: string,
): Promise<Problem[]> {
  const place = resolve(folder, artifact)
  // Another folder may have any size, and a server that reads all of it follows no lock file meanwhile.
  if (!existsSync(join(place, 'router.json')))
    return [
      {
        path: [...path, 'artifact'],
        message: `"${artifact}" is no folder of a router: there is no ${join(place, 'router.json')}. Restore the folder, or remove this policy from the lock file`,
      },
    ]
  let found: string
  try {
    found = await digestArtifact(place)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [
      {
        path: [...path, 'artifact'],
        message: `"${artifact}" cannot be used: ${reason} Restore the folder, or remove this policy from the lock file`,
      },
    ]
  }
  if (found === sha256) return []
  return [
    {
      path: [...path, 'sha256'],
      message: `the artifact ${place} has the SHA-256 ${found}, and ${sha256} was promoted; restore the folder as it was, or run \`routellm learn\` again`,
    },
  ]
}
