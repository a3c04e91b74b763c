import type { AutoConfig, Config } from '../../config/config.ts'
import type { AppliedLock } from '../../config/lock/applied-lock.ts'
import { applyLock } from '../../config/lock/apply-lock.ts'
import { lockFileOf } from '../../config/lock/lock-place.ts'
import { readLock } from '../../config/lock/read-lock.ts'
import { formatAuto } from './format-configuration.ts'

/**
 * The configuration with what its lock file has put in service.
 *
 * @throws ConfigError as `readLock` and `applyLock`.
 */
export async function withLockFile(config: Config, folder: string): Promise<Config> {
  const file = lockFileOf(config, folder)
  const lock = await readLock(file)
  return lock === null ? config : applyLock(config, lock, file)
}

/** The configuration whose `auto` is what flags say, and not what the lock file says. */
export function withFlaggedAuto(config: Config, auto: AutoConfig): Config {
  const { lock } = config
  if (lock === null) return { ...config, auto }
  return { ...config, auto, lock: { ...lock, routes: lock.routes.filter(({ policy }) => policy !== null) } }
}

/** Says what flags keep a lock file from putting in service. */
export function describeReplaced(before: AppliedLock | null, { lock, auto }: Config): string[] {
  const kept = new Set(lock?.routes.map(({ name }) => name))
  return (before?.routes ?? [])
    .filter(({ name }) => !kept.has(name))
    .map(({ name, serving, canary }) => {
      const locked = [serving, canary].flatMap((each) => each?.router ?? []).join(' and ')
      return `by the flags ${name} is ${formatAuto(auto)}, and not what ${before?.file} says: ${locked}`
    })
}
