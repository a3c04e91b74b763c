import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { byteLength, type TensorType } from '../../base/artifact/safetensors-header.ts'
import { readExactly, withFile } from './checkpoint-file.ts'
import type { CheckpointTensors, StoredTensor } from './checkpoint-tensors.ts'

/** One tensor of a file to be written. */
export type TensorPart = {
  readonly name: string
  readonly dtype: TensorType
  readonly shape: readonly number[]
  /** Its bytes in pieces, so that a table of gigabytes is never in memory as a whole. */
  pieces(): AsyncIterable<Uint8Array>
}

/** Read and written at once; whole numbers of every type fit. */
const chunkBytes = 4_194_304

/**
 * Writes a safetensors file, whose numbers begin at a multiple of 64 bytes, and flushes it to the disk.
 *
 * @throws `signal.reason` if the signal aborts.
 */
export async function writeTensors(
  path: string,
  parts: readonly TensorPart[],
  metadata?: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<void> {
  const header: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]]
  let end = 0
  for (const { name, dtype, shape } of parts) {
    const begin = end
    end += byteLength(dtype, shape)
    header.push([name, { dtype, shape, data_offsets: [begin, end] }])
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)))
  const headerBytes = Math.ceil((json.length + 8) / 64) * 64 - 8
  const prefix = Buffer.alloc(8 + headerBytes, ' ')
  prefix.writeBigUInt64LE(BigInt(headerBytes))
  json.copy(prefix, 8)
  const file = await open(path, 'wx')
  try {
    await file.writeFile(prefix)
    for (const part of parts)
      for await (const piece of part.pieces()) {
        signal?.throwIfAborted()
        await file.writeFile(piece)
      }
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The bytes of a stored tensor, piece by piece. */
export async function* storedPieces(tensor: StoredTensor, source: CheckpointTensors): AsyncGenerator<Buffer> {
  for (let at = 0; at < tensor.bytes; at += chunkBytes)
    yield await readBytes(tensor, source, at, Math.min(chunkBytes, tensor.bytes - at))
}

/** All bytes of a stored tensor. */
export function storedBytes(tensor: StoredTensor, source: CheckpointTensors): Promise<Buffer> {
  return readBytes(tensor, source, 0, tensor.bytes)
}

function readBytes(
  { file, offset }: StoredTensor,
  { folder }: CheckpointTensors,
  from: number,
  count: number,
): Promise<Buffer> {
  return withFile(join(folder, file), (handle) => readExactly(handle, offset + from, count))
}

/** The format is little-endian, like every machine that the inference runtime supports. */
export function bytesOf({ buffer, byteOffset, byteLength: length }: NumberArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length)
}

type NumberArray = Int8Array | Uint16Array | Int32Array | Float32Array
