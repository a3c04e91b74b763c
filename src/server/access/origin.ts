import type { IncomingMessage } from 'node:http'
import { anyOrigin } from '../../config/schema/origin.ts'

/** `own`: a page of this gateway. `allowed`: in `server.allowedOrigins`. */
export type OriginStanding = 'own' | 'allowed' | 'foreign'

export type OriginCheck = (origin: string, host: string | undefined) => OriginStanding

/** A check of `Origin` headers. @param allowedOrigins as `parseOrigin` returns them, or `*`. */
export function createOriginCheck(allowedOrigins: readonly string[]): OriginCheck {
  const allowed = new Set(allowedOrigins)
  return (origin, host) => {
    if (host !== undefined && isOrigin(origin, host)) return 'own'
    return allowed.has(anyOrigin) || allowed.has(origin) ? 'allowed' : 'foreign'
  }
}

/** Behind a proxy with TLS the page's scheme is https. */
function isOrigin(origin: string, host: string): boolean {
  const name = host.toLowerCase()
  return origin === `http://${name}` || origin === `https://${name}`
}

/**
 * The origin of the web page that a request comes from; `null` for a page without an origin, such as a sandboxed frame;
 * undefined for a program that is no browser, and for what browsers send without saying whose it is: a link, an image.
 */
export function pageOrigin({
  method,
  headers,
}: Pick<IncomingMessage, 'method' | 'headers'>): string | undefined {
  const { origin } = headers
  if (origin !== undefined) return origin
  const site = headers['sec-fetch-site']
  const isForeign = site === 'cross-site' || site === 'same-site'
  return isForeign && method !== 'GET' && method !== 'HEAD' ? 'null' : undefined
}
