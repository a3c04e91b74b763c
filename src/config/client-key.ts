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

const shortestClientKey = 16
/** A header carries no more, and nothing longer is worth an HMAC. */
const longestClientKey = 1024

/**
 * The entry for `server.clientKeys`, or `keys.<name>.hmac`, that admits `key`.
 *
 * @param key at least 16 visible ASCII characters, which a header can carry.
 * @param salt 16 bytes; random unless a test needs the same entry twice.
 * @throws ConfigError `weak-client-key`. The message does not show the key.
 */
export function clientKeyHmac(key: string, salt: Buffer = randomBytes(16)): string {
  const problem = findKeyProblem(key)
  if (problem !== null) throw new ConfigError('weak-client-key', problem, { param: 'server.clientKeys' })
  return `hmac-sha256:${salt.toString('hex')}:${findDigest(key, salt).toString('hex')}`
}

export function isClientKeyHmac(entry: string): boolean {
  return entryPattern.test(entry)
}

/** What is wrong with a key for clients, without the key; null for a good one. */
export function findKeyProblem(key: string): string | null {
  if (isGoodKey(key)) return null
  const isVisible = /^[\x21-\x7e]*$/.test(key)
  const found = isVisible
    ? `${key.length} characters`
    : 'a space, a line break or a character outside of ASCII'
  return `The client key has ${found}. A key has ${shortestClientKey} to ${longestClientKey} visible ASCII characters; \`routellm client-key\` makes one.`
}

function isGoodKey(key: string): boolean {
  return key.length >= shortestClientKey && key.length <= longestClientKey && /^[\x21-\x7e]+$/.test(key)
}

/**
 * The salt for a further key beside these entries: theirs, so that an unknown key costs one HMAC however many keys there are;
 * a random one if there are none. A key has 192 random bits, so nothing is learnt from a salt that several have.
 */
export function saltBeside(entries: readonly string[]): Buffer {
  const salt = entryPattern.exec(entries.at(-1) ?? '')?.[1]
  return salt === undefined ? randomBytes(16) : Buffer.from(salt, 'hex')
}

/**
 * A function that finds the entry of a presented key: its position, the last one of several, or -1. It takes an HMAC for each salt, and its time does not
 * depend on how much of a key is right. A key that `clientKeyHmac` refuses is never found. Throws `ConfigError` if an entry is not an
 * HMAC.
 */
export function createClientKeyFinder(entries: readonly string[]): (presented: string) => number {
  const bySalt = new Map<string, { readonly index: number; readonly digest: Buffer }[]>()
  for (const [index, entry] of entries.entries()) {
    const [, salt, digest] = entryPattern.exec(entry) ?? []
    if (salt === undefined || digest === undefined)
      throw new ConfigError(
        'invalid-client-key',
        'a client key is not an HMAC (`hmac-sha256:<salt>:<digest>`); `routellm client-key` makes one',
        { param: 'server.clientKeys' },
      )
    const ofSalt = bySalt.get(salt) ?? []
    ofSalt.push({ index, digest: Buffer.from(digest, 'hex') })
    bySalt.set(salt, ofSalt)
  }
  const groups = Array.from(bySalt, ([salt, admitted]) => ({ salt: Buffer.from(salt, 'hex'), admitted }))
  return (presented) => {
    // An entry of the file may be the HMAC of a weak key: that opens nothing.
    if (!isGoodKey(presented)) return -1
    let found = -1
    for (const { salt, admitted } of groups) {
      const digest = findDigest(presented, salt)
      for (const entry of admitted)
        if (timingSafeEqual(digest, entry.digest)) found = Math.max(found, entry.index)
    }
    return found
  }
}

function findDigest(key: string, salt: Buffer): Buffer {
  return createHmac('sha256', salt).update(key, 'utf8').digest()
}
