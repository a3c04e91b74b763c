import { configError, problemsOfIssues } from '../problems.ts'
import { readYaml } from '../yaml/yaml-source.ts'
import type { LockedPolicy, LockedRouter, LockFile } from './lock-file.ts'
import { lockSchema, type WrittenPolicy } from './lock-schema.ts'

/**
 * Reads the text of a lock file.
 *
 * @param file names it in messages.
 * @throws ConfigError `invalid-yaml` or `invalid-lock`: all problems at once, one per line, with the path of the key, the
 *   value and what to do.
 */
export function parseLock(text: string, file: string): LockFile {
  const { value, lineOf } = readYaml(text, file)
  const parsed = lockSchema.safeParse(value)
  if (!parsed.success)
    throw configError(
      problemsOfIssues(parsed.error.issues, value, lockSchema),
      { source: file, lineOf },
      'invalid-lock',
    )
  return {
    policies: Object.fromEntries(
      Object.entries(parsed.data.policies).map(([name, policy]) => [name, toLockedPolicy(policy)]),
    ),
  }
}

function toLockedPolicy({ canary, ...serving }: WrittenPolicy): LockedPolicy {
  if (isWhole(serving)) return { serving, canary: canary ?? null }
  const { threshold } = serving
  return { serving: null, canary: canary ?? null, ...(threshold !== undefined && { threshold }) }
}

/** The schema takes all keys, the threshold alone, or none. */
function isWhole(written: Omit<WrittenPolicy, 'canary'>): written is LockedRouter {
  return written.router !== undefined
}
