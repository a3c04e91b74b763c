import type { IncomingMessage, ServerResponse } from 'node:http'
import { toDisplayText } from '../../base/text/display.ts'
import { InvalidRequestError } from '../../errors.ts'
import { allowReading, answerPreflight, isPreflight } from './cors.ts'
import { createHostCheck } from './host-header.ts'
import { createOriginCheck, pageOrigin } from './origin.ts'

/** What to do with a request before anything else: refuse it, go on, or nothing more, because it is answered. */
export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'refused'; readonly error: InvalidRequestError }

export type BrowserAccess = (request: IncomingMessage, response: ServerResponse) => Admission

export type BrowserAccessOptions = {
  /** As `parseOrigin` returns them. */
  readonly allowedOrigins: readonly string[]
  /**
   * Whether a web page that is not allowed may get an answer that it cannot read. True if a key is needed: a page has
   * none of its own, and a browser adds none. False if any request would be served.
   */
  readonly servesForeignPages: boolean
}

const admitted: Admission = { kind: 'admitted' }
const answered: Admission = { kind: 'answered' }

/**
 * Keeps web pages from using a gateway that they only happen to reach, and lets the pages of allowed origins use it.
 *
 * InvalidRequestError `foreign-host` and `foreign-origin` (403).
 */
export function createBrowserAccess(options: BrowserAccessOptions): BrowserAccess {
  const isKnownHost = createHostCheck(options.allowedOrigins)
  const standingOf = createOriginCheck(options.allowedOrigins)
  return (request, response) => {
    const { host } = request.headers
    if (!options.servesForeignPages && !isKnownHost(host, request.socket.localAddress))
      return { kind: 'refused', error: foreignHost(host ?? '') }
    const origin = pageOrigin(request)
    if (origin === undefined) return admitted
    const standing = standingOf(origin, host)
    if (standing === 'foreign')
      return options.servesForeignPages && !isPreflight(request)
        ? admitted
        : { kind: 'refused', error: foreignOrigin(origin) }
    allowReading(response, origin)
    if (!isPreflight(request)) return admitted
    answerPreflight(request, response)
    return answered
  }
}

function foreignHost(host: string): InvalidRequestError {
  const name = JSON.stringify(toDisplayText(host, 100))
  return new InvalidRequestError(
    'foreign-host',
    `The Host header ${name} is no name of this gateway. Its page, and models that need no client key, are served on localhost and loopback addresses only. Add its origin, such as https://gateway.example, to server.allowedOrigins.`,
    { status: 403, param: 'host' },
  )
}

function foreignOrigin(origin: string): InvalidRequestError {
  const shown = JSON.stringify(toDisplayText(origin, 100))
  return new InvalidRequestError(
    'foreign-origin',
    origin === 'null'
      ? 'The request comes from a web page without an origin, such as a file or a sandboxed frame. Serve the page from an origin of its own and add that to server.allowedOrigins.'
      : `The request comes from a web page of ${shown}, which is not in server.allowedOrigins. Add it there if the page may use this gateway.`,
    { status: 403, param: 'origin' },
  )
}
