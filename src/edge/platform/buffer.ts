// The `node:buffer` of the bundle (scripts/setup/bundle-edge.mjs): the package `buffer`, with the conversions that are on the
// way of every request done by the platform, and with base64url, which the package does not have.
import { Buffer as Polyfill } from 'buffer/index.js'

const encoder = new TextEncoder()
// A byte order mark stays, as in Node.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const strictDecoder = new TextDecoder('utf-8', { fatal: true })

type PolyfillBuffer = InstanceType<typeof Polyfill>

const isUtf8Name = (encoding: unknown) =>
  encoding === undefined || encoding === null || /^utf-?8$/i.test(String(encoding))
const isBase64Url = (encoding: unknown) => /^base64url$/i.test(String(encoding))

function ofBytes(bytes: Uint8Array): PolyfillBuffer {
  return Polyfill.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
}

const { from, byteLength } = Polyfill
const { toString: toText } = Polyfill.prototype

Polyfill.from = function create(value: unknown, ...rest: unknown[]): PolyfillBuffer {
  if (typeof value === 'string') {
    if (isUtf8Name(rest[0])) return ofBytes(encoder.encode(value))
    // The package reads the letters of base64url in base64, too.
    if (isBase64Url(rest[0])) return Reflect.apply(from, Polyfill, [value, 'base64']) as PolyfillBuffer
  }
  return Reflect.apply(from, Polyfill, [value, ...rest]) as PolyfillBuffer
} as typeof Polyfill.from

Polyfill.byteLength = (value, encoding) =>
  typeof value === 'string' && isUtf8Name(encoding)
    ? encoder.encode(value).length
    : byteLength(value, encoding)

Polyfill.prototype.toString = function toStringOf(encoding?: string, start?: number, end?: number): string {
  if (isUtf8Name(encoding)) return decoder.decode(Uint8Array.prototype.subarray.call(this, start, end))
  if (!isBase64Url(encoding)) return toText.call(this, encoding as 'latin1', start, end)
  const base64 = toText.call(this, 'base64', start, end)
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export { Polyfill as Buffer }

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictDecoder.decode(bytes)
    return true
  } catch {
    return false
  }
}
