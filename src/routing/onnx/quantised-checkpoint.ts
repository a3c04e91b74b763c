import { createHash } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { putInPlace } from '../../base/files/atomic-file.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type CheckpointTensors, readTensorFile, type StoredTensor } from './checkpoint-tensors.ts'
import { type Head, type TensorUse, tensorUses } from './encoder-graph.ts'
import { exactInputsName, exactWeightsName, scalesName, sumsName } from './layers/quantised-parameters.ts'
import {
  exactInputsOf,
  float16Of,
  floatsOf,
  type QuantisedMatrix,
  quantiseMatrix,
} from './quantised-weights.ts'
import { bytesOf, storedBytes, storedPieces, type TensorPart, writeTensors } from './write-tensors.ts'

/** Changes with what is written; files of other versions are left alone. */
const formatVersion = 3

/**
 * The checkpoint's weights in 8 bits: quantised on first use, written as one safetensors file into the cache, and found
 * there from then on. The file appears when it is whole.
 *
 * Matrices become int8 with one scale and one column sum per output, and a few inputs in float32; tables of vectors float16, everything else float32.
 *
 * @throws ArtifactError `weights-not-finite`, `checkpoint-unfit`.
 */
export async function openQuantisedTensors(
  checkpoint: Checkpoint,
  head: Head,
  cacheFolder = join(homedir(), '.cache', 'routellm'),
): Promise<CheckpointTensors> {
  const folder = join(cacheFolder, 'quantised')
  const name = `${await cacheKey(checkpoint, head)}.safetensors`
  const path = join(folder, name)
  await mkdir(folder, { recursive: true })
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  const known = isThere ? await openTensors(path, folder, name).catch(() => undefined) : undefined
  if (known !== undefined) return known
  // A file that cannot be read was cut by a full disk or a hand; it is only a cache.
  await rm(path, { force: true })
  await putInPlace(path, (temporary) => writeQuantised(checkpoint, head, temporary))
  return openTensors(path, folder, name)
}

async function openTensors(path: string, folder: string, name: string): Promise<CheckpointTensors> {
  const file = { name, path, bytes: (await stat(path)).size }
  const tensors = await readTensorFile(file, folder)
  return { folder, files: [file], tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) }
}

/** Names the source's files by what changes when they do, without reading gigabytes. */
async function cacheKey({ tensors, config }: Checkpoint, { kind }: Head): Promise<string> {
  const files = await Promise.all(
    tensors.files.map(async ({ path, bytes }) => [path, bytes, (await stat(path)).mtimeMs]),
  )
  const facts = { formatVersion, kind, config, files, tensors: [...tensors.tensors.values()] }
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)
}

function writeQuantised({ encoder, tensors }: Checkpoint, head: Head, path: string): Promise<void> {
  return writeTensors(
    path,
    tensorUses(encoder, tensors, head).flatMap((use) => partsOf(use, tensors)),
  )
}

function partsOf({ kind, tensor }: TensorUse, source: CheckpointTensors): TensorPart[] {
  const { name, shape } = tensor
  if (kind !== 'matrix') {
    // A table in half precision stays as it is; it is widened row by row.
    const dtype = kind === 'table' ? (tensor.dtype === 'BF16' ? 'BF16' : 'F16') : 'F32'
    return [{ name, dtype, shape, pieces: () => converted(tensor, source, dtype) }]
  }
  const [outputs = 0, inputs = 0] = shape
  let matrix: QuantisedMatrix | undefined
  /** Parts are written in order: the values come first, and what belongs to them is known by then. */
  const belonging = (
    partName: string,
    numbers: Exclude<keyof QuantisedMatrix, 'values'>,
    partShape: readonly number[],
  ): TensorPart => ({
    name: partName,
    dtype: numbers === 'exactInputs' ? 'I32' : 'F32',
    shape: partShape,
    async *pieces() {
      if (matrix === undefined) throw new Error(`${partName} is written before ${name}`)
      yield bytesOf(matrix[numbers])
    },
  })
  const exact = exactInputsOf(inputs)
  return [
    {
      name,
      dtype: 'I8',
      shape: [inputs, outputs],
      async *pieces() {
        const weights = floatsOf(tensor, await storedBytes(tensor, source))
        matrix = quantiseMatrix(weights, inputs, outputs)
        yield bytesOf(matrix.values)
      },
    },
    belonging(scalesName(name), 'scales', [outputs]),
    belonging(sumsName(name), 'sums', [outputs]),
    belonging(exactInputsName(name), 'exactInputs', [exact]),
    belonging(exactWeightsName(name), 'exactWeights', [exact, outputs]),
  ]
}

async function* converted(tensor: StoredTensor, source: CheckpointTensors, dtype: 'F16' | 'BF16' | 'F32') {
  for await (const bytes of storedPieces(tensor, source)) {
    const floats = floatsOf(tensor, bytes)
    yield dtype === tensor.dtype ? bytes : bytesOf(dtype === 'F16' ? float16Of(floats) : floats)
  }
}
