import type { ServerLog } from '../inference/exchange-context.ts'
import { describeProblem } from '../public-error.ts'

/** Counts every failure of an observer, and logs the first of each. */
export function createFailureLog(
  log: ServerLog,
  count: () => void,
): (error: unknown, observer: number) => void {
  const logged = new Set<number>()
  return (error, observer) => {
    count()
    if (logged.has(observer)) return
    logged.add(observer)
    const message = 'an observer of requests failed; later failures of it are counted only'
    log.warn({ observer, problem: describeProblem(error) }, message)
  }
}
