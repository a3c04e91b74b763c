import { createClientKeyFinder } from '../../config/client-key.ts'
import type { ClientKey } from '../../config/config.ts'

/** The keys that were served once and are not any more: they are refused by name, also by a server that needs no key. */
export type RevokedKeys = {
  /** These keys are served from now on. */
  serve(keys: readonly ClientKey[]): void
  /** The name of a revoked key that a client presents; null if it is none. */
  find(presented: string): string | null
  /** Counts a request that was refused with the key of this name that `find` has found. */
  countRefusal(name: string): void
  list(): readonly RevokedKey[]
}

/** What was refused of the keys of one name that were revoked since the server started. */
export type RevokedKey = {
  readonly name: string
  readonly refused: number
  /** When the last request was refused, in milliseconds since 1970; null: none was. */
  readonly lastRefused: number | null
}

/** Each costs an HMAC, some 10 µs, for a key that was not presented before. */
const mostRevoked = 16
const mostRemembered = 64

/**
 * In memory, so it knows those that were revoked since the server started: the newest 16. A request that is refused
 * costs no more than a count, because whoever has such a key can send any number of them.
 *
 * @param now milliseconds since 1970.
 */
export function createRevokedKeys(now: () => number): RevokedKeys {
  let served: readonly ClientKey[] = []
  let revoked: readonly ClientKey[] = []
  let findEntry = createClientKeyFinder([])
  // By what was presented, so that a client that goes on sending the same key costs no HMAC.
  const found = new Map<string, string | null>()
  const refusals = new Map<string, RevokedKey>()

  function search(presented: string): string | null {
    const name = revoked[findEntry(presented)]?.name ?? null
    const [oldest] = found.keys()
    if (found.size === mostRemembered && oldest !== undefined) found.delete(oldest)
    found.set(presented, name)
    return name
  }

  return {
    serve(keys) {
      const hmacs = new Set(keys.map(({ hmac }) => hmac))
      revoked = [...revoked, ...served].filter(({ hmac }) => !hmacs.has(hmac)).slice(-mostRevoked)
      findEntry = createClientKeyFinder(revoked.map(({ hmac }) => hmac))
      served = keys
      found.clear()
      const names = new Set(revoked.map(({ name }) => name))
      for (const name of refusals.keys()) if (!names.has(name)) refusals.delete(name)
    },
    find(presented) {
      if (revoked.length === 0) return null
      const known = found.get(presented)
      return known === undefined ? search(presented) : known
    },
    countRefusal(name) {
      const refused = (refusals.get(name)?.refused ?? 0) + 1
      refusals.set(name, { name, refused, lastRefused: now() })
    },
    list: () =>
      Array.from(
        new Set(revoked.map(({ name }) => name)),
        (name) => refusals.get(name) ?? { name, refused: 0, lastRefused: null },
      ),
  }
}
