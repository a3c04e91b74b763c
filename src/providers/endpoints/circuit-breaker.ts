export type BreakerOptions = {
  /** Failures in a row, without a success between them, that open it. */
  readonly failures: number
  /** How long it stays open at first; it doubles each time that the probe fails. */
  readonly firstOpenMs: number
  readonly longestOpenMs: number
}

export const defaultBreakerOptions: BreakerOptions = {
  failures: 5,
  firstOpenMs: 5000,
  longestOpenMs: 60_000,
}

/**
 * Keeps requests from an endpoint that fails: after so many failures in a row it is open, and nothing is sent. Once its
 * time is over, one request probes the endpoint; if that succeeds it closes, if that fails it opens for twice the time.
 *
 * Source: Nygard, Release It!, 2nd edition, 2018, section 5.2.
 */
export type CircuitBreaker = {
  /** Whether requests of all models may be sent now. */
  takesAll(now: number): boolean
  /** Whether a request of the model may be sent now. */
  isAvailable(now: number, model: string): boolean
  /** Milliseconds until it may be; 0 if it may. */
  waitMs(now: number, model: string): number
  /** Whether the endpoint has asked for a pause of the model, which is not over. */
  isPaused(now: number, model: string): boolean
  /** A request is sent. @returns whether it is the probe of an open breaker. */
  onSent(now: number): boolean
  onSuccess(): void
  onFailure(now: number): void
  /** The endpoint takes no requests of the model for so long: its limits are per model. It has not failed. */
  onBusy(now: number, forMs: number, model: string): void
  /** A request ended without saying anything about the endpoint: its client left. @param isProbe as `onSent` returned. */
  onAborted(isProbe: boolean): void
}

/** Times are milliseconds of a clock that does not jump. */
export function createCircuitBreaker(options: BreakerOptions = defaultBreakerOptions): CircuitBreaker {
  let failures = 0
  let openMs = options.firstOpenMs
  let openUntil = Number.NEGATIVE_INFINITY
  /** The ends of the pauses, by model. */
  const pausedUntil = new Map<string, number>()
  let isOpen = false
  let isProbing = false

  function open(now: number, forMs: number): void {
    isOpen = true
    isProbing = false
    openUntil = now + forMs
  }

  function isPaused(now: number, model: string): boolean {
    const until = pausedUntil.get(model)
    if (until === undefined) return false
    if (now < until) return true
    pausedUntil.delete(model)
    return false
  }

  const isClosed = (now: number) => !isOpen || (now >= openUntil && !isProbing)

  return {
    takesAll: (now) => isClosed(now) && pausedUntil.size === 0,
    isAvailable: (now, model) => isClosed(now) && !isPaused(now, model),
    isPaused,
    waitMs(now, model) {
      const until = Math.max(pausedUntil.get(model) ?? now, isOpen ? openUntil : now)
      // While the probe runs nobody knows how long it takes.
      return Math.max(0, until - now, isOpen && isProbing ? options.firstOpenMs : 0)
    },
    onSent() {
      if (!isOpen) return false
      isProbing = true
      return true
    },
    onSuccess() {
      failures = 0
      openMs = options.firstOpenMs
      isOpen = false
      isProbing = false
    },
    onFailure(now) {
      if (isOpen) {
        // Requests that were sent before it opened fail late; only the probe says something new.
        if (!isProbing) return
        openMs = Math.min(options.longestOpenMs, openMs * 2)
        open(now, openMs)
        return
      }
      failures++
      if (failures >= options.failures) open(now, openMs)
    },
    onBusy(now, forMs, model) {
      const until = now + Math.min(forMs, options.longestOpenMs)
      pausedUntil.set(model, Math.max(pausedUntil.get(model) ?? until, until))
    },
    onAborted(isProbe) {
      if (isProbe) isProbing = false
    },
  }
}
