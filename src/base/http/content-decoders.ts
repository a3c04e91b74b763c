import type { Transform } from 'node:stream'
import zlib from 'node:zlib'
import { nativeZstdDecoder } from './native-zstd.ts'

/** Creates a decoder of a request's or reply's body that begins with this byte. */
export type CreateDecoder = (firstByte: number) => Transform

/** A window of 8 MiB is the most that RFC 9659 allows for zstd over HTTP; a hostile body could ask for more memory. */
const zstdWindowLog = 23

/**
 * Decoders by their names in `content-encoding`.
 *
 * @param library Node's zlib; zstd is among the decoders if `nativeZstdDecoder` gives one.
 */
export function createContentDecoders(library: object = zlib): ReadonlyMap<string, CreateDecoder> {
  const decoders = new Map<string, CreateDecoder>([
    ['gzip', () => zlib.createGunzip()],
    ['x-gzip', () => zlib.createGunzip()],
    ['deflate', createDeflateDecoder],
    ['br', () => zlib.createBrotliDecompress()],
  ])
  const createZstd = nativeZstdDecoder(library)
  const windowLog: unknown = Reflect.get(zlib.constants, 'ZSTD_d_windowLogMax')
  if (createZstd !== undefined && typeof windowLog === 'number')
    decoders.set('zstd', () => createZstd({ params: { [windowLog]: zstdWindowLog } }))
  return decoders
}

/** `deflate` is zlib's format, whose first byte says so, but some clients send raw deflate, which has no header. */
function createDeflateDecoder(firstByte: number): Transform {
  return (firstByte & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw()
}

/** The names in a `content-encoding` header in lower case, without `identity`. */
export function parseEncodings(encoding: string | string[] | undefined): string[] {
  return String(encoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
}

/** Whether a client takes a body in all these encodings. One that says nothing takes none. */
export function acceptsEncodings(
  acceptEncoding: string | string[] | undefined,
  encodings: readonly string[],
): boolean {
  const accepted = new Map(
    String(acceptEncoding ?? '')
      .split(',')
      .map((entry) => {
        const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
        const isRefused = parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/.test(parameter))
        return [name, !isRefused] as const
      }),
  )
  return encodings.every((name) => accepted.get(name) ?? accepted.get('*') ?? false)
}
