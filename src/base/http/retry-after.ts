/**
 * How long an endpoint asks the client to wait, in milliseconds: OpenAI's `retry-after-ms`, or `Retry-After` in seconds
 * or as a date (RFC 9110, 10.2.3). Undefined if neither header is present and readable.
 *
 * @param header gives the value of a header by its lower-case name.
 */
export function retryAfterMs(
  header: (name: string) => string | null | undefined,
  now: () => number = Date.now,
): number | undefined {
  const milliseconds = header('retry-after-ms')
  if (isNumber(milliseconds)) return Number(milliseconds)
  const value = header('retry-after')
  if (isNumber(value)) return Number(value) * 1000
  const date = Date.parse(value ?? '')
  return Number.isNaN(date) ? undefined : Math.max(0, date - now())
}

function isNumber(text: string | null | undefined): boolean {
  return /^\d+(\.\d+)?$/.test(text ?? '')
}
