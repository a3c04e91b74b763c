import * as zlib from 'node:zlib'
import { readHead } from './head.ts'
import { ReadingFault } from './reading-fault.ts'
import { transform } from './transform.ts'
import { decompressZstd } from './zstd.ts'

/** A file packed more often than this is refused. */
const maxLayers = 3

/** More than this is decompressed only if the file is not packed suspiciously well. */
const freeBytes = 128 * 2 ** 20
const maxRatio = 500

/**
 * The content of a stream, decompressed if its first bytes are those of gzip or Zstandard, whatever its name. Memory
 * does not grow with the content. Ends with a `ReadingFault` if the data is damaged, or if more than 128 MiB come out
 * of less than a 500th of that.
 */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let packedBytes = 0
  let isPacked = false
  let content = countBytes(source, (bytes) => {
    packedBytes += bytes
  })
  for (let layer = 0; layer < maxLayers; layer++) {
    const { head, chunks } = await readHead(content, 4)
    content = chunks
    if (isGzip(head)) content = decompressGzip(chunks)
    else if (isZstd(head)) content = decompressZstd(chunks)
    else break
    isPacked = true
  }
  if (!isPacked) return yield* content
  let contentBytes = 0
  for await (const chunk of content) {
    contentBytes += chunk.length
    if (contentBytes > freeBytes && contentBytes > maxRatio * packedBytes)
      throw new ReadingFault(
        'compression-bomb',
        `unpacks to more than ${contentBytes} bytes from ${packedBytes}`,
        'Unpack it yourself if you trust it, and name the unpacked file.',
      )
    yield chunk
  }
}

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/** A frame, or a skippable frame before it. */
export function isZstd(head: Uint8Array): boolean {
  const isFrame = head[0] === 0x28 && head[1] === 0xb5
  const isSkippable = (head[0] ?? 0) >> 4 === 0x5 && head[1] === 0x2a
  const end = isFrame ? [0x2f, 0xfd] : [0x4d, 0x18]
  return (isFrame || isSkippable) && head[2] === end[0] && head[3] === end[1]
}

async function* countBytes(
  source: AsyncIterable<Uint8Array>,
  add: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    add(chunk.length)
    yield chunk
  }
}

async function* decompressGzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* transform(source, zlib.createGunzip())
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!code.startsWith('Z_')) throw error
    const what = code === 'Z_BUF_ERROR' ? 'ends in the middle of its gzip data' : 'is not valid gzip data'
    const reason = error instanceof Error ? error.message : String(error)
    throw new ReadingFault('broken-gzip', `${what} (${reason})`, 'Copy or download it again.', {
      cause: error,
    })
  }
}
