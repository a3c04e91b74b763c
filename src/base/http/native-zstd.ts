import type { Transform } from 'node:stream'
import zlib from 'node:zlib'

/** Creates Node's own decoder of Zstandard, with zlib's `params`. */
export type CreateZstdDecoder = (options?: { params: Readonly<Record<number, number>> }) => Transform

/** A frame whose only block ends before its one byte. */
const cutFrame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x01, 0x09, 0x00, 0x00)

/**
 * Node's decoder of Zstandard, or undefined if this Node has none, or one that takes data that ends early for complete:
 * Node 22 does (seen in 22.23.5), Node 24 does not.
 *
 * @param library Node's zlib.
 */
export function nativeZstdDecoder(library: object = zlib): CreateZstdDecoder | undefined {
  const create: unknown = Reflect.get(library, 'createZstdDecompress')
  const decompress: unknown = Reflect.get(library, 'zstdDecompressSync')
  if (!isFunction<CreateZstdDecoder>(create) || !isFunction<(bytes: Uint8Array) => unknown>(decompress))
    return undefined
  try {
    decompress(cutFrame)
    return undefined
  } catch {
    return create
  }
}

function isFunction<F>(value: unknown): value is F {
  return typeof value === 'function'
}
