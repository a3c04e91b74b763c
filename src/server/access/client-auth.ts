import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { createClientKeyFinder } from '../../config/client-key.ts'
import type { ClientKey } from '../../config/config.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { FailedKeys } from './failed-keys.ts'

/** Calls `next` with the error to answer with, or with the key that the request carries: null for one without a name. */
export type Authenticate = (
  request: Pick<IncomingMessage, 'headers'> & {
    readonly socket: { readonly remoteAddress?: string | undefined }
  },
  next: (refusal: KeyRefusal | null, key: ClientKey | null) => void,
) => void

export type KeyRefusal = {
  readonly error: InvalidRequestError
  /** The name of the key, if it was revoked. */
  readonly revokedKey: string | null
  /** Whether to close the connection with the answer. */
  readonly closes: boolean
}

export type ClientAuthOptions = {
  /** HMACs as in `server.clientKeys`. */
  readonly clientKeys: readonly string[]
  /** As in `keys`. */
  readonly keys: readonly ClientKey[]
  /**
   * Whether the client's Authorization goes upstream: then it is the upstream's key and never this gateway's, as are
   * `x-api-key` and `api-key`, and only `x-routellm-key` counts.
   */
  readonly forwardClientKey: boolean
  readonly failedKeys: FailedKeys
  /** See `RevokedKeys`. Default: none is known. */
  readonly findRevoked?: (presented: string) => string | null
  /** Counts a request without a key or with an unknown one. */
  readonly countFailure: (reason: KeyFailure) => void
}

export type KeyFailure = 'missing' | 'unknown' | 'revoked'

/**
 * A check that gives InvalidRequestError `invalid-api-key` (401) unless a request carries one of the keys, as
 * `Authorization: Bearer <key>`, `x-api-key`, `api-key` or `x-routellm-key`. Clients that send several need one that is
 * right.
 */
export function createClientAuth(options: ClientAuthOptions): Authenticate {
  const { clientKeys, keys, forwardClientKey, failedKeys, findRevoked = () => null, countFailure } = options
  const entries = [...keys.map(({ hmac }) => hmac), ...clientKeys]
  const findEntry = rememberAdmitted(createClientKeyFinder(entries), entries.length)
  return (request, next) => {
    const presented = presentedKeys(request.headers, forwardClientKey)
    for (const each of presented) {
      const entry = findEntry(each)
      if (entry === -1) continue
      next(null, keys[entry] ?? null)
      return
    }
    const revokedKey = presented.map(findRevoked).find((name) => name !== null) ?? null
    const reason = presented.length === 0 ? 'missing' : revokedKey === null ? 'unknown' : 'revoked'
    countFailure(reason)
    const error = refusal(reason, forwardClientKey)
    if (reason === 'missing') next({ error, revokedKey, closes: false }, null)
    else
      failedKeys.onUnknownKey(request.socket.remoteAddress ?? '', (closes) =>
        next({ error, revokedKey, closes }, null),
      )
  }
}

function presentedKeys(headers: IncomingHttpHeaders, forwardClientKey: boolean): string[] {
  const own = headers['x-routellm-key']
  const all = forwardClientKey
    ? [own]
    : [own, parseBearer(headers.authorization), headers['x-api-key'], headers['api-key']]
  return all.filter((key) => typeof key === 'string')
}

const problems: Readonly<Record<KeyFailure, string>> = {
  missing: 'No client key was sent',
  unknown: 'The client key is not known here',
  revoked: 'The client key was revoked',
}

function refusal(reason: KeyFailure, forwardClientKey: boolean): InvalidRequestError {
  const place = forwardClientKey
    ? 'x-routellm-key: <key>'
    : 'Authorization: Bearer <key> (or x-api-key, api-key, x-routellm-key)'
  return new InvalidRequestError(
    'invalid-api-key',
    `${problems[reason]}. Send one of this gateway's keys as ${place}.`,
    { status: 401 },
  )
}

/**
 * Caches keys that were found: a client's later requests cost no HMAC.
 *
 * A key that was not admitted before always costs one HMAC per entry. The look-up reveals nothing useful by its
 * duration: it compares characters only after the key's seeded hash has matched.
 *
 * @param limit the number of entries: each admits one key.
 */
function rememberAdmitted(find: (presented: string) => number, limit: number): (presented: string) => number {
  const admitted = new Map<string, number>()
  return (presented) => {
    const known = admitted.get(presented)
    if (known !== undefined) return known
    const entry = find(presented)
    if (entry !== -1 && admitted.size < limit) admitted.set(presented, entry)
    return entry
  }
}

function parseBearer(authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer /i.test(authorization)
    ? authorization.slice(7).trim()
    : undefined
}
