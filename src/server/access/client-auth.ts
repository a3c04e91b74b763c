import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { createClientKeyFinder } from '../../config/client-key.ts'
import type { ClientKey } from '../../config/config.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { FailedKeys } from './failed-keys.ts'
import type { RevokedKeys } from './revoked-keys.ts'

/** Calls `next` with the error to answer with, or with the key that the request carries: null for one without a name. */
export type Authenticate = (
  request: Pick<IncomingMessage, 'headers'> & {
    readonly socket: { readonly remoteAddress?: string | undefined }
  },
  next: (refusal: KeyRefusal | null, key: ClientKey | null) => void,
) => void

export type KeyRefusal = {
  readonly error: InvalidRequestError
  /** Whether to close the connection with the answer. */
  readonly closes: boolean
}

export type ClientAuthOptions = {
  /** HMACs as in `server.clientKeys`. If there are none, and no `keys`, no key is needed. */
  readonly clientKeys: readonly string[]
  /** As in `keys`. */
  readonly keys: readonly ClientKey[]
  /**
   * Whether the client's Authorization goes upstream: then it is the upstream's key and never this gateway's, as are
   * `x-api-key` and `api-key`, and only `x-routellm-key` counts.
   */
  readonly forwardClientKey: boolean
  readonly failedKeys: FailedKeys
  readonly revokedKeys: Pick<RevokedKeys, 'find' | 'countRefusal'>
  /** Counts a request without a key, or with one that is unknown or revoked. */
  readonly countFailure: (reason: KeyFailure) => void
}

export type KeyFailure = 'missing' | 'unknown' | 'revoked'

/**
 * A check that gives InvalidRequestError `invalid-api-key` (401) unless a request carries one of the keys, as
 * `Authorization: Bearer <key>`, `x-api-key`, `api-key` or `x-routellm-key`. Clients that send several need one that is
 * right. If no key is needed, any other is as good as none, but a revoked key stays refused: whoever has it was told that
 * it ends. Of several keys only the first is looked up among the revoked ones, which costs HMACs.
 */
export function createClientAuth(options: ClientAuthOptions): Authenticate {
  const { clientKeys, keys, forwardClientKey, failedKeys, revokedKeys, countFailure } = options
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
    const [first] = presented
    const revokedName = first === undefined ? null : revokedKeys.find(first)
    if (revokedName !== null) revokedKeys.countRefusal(revokedName)
    else if (entries.length === 0) {
      next(null, null)
      return
    }
    const reason = first === undefined ? 'missing' : revokedName === null ? 'unknown' : 'revoked'
    countFailure(reason)
    const error = createRefusal(reason, forwardClientKey, entries.length > 0)
    if (reason === 'missing') next({ error, closes: false }, null)
    else
      failedKeys.onUnknownKey(request.socket.remoteAddress ?? '', (closes) => next({ error, closes }, null))
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

function createRefusal(
  reason: KeyFailure,
  forwardClientKey: boolean,
  needsKey: boolean,
): InvalidRequestError {
  const place = forwardClientKey
    ? 'x-routellm-key: <key>'
    : 'Authorization: Bearer <key> (or x-api-key, api-key, x-routellm-key)'
  return new InvalidRequestError(
    'invalid-api-key',
    needsKey
      ? `${problems[reason]}. Send one of this gateway's keys as ${place}.`
      : `${problems[reason]}. This gateway needs no key now: send none.`,
    { status: 401 },
  )
}

/**
 * Caches keys that were found: a client's later requests cost no HMAC.
 *
 * A key that was not admitted before always costs one HMAC per salt. The look-up reveals nothing useful by its
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
