/** A `Retry-After` of more than a day says nothing that anyone would wait for. */
const longestMs = 86_400_000

/**
 * How long an upstream asks to wait, by seconds or a date (RFC 9110, section 10.2.3); null if it does not say.
 *
 * @param now milliseconds since 1970.
 */
export function parseRetryAfter(value: string | undefined, now: number = Date.now()): number | null {
  if (value === undefined) return null
  const text = value.trim()
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDate(text) - now
  return Number.isNaN(ms) ? null : Math.min(longestMs, Math.max(0, ms))
}

/** As HTTP writes dates; `Date.parse` takes much else for one. */
function parseDate(text: string): number {
  return /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN
}
