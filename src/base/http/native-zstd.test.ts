import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { nativeZstdDecoder } from './native-zstd.ts'

const create = () => {
  throw new Error('is not called')
}

describe("Node's decoder of Zstandard", () => {
  it('is taken only if it refuses data that ends early', () => {
    const refuse = () => {
      throw new Error('unexpected end of file')
    }
    expect(nativeZstdDecoder({ createZstdDecompress: create, zstdDecompressSync: refuse })).toBe(create)
    const accept = () => new Uint8Array()
    expect(nativeZstdDecoder({ createZstdDecompress: create, zstdDecompressSync: accept })).toBeUndefined()
    expect(nativeZstdDecoder({})).toBeUndefined()
  })

  it('of this Node reports the end of data that is cut at any place, if it is taken', async () => {
    const decoder = nativeZstdDecoder()
    const compress: unknown = Reflect.get(zlib, 'zstdCompressSync')
    if (decoder === undefined || typeof compress !== 'function') return
    const whole: Uint8Array = compress(Buffer.from('to be or not to be '.repeat(50)))
    for (let length = 1; length < whole.length; length++) {
      const stream = decoder()
      stream.resume().end(whole.subarray(0, length))
      const ended = await new Promise((resolve) => {
        stream.once('error', () => resolve('error')).once('end', () => resolve('end'))
      })
      expect(ended, `${length} of ${whole.length} bytes`).toBe('error')
    }
  })
})
