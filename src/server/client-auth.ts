import type { IncomingHttpHeaders } from 'node:http'
import { createClientKeyCheck } from '../config/client-key.ts'
import { InvalidRequestError } from '../errors.ts'

/** The error to answer with; null for a request that carries a key. */
export type Authenticate = (headers: IncomingHttpHeaders) => InvalidRequestError | null

/**
 * A check that gives InvalidRequestError `invalid-api-key` (401) unless a request carries one of the keys, as
 * `Authorization: Bearer <key>` or as `x-routellm-key: <key>`.
 *
 * If the client's Authorization is forwarded upstream, it is the upstream's key and never this gateway's: then only
 * `x-routellm-key` counts.
 *
 * @param clientKeys HMACs as in `server.clientKeys`.
 */
export function createClientAuth(clientKeys: readonly string[], forwardClientKey: boolean): Authenticate {
  const isAdmitted = rememberAdmitted(createClientKeyCheck(clientKeys), clientKeys.length)
  const place = forwardClientKey ? 'x-routellm-key: <key>' : 'Authorization: Bearer <key>'
  return (headers) => {
    const ownHeader = headers['x-routellm-key']
    const presented =
      typeof ownHeader === 'string'
        ? ownHeader
        : forwardClientKey
          ? undefined
          : parseBearer(headers.authorization)
    if (presented !== undefined && isAdmitted(presented)) return null
    const problem = presented === undefined ? 'No client key was sent' : 'The client key is not known here'
    return new InvalidRequestError(
      'invalid-api-key',
      `${problem}. Send one of this gateway's keys as ${place}.`,
      { status: 401 },
    )
  }
}

/**
 * Caches keys that passed `check`: a client's later requests cost no HMAC.
 *
 * A key that was not admitted before always costs one HMAC per entry. The look-up reveals nothing useful by its
 * duration: it compares characters only after the key's seeded hash has matched.
 *
 * @param limit the number of entries: each admits one key.
 */
function rememberAdmitted(
  check: (presented: string) => boolean,
  limit: number,
): (presented: string) => boolean {
  const admitted = new Set<string>()
  return (presented) => {
    if (admitted.has(presented)) return true
    if (!check(presented)) return false
    if (admitted.size < limit) admitted.add(presented)
    return true
  }
}

function parseBearer(authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer /i.test(authorization)
    ? authorization.slice(7).trim()
    : undefined
}
