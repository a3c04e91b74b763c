import type { Transform } from 'node:stream'
import zlib from 'node:zlib'

/** Creates a decoder for a body that begins with this byte. */
export type CreateDecoder = (firstByte: number) => Transform

/** A window of 8 MiB is the most that RFC 9659 allows for zstd over HTTP; a larger one is memory for a hostile body. */
const zstdWindowLog = 23

/**
 * Decoders of request bodies by their names in `content-encoding`.
 *
 * @param library Node's zlib; zstd is in Node 22.15 and later.
 */
export function createBodyDecoders(library: object = zlib): ReadonlyMap<string, CreateDecoder> {
  const decoders = new Map<string, CreateDecoder>([
    ['gzip', () => zlib.createGunzip()],
    ['x-gzip', () => zlib.createGunzip()],
    ['deflate', createDeflateDecoder],
    ['br', () => zlib.createBrotliDecompress()],
  ])
  const createZstd: unknown = Reflect.get(library, 'createZstdDecompress')
  const windowLog: unknown = Reflect.get(zlib.constants, 'ZSTD_d_windowLogMax')
  if (typeof createZstd === 'function' && typeof windowLog === 'number')
    decoders.set('zstd', () => createZstd({ params: { [windowLog]: zstdWindowLog } }))
  return decoders
}

/** `deflate` is zlib's format, whose first byte says so, but some clients send raw deflate, which has no header. */
function createDeflateDecoder(firstByte: number): Transform {
  return (firstByte & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw()
}
