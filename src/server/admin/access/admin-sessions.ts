import { createHash } from 'node:crypto'

/** Browsers that have shown a code or the token, known by a cookie. They are forgotten with the process. */
export type AdminSessions = {
  /** @returns the value of the cookie. */
  open(): string
  has(cookie: string): boolean
  close(cookie: string): void
}

export type AdminSessionOptions = {
  /** Milliseconds, of a clock that is never set back. */
  readonly now: () => number
  /** An unguessable text, a new one each time. */
  readonly createSecret: () => string
}

export const sessionSeconds = 12 * 3600
const mostSessions = 100

/** Each session lasts twelve hours; the newest 100 are kept. */
export function createAdminSessions({ now, createSecret }: AdminSessionOptions): AdminSessions {
  // By the digest of the cookie, so that the time of a look-up says nothing about those that are kept.
  const endsAt = new Map<string, number>()
  return {
    open() {
      const cookie = createSecret()
      endsAt.set(digest(cookie), now() + sessionSeconds * 1000)
      const [oldest] = endsAt.keys()
      if (endsAt.size > mostSessions && oldest !== undefined) endsAt.delete(oldest)
      return cookie
    },
    has(cookie) {
      const end = endsAt.get(digest(cookie))
      return end !== undefined && now() < end
    },
    close(cookie) {
      endsAt.delete(digest(cookie))
    },
  }
}

function digest(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64')
}
