import { isIPv6 } from 'node:net'

/** Slows those who try keys, and reports them. */
export type FailedKeys = {
  /**
   * Notes that an unknown key came from `address` and calls `answer`: at once if too many answers wait already, otherwise
   * later, the later the more keys of that address have failed.
   *
   * @param answer gets whether the connection should be closed: more answers wait than is kept.
   */
  onUnknownKey(address: string, answer: (isCrowded: boolean) => void): void
}

export type FailedKeysOptions = {
  readonly warn: (fields: object, message: string) => void
  /** Milliseconds, as `performance.now()`. */
  readonly now: () => number
  readonly schedule: (action: () => void, afterMs: number) => void
  /** What is logged. Default: that a client key is unknown. */
  readonly message?: string
}

/** One address's failures. */
type Failures = { count: number; latestMs: number }

const firstDelayMs = 100
const longestDelayMs = 3_000
const forgottenAfterMs = 600_000
const mostAddresses = 1_024
const mostWaiting = 1_024
const logLinesPerMinute = 10

/**
 * Only answers to unknown keys wait. A right key is never delayed and never refused for the failures of others at its
 * address, so that nobody can lock out a client. Addresses, waiting answers and log lines are bounded.
 */
export function createFailedKeys(options: FailedKeysOptions): FailedKeys {
  const { warn, now, schedule, message = 'a request with an unknown client key' } = options
  // In the order of the latest failure.
  const byAddress = new Map<string, Failures>()
  let waiting = 0
  let minute = Number.NEGATIVE_INFINITY
  let lines = 0
  let unlogged = 0

  function countFailure(group: string): number {
    const known = byAddress.get(group)
    const isRecent = known !== undefined && now() - known.latestMs < forgottenAfterMs
    const failures = { count: isRecent ? known.count + 1 : 1, latestMs: now() }
    byAddress.delete(group)
    byAddress.set(group, failures)
    const [oldest] = byAddress.keys()
    if (byAddress.size > mostAddresses && oldest !== undefined) byAddress.delete(oldest)
    return failures.count
  }

  function log(address: string, failures: number): void {
    if (now() - minute >= 60_000) {
      minute = now()
      lines = 0
    }
    if (lines === logLinesPerMinute) {
      unlogged++
      return
    }
    lines++
    warn({ address, failures, ...(unlogged > 0 && { unlogged }) }, message)
    unlogged = 0
  }

  return {
    onUnknownKey(address, answer) {
      const failures = countFailure(addressGroup(address))
      log(address, failures)
      if (waiting === mostWaiting) {
        answer(true)
        return
      }
      waiting++
      schedule(
        () => {
          waiting--
          answer(false)
        },
        Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1)),
      )
    },
  }
}

/** The address, or the network of 64 bits of an IPv6 address: one machine has all addresses of such a network. */
export function addressGroup(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  return [...before, ...Array<string>(gap).fill('0'), ...after].slice(0, 4).join(':')
}
