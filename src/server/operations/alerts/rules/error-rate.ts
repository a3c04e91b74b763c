import type { RequestObserver } from '../../../../gateway/request-record.ts'
import type { Alert } from '../alert.ts'

export type ErrorRateLimit = {
  readonly above: number
  readonly minutes: number
  readonly leastRequests: number
}

/** Watches the share of requests that failed. */
export type ErrorRateRule = {
  /** Constant time. */
  readonly observe: RequestObserver
  /** What is to be said now; null if nothing has changed. */
  check(): Alert | null
}

/** Parts of the span that the counts are kept for. */
const parts = 20

/**
 * Fires once more than `above` of the requests of the last `minutes` had a status from 500, and resolves once it is at most
 * half of that, so that a share at the limit does not fire again and again.
 *
 * @param now milliseconds since 1970.
 */
export function createErrorRateRule(readLimit: () => ErrorRateLimit, now: () => number): ErrorRateRule {
  const requests = new Float64Array(parts)
  const errors = new Float64Array(parts)
  let newest = 0
  let isFiring = false

  function advance(): number {
    const part = Math.floor(now() / ((readLimit().minutes * 60_000) / parts))
    if (part - newest >= parts) {
      requests.fill(0)
      errors.fill(0)
      newest = part
    }
    while (newest < part) {
      newest++
      requests[newest % parts] = 0
      errors[newest % parts] = 0
    }
    return newest % parts
  }

  return {
    observe({ status }) {
      const part = advance()
      requests[part]!++
      if (status >= 500) errors[part]!++
    },
    check() {
      advance()
      const { above, minutes, leastRequests } = readLimit()
      const [all, failed] = [sum(requests), sum(errors)]
      const share = all === 0 ? 0 : failed / all
      const wasFiring = isFiring
      if (!isFiring) isFiring = all >= leastRequests && share > above
      else if (share <= above / 2) isFiring = false
      if (isFiring === wasFiring) return null
      const percent = `${(share * 100).toFixed(1)} %`
      return {
        event: 'errors',
        key: 'errors',
        state: isFiring ? 'firing' : 'resolved',
        summary: isFiring
          ? `${percent} of the requests of the last ${minutes} minutes failed (${failed} of ${all}), more than ${above * 100} %.`
          : `${percent} of the requests of the last ${minutes} minutes failed (${failed} of ${all}).`,
        details: { share, requests: all, errors: failed, minutes, above },
      }
    },
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
