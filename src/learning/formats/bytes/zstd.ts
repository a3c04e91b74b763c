import { nativeZstdDecoder } from '../../../base/http/native-zstd.ts'
import { ReadingFault } from './reading-fault.ts'
import { transform } from './transform.ts'

/**
 * Decompresses Zstandard: with Node's own decoder if it is fit (`nativeZstdDecoder`), else with `fzstd`. Ends with a `ReadingFault` if the data is damaged.
 */
export async function* decompressZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    const create = nativeZstdDecoder()
    if (create !== undefined) yield* transform(source, create())
    else yield* decompressWithLibrary(source)
  } catch (error) {
    if (error instanceof ReadingFault || !(error instanceof Error) || !isDecoderError(error)) throw error
    const what = /unexpected (?:EOF|end)/i.test(error.message)
      ? 'ends in the middle of its Zstandard data'
      : 'is not valid Zstandard data'
    throw new ReadingFault('broken-zstd', `${what} (${error.message})`, 'Copy or download it again.', {
      cause: error,
    })
  }
}

function isDecoderError(error: Error & { code?: unknown }): boolean {
  return typeof error.code === 'number' || /^(?:Z_|ZSTD_|ERR_ZLIB|ERR_ZSTD)/.test(String(error.code))
}

/** The library gives all the output of a chunk at once, so chunks stay small. */
const sliceBytes = 8 * 1024

async function* decompressWithLibrary(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  const ready: Uint8Array[] = []
  const decoder = new Decompress((chunk) => {
    if (chunk.length > 0) ready.push(chunk)
  })
  for await (const chunk of source) {
    for (let start = 0; start < chunk.length; start += sliceBytes) {
      decoder.push(chunk.subarray(start, start + sliceBytes))
      yield* ready.splice(0)
    }
  }
  decoder.push(new Uint8Array(0), true)
  yield* ready.splice(0)
}
