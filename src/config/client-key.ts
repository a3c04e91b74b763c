import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { ConfigError } from '../errors.ts'

/**
 * Keys that clients present are configured as `hmac-sha256:<salt>:<digest>`, both in hexadecimal: the salt is the
 * HMAC's key, the client's key its message. Whoever reads the file learns no key.
 */
const entryPattern = /^hmac-sha256:([0-9a-f]{32}):([0-9a-f]{64})$/

/** A new key for a client: 192 random bits, too many to guess the key from its HMAC. */
export function newClientKey(): string {
  return `rllm-${randomBytes(24).toString('base64url')}`
}

/**
 * The entry for `server.clientKeys` that admits `key`.
 *
 * @param salt 16 bytes; random unless a test needs the same entry twice.
 */
export function clientKeyHmac(key: string, salt: Buffer = randomBytes(16)): string {
  return `hmac-sha256:${salt.toString('hex')}:${digest(key, salt).toString('hex')}`
}

export function isClientKeyHmac(entry: string): boolean {
  return entryPattern.test(entry)
}

/**
 * A check of presented keys against the configured entries. Its time does not depend on how much of a key
 * is right. Throws `ConfigError` if an entry is not an HMAC.
 */
export function createClientKeyCheck(entries: readonly string[]): (presented: string) => boolean {
  const admitted = entries.map((entry) => {
    const match = entryPattern.exec(entry)
    if (match === null)
      throw new ConfigError(
        'invalid-client-key',
        'a client key is not an HMAC (`hmac-sha256:<salt>:<digest>`); `routellm client-key` makes one',
        { param: 'server.clientKeys' },
      )
    return { salt: Buffer.from(match[1]!, 'hex'), digest: Buffer.from(match[2]!, 'hex') }
  })
  return (presented) => {
    let found = false
    for (const entry of admitted)
      if (timingSafeEqual(digest(presented, entry.salt), entry.digest)) found = true
    return found
  }
}

function digest(key: string, salt: Buffer): Buffer {
  return createHmac('sha256', salt).update(key, 'utf8').digest()
}
