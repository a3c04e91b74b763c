import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { InvalidRequestError } from '../../../errors.ts'
import type { FailedKeys } from '../../access/failed-keys.ts'
import { createOriginCheck } from '../../access/origin.ts'
import { type AdminSessions, createAdminSessions, sessionSeconds } from './admin-sessions.ts'
import { createOneTimeCodes, type OneTimeCodes } from './one-time-codes.ts'

/** Who may administer: the holder of the token, of an unused code, or of the cookie that either was exchanged for. */
export type AdminAccess = {
  /** Whether `ROUTELLM_ADMIN_TOKEN` is set. */
  readonly hasToken: boolean
  readonly codes: OneTimeCodes
  readonly sessions: AdminSessions
  /** Slows those who try codes and tokens. */
  readonly failures: FailedKeys
  isToken(presented: string): boolean
}

/** @param token absent: only codes open it. */
export function createAdminAccess(token: string | undefined, failures: FailedKeys): AdminAccess {
  const expected = token === undefined ? null : digest(token)
  const now = () => performance.now()
  return {
    hasToken: token !== undefined,
    codes: createOneTimeCodes({ now, createSecret: () => randomBytes(16).toString('base64url') }),
    sessions: createAdminSessions({ now, createSecret: () => randomBytes(32).toString('base64url') }),
    failures,
    isToken: (presented) => expected !== null && timingSafeEqual(digest(presented), expected),
  }
}

/** What a request shows: `token` in its Authorization, or a `session` by its cookie. */
export type AdminCredential = 'token' | 'session'

/**
 * What opens the administration API to a request.
 *
 * A browser sends the cookie for every page of this host, whatever port that page is of. So a request by cookie must come
 * from a page of the gateway's own origin, and one that changes something must be JSON, which no form sends.
 *
 * @throws InvalidRequestError `admin-token-required` (401); `foreign-origin` (403) for a cookie with another page's request.
 */
export function findCredential(access: AdminAccess, request: IncomingMessage): AdminCredential {
  const bearer = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined && access.isToken(bearer)) return 'token'
  const cookie = readSessionCookie(request)
  if (cookie === undefined || !access.sessions.has(cookie)) throw tokenRequired(access)
  checkOwnPage(request)
  return 'session'
}

const isOwn = createOriginCheck([])

/** @throws InvalidRequestError `foreign-origin` (403) unless a page of the gateway's own origin sends the request. */
export function checkOwnPage({ method, headers }: IncomingMessage): void {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  const changes = method !== 'GET' && method !== 'HEAD'
  const isOwnOrigin = origin === undefined ? !changes : isOwn(origin, host) === 'own'
  const isOwnSite = site === undefined || site === 'same-origin' || (site === 'none' && !changes)
  const isJson = /^application\/json\b/i.test(headers['content-type'] ?? '')
  if (isOwnOrigin && isOwnSite && (!changes || isJson)) return
  throw new InvalidRequestError(
    'foreign-origin',
    'The page that sent this request is not the gateway’s own. A script sends ROUTELLM_ADMIN_TOKEN as Authorization: Bearer <token> instead of a cookie.',
    { status: 403, param: 'origin' },
  )
}

function tokenRequired({ hasToken }: AdminAccess): InvalidRequestError {
  return new InvalidRequestError(
    'admin-token-required',
    hasToken
      ? 'Send the token of ROUTELLM_ADMIN_TOKEN as Authorization: Bearer <token>, or open the link that `routellm serve` prints when it starts.'
      : 'Open the link that `routellm serve` prints when it starts. For scripts, start the server with the environment variable ROUTELLM_ADMIN_TOKEN and send it as Authorization: Bearer <token>.',
    { status: 401 },
  )
}

/** The cookies of a host are shared by its ports, and so by several gateways on one machine. */
function cookieName({ socket }: IncomingMessage): string {
  return `routellm-admin-${socket.localPort ?? 0}`
}

export function readSessionCookie(request: IncomingMessage): string | undefined {
  const begin = `${cookieName(request)}=`
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const pair = part.trim()
    if (pair.startsWith(begin)) return pair.slice(begin.length)
  }
  return undefined
}

/** The header that gives a browser its session, or takes it away. */
export function formatSessionCookie(request: IncomingMessage, value: string | null): string {
  const age = value === null ? 0 : sessionSeconds
  return `${cookieName(request)}=${value ?? ''}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${age}`
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
