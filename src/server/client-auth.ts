import type { IncomingHttpHeaders } from 'node:http'
import { createClientKeyCheck } from '../config/client-key.ts'
import { InvalidRequestError } from '../errors.ts'

/**
 * A check that gives InvalidRequestError `invalid-api-key` (401) unless a request carries one of the keys, as
 * `Authorization: Bearer <key>` or as `x-routellm-key: <key>`.
 *
 * Where the client's Authorization is forwarded upstream it is the upstream's key, never this gateway's: then only
 * `x-routellm-key` counts.
 *
 * @param clientKeys HMACs as `server.clientKeys` holds them.
 */
export function createClientAuth(
  clientKeys: readonly string[],
  forwardClientKey: boolean,
): (headers: IncomingHttpHeaders) => InvalidRequestError | null {
  const isAdmitted = createClientKeyCheck(clientKeys)
  const place = forwardClientKey ? 'x-routellm-key: <key>' : 'Authorization: Bearer <key>'
  return (headers) => {
    const own = headers['x-routellm-key']
    const presented =
      typeof own === 'string' ? own : forwardClientKey ? undefined : bearer(headers.authorization)
    if (presented !== undefined && isAdmitted(presented)) return null
    const problem = presented === undefined ? 'No client key was sent' : 'The client key is not known here'
    return new InvalidRequestError(
      'invalid-api-key',
      `${problem}. Send one of this gateway's keys as ${place}.`,
      {
        status: 401,
      },
    )
  }
}

function bearer(authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer /i.test(authorization)
    ? authorization.slice(7).trim()
    : undefined
}
