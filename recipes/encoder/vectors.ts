import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Embedder } from '../../src/routing/embedding/embedder.ts'

const batch = 32

/**
 * A vector for each prompt. Vectors of an earlier run are taken from the file `cache`, which this function writes.
 *
 * @param cache must be of the same embedder.
 */
export async function vectorsOf(
  prompts: readonly string[],
  embedder: Embedder,
  cache: string | undefined,
  onProgress: (done: number) => void,
): Promise<readonly Float32Array[]> {
  const known = cache === undefined ? new Map<string, Float32Array>() : await readCache(cache, embedder)
  const keys = prompts.map((prompt) => createHash('sha256').update(prompt).digest('hex'))
  const missing = [...prompts.keys()].filter((index) => !known.has(keys[index]!))
  // Texts of like length are computed together.
  missing.sort((one, other) => prompts[one]!.length - prompts[other]!.length)
  for (let begin = 0; begin < missing.length; begin += batch) {
    const indices = missing.slice(begin, begin + batch)
    const vectors = await embedder.embed(indices.map((index) => prompts[index]!))
    for (const [place, index] of indices.entries()) known.set(keys[index]!, vectors[place]!)
    onProgress(begin + indices.length)
  }
  if (cache !== undefined && missing.length > 0) await writeCache(cache, known)
  return keys.map((key) => known.get(key)!)
}

const keyBytes = 32

async function readCache(file: string, { dimensions }: Embedder): Promise<Map<string, Float32Array>> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0))
  const rowBytes = keyBytes + 4 * dimensions
  const vectors = new Map<string, Float32Array>()
  for (let at = 0; at + rowBytes <= bytes.length; at += rowBytes) {
    const numbers = bytes.subarray(at + keyBytes, at + rowBytes)
    vectors.set(
      bytes.subarray(at, at + keyBytes).toString('hex'),
      new Float32Array(Uint8Array.from(numbers).buffer),
    )
  }
  return vectors
}

async function writeCache(file: string, vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const rows = [...vectors].flatMap(([key, { buffer, byteOffset, byteLength }]) => [
    Buffer.from(key, 'hex'),
    Buffer.from(buffer, byteOffset, byteLength),
  ])
  await writeFile(file, Buffer.concat(rows))
}
