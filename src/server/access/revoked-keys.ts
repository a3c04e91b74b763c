import { createClientKeyFinder } from '../../config/client-key.ts'
import type { ClientKey } from '../../config/config.ts'

/** The keys that were served once and are not any more, so that what is refused with them counts for their names. */
export type RevokedKeys = {
  /** These keys are served from now on. */
  serve(keys: readonly ClientKey[]): void
  /** The name of a revoked key that a client presents; null if it is none. */
  find(presented: string): string | null
}

/** Each costs an HMAC for every key that is not known. */
const mostRevoked = 100

/** In memory, so it knows those that were revoked since the server started: the newest 100. */
export function createRevokedKeys(): RevokedKeys {
  let served: readonly ClientKey[] = []
  let revoked: readonly ClientKey[] = []
  let findEntry = createClientKeyFinder([])
  return {
    serve(keys) {
      const hmacs = new Set(keys.map(({ hmac }) => hmac))
      revoked = [...revoked, ...served].filter(({ hmac }) => !hmacs.has(hmac)).slice(-mostRevoked)
      findEntry = createClientKeyFinder(revoked.map(({ hmac }) => hmac))
      served = keys
    },
    find: (presented) => revoked[findEntry(presented)]?.name ?? null,
  }
}
