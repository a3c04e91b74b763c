import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { type CompressorsLibrary, loadCompressorsLibrary, type ParquetLibrary } from './library.ts'

export type Decompress = (input: Uint8Array, length: number) => Uint8Array

/**
 * Decompressors of the codecs that a file uses. None gives more bytes than its page announces, so a small page cannot
 * become a huge one. A codec that is missing here cannot be read.
 *
 * @throws MissingPackageError if a codec needs a package that is not installed.
 */
export async function loadDecompressors(
  codecs: ReadonlySet<string>,
  library: ParquetLibrary,
): Promise<Compressors & Readonly<Record<string, Decompress>>> {
  const needsPackage = [...codecs].some((codec) => Object.hasOwn(packaged, codec))
  const compressors = needsPackage ? await loadCompressorsLibrary() : undefined
  return {
    SNAPPY: (input, length) => {
      const output = new Uint8Array(length)
      library.snappyUncompress(input, output)
      return output
    },
    GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
    BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
    ...(compressors !== undefined &&
      Object.fromEntries(Object.entries(packaged).map(([codec, of]) => [codec, of(compressors)]))),
  }
}

const packaged: Readonly<Record<string, (library: CompressorsLibrary) => Decompress>> = {
  ZSTD: (library) => (input, length) => library.decompressZstd(input, new Uint8Array(length)),
  LZ4: (library) => (input, length) => library.decompressLz4(input, length),
  LZ4_RAW: (library) => (input, length) => library.decompressLz4Raw(input, length),
}
