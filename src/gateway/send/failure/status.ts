/**
 * Whether another model may answer where this status came: the upstream is down, busy or wrongly configured. Other errors
 * are about the request.
 */
export function mayBeAnothersAnswer(status: number): boolean {
  return status >= 500 || otherErrors.has(status)
}

/** Wrong key, no such model or deployment, timeouts, too many requests. */
const otherErrors: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 408, 409, 421, 425, 429])
