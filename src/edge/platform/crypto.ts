// The `node:crypto` of the bundle (scripts/setup/bundle-edge.mjs), with the functions that are on its way. They are synchronous,
// as Node's are and Web Crypto's are not.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { Buffer } from './buffer.ts'

type Encoding = 'hex' | 'base64' | 'base64url'

const encoder = new TextEncoder()
const toBytes = (data: string | Uint8Array) => (typeof data === 'string' ? encoder.encode(data) : data)

function refuseOthers(algorithm: string): void {
  if (algorithm !== 'sha256') throw new Error(`the hash ${algorithm} is not part of this bundle`)
}

function encode(digest: Uint8Array, encoding: Encoding | undefined): string | Uint8Array {
  const bytes = Buffer.from(digest)
  return encoding === undefined ? bytes : bytes.toString(encoding)
}

export function hash(
  algorithm: string,
  data: string | Uint8Array,
  encoding: Encoding = 'hex',
): string | Uint8Array {
  refuseOthers(algorithm)
  return encode(sha256(toBytes(data)), encoding)
}

export function createHash(algorithm: string) {
  refuseOthers(algorithm)
  const running = sha256.create()
  return {
    update(data: string | Uint8Array) {
      running.update(toBytes(data))
      return this
    },
    digest: (encoding?: Encoding) => encode(running.digest(), encoding),
  }
}

export function createHmac(algorithm: string, key: Uint8Array) {
  refuseOthers(algorithm)
  const running = hmac.create(sha256, key)
  return {
    update(data: string | Uint8Array) {
      running.update(toBytes(data))
      return this
    },
    digest: (encoding?: Encoding) => encode(running.digest(), encoding),
  }
}

/** Its time depends on the length only. */
export function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) throw new RangeError('Input buffers must have the same byte length')
  let difference = 0
  for (let at = 0; at < one.length; at++) difference |= one[at]! ^ other[at]!
  return difference === 0
}

export function randomBytes(count: number): Uint8Array {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(count)))
}
