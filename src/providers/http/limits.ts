/** Limits of one request in milliseconds; 0: no limit. */
export type ReplyLimits = {
  /** From the request sent until the head of the reply. Interim replies (1xx) do not count. */
  readonly headersTimeoutMs: number
  /** From the request sent until the first content of the reply. Comments, pings and blank lines are no content. */
  readonly firstTokenTimeoutMs: number
  /** Between two pieces of content. Time in which the client does not read is not counted. */
  readonly idleTimeoutMs: number
  /** From the request until the end of the reply. */
  readonly totalTimeoutMs: number
}

/** A model that does not stream sends nothing while it reasons, and that can take many minutes. */
export const defaultLimits: ReplyLimits = {
  headersTimeoutMs: 900_000,
  firstTokenTimeoutMs: 900_000,
  idleTimeoutMs: 600_000,
  totalTimeoutMs: 3_600_000,
}

/** A request that is checked against the time. */
export type Limited = {
  /** Position in the list; the list writes it. */
  slot: number
  /** @param now as `performance.now()`. */
  check(now: number): void
}

/** The requests of one provider that have limits. */
export type LimitChecks = {
  /** An upper bound of the time now, as `performance.now()`: precise enough for a limit, and free. */
  readonly nowAtMost: number
  /** Returns the time now. */
  add(request: Limited): number
  remove(request: Limited): void
}

const mostBetweenChecksMs = 1000

/**
 * Checks all requests with one timer, at intervals of a tenth of the shortest limit and at most a second. A timer for
 * each request costs more than the rest of its bookkeeping.
 */
export function createLimitChecks(limits: ReplyLimits): LimitChecks {
  const shortest = Math.min(...Object.values(limits).filter((limit) => limit > 0))
  const intervalMs = Math.max(10, Math.min(mostBetweenChecksMs, shortest / 10))
  const present: Limited[] = []
  let timer: NodeJS.Timeout | null = null
  let now = 0

  function check(): void {
    timer = null
    now = performance.now()
    for (const request of [...present]) request.check(now)
    schedule()
  }

  function schedule(): void {
    if (timer !== null || present.length === 0 || shortest === Number.POSITIVE_INFINITY) return
    timer = setTimeout(check, intervalMs)
    timer.unref?.() // the sockets of the requests keep the process alive; timers of other platforms are numbers
  }

  return {
    get nowAtMost() {
      return now + intervalMs
    },
    add(request) {
      now = performance.now()
      request.slot = present.push(request) - 1
      schedule()
      return now
    },
    remove(request) {
      const last = present.pop()
      if (last === undefined || last === request) return
      present[request.slot] = last
      last.slot = request.slot
    },
  }
}
