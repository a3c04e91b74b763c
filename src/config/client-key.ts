import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { toDisplayText } from '../base/text/display.ts'
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
  return `hmac-sha256:${salt.toString('hex')}:${digest(key, salt).toString('hex')}`
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

/** What is wrong with the public name of a key; null for a good one. */
export function findKeyNameProblem(name: string): string | null {
  if (/^(?!__proto__$)[\w.@-]{1,100}$/.test(name)) return null
  return `the name "${toDisplayText(name, 60)}" must have 1 to 100 letters a-z or A-Z, digits, or the characters _ - . @, because logs and metrics carry it`
}

function isGoodKey(key: string): boolean {
  return key.length >= shortestClientKey && key.length <= longestClientKey && /^[\x21-\x7e]+$/.test(key)
}

/**
 * A function that finds the entry of a presented key: its position, or -1. Its time does not depend on how much of a key
 * is right. A key that `clientKeyHmac` refuses is never found. Throws `ConfigError` if an entry is not an HMAC.
 */
export function createClientKeyFinder(entries: readonly string[]): (presented: string) => number {
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
    // An entry of the file may be the HMAC of a weak key: that opens nothing.
    if (!isGoodKey(presented)) return -1
    let found = -1
    for (const [index, entry] of admitted.entries())
      if (timingSafeEqual(digest(presented, entry.salt), entry.digest)) found = index
    return found
  }
}

function digest(key: string, salt: Buffer): Buffer {
  return createHmac('sha256', salt).update(key, 'utf8').digest()
}
