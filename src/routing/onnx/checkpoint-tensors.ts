import { basename, dirname, join } from 'node:path'
import {
  headerLength,
  prefixBytes,
  type TensorEntry,
  tensorEntries,
} from '../../base/artifact/safetensors-header.ts'
import { ArtifactError } from '../../errors.ts'
import { type CheckpointFile, findFile, readExactly, readTextFile, withFile } from './checkpoint-file.ts'

/** The place of the numbers of one tensor in a file. They are not read. */
export type StoredTensor = Omit<TensorEntry, 'begin' | 'end'> & {
  /** Name of the file within `CheckpointTensors.folder`. */
  readonly file: string
  /** From the beginning of the file. */
  readonly offset: number
  readonly bytes: number
}

export type CheckpointTensors = {
  /** The one real folder that all the files lie in. */
  readonly folder: string
  readonly files: readonly CheckpointFile[]
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

export const weightsFile = 'model.safetensors'
export const weightsIndexFile = 'model.safetensors.index.json'

/** A header of a hundred layers has a hundredth of it. */
const maxHeaderBytes = 10_000_000
const maxIndexBytes = 10_000_000
const maxShards = 1000

/**
 * The tensors of a checkpoint in the hub's layout: `model.safetensors`, or the shards that
 * `model.safetensors.index.json` names. Only headers are read, so memory does not grow with what a file claims;
 * every offset is checked against the file's real length.
 *
 * @throws ArtifactError `checkpoint-not-found`, `checkpoint-invalid`, or `safetensors-invalid`.
 */
export async function openCheckpointTensors(folder: string): Promise<CheckpointTensors> {
  const single = await findFile(folder, weightsFile)
  if (single !== undefined) return collect([single], undefined, folder)
  const shards = await shardNames(folder)
  const files: CheckpointFile[] = []
  for (const shard of new Set(shards.values())) {
    const file = await findFile(folder, shard)
    if (file === undefined)
      throw new ArtifactError(
        'checkpoint-invalid',
        `${join(folder, weightsIndexFile)} names the file ${shard}, which is not there. Download the checkpoint again.`,
      )
    files.push(file)
  }
  return collect(files, shards, folder)
}

/** Tensor → file, from the index. Throws the errors of `openCheckpointTensors`. */
export async function shardNames(folder: string): Promise<ReadonlyMap<string, string>> {
  const place = join(folder, weightsIndexFile)
  const text = await readTextFile(folder, weightsIndexFile, maxIndexBytes)
  if (text === undefined)
    throw new ArtifactError(
      'checkpoint-not-found',
      `${folder} has neither ${weightsFile} nor ${weightsIndexFile}. A checkpoint is a folder as the hub serves it, with safetensors weights; pickled ones (pytorch_model.bin) are not read: convert them with transformers' save_pretrained.`,
    )
  const refuse = (what: string): never => {
    throw new ArtifactError('checkpoint-invalid', `${place} ${what}. Copy or download the checkpoint again.`)
  }
  const map = weightMapOf(text) ?? refuse('holds no object "weight_map" of tensor names to file names')
  const shards = new Map<string, string>()
  for (const [tensor, file] of Object.entries(map)) {
    if (typeof file !== 'string' || !/^[A-Za-z0-9][\w.-]*\.safetensors$/.test(file))
      return refuse(
        `puts the tensor ${tensor} into ${JSON.stringify(file)}, which is not the name of a .safetensors file beside it`,
      )
    shards.set(tensor, file)
  }
  const count = new Set(shards.values()).size
  return count >= 1 && count <= maxShards
    ? shards
    : refuse(`names ${count} files, and 1 to ${maxShards} are possible`)
}

function weightMapOf(text: string): object | undefined {
  let index: unknown
  try {
    index = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof index !== 'object' || index === null || !('weight_map' in index)) return undefined
  const { weight_map: map } = index
  return typeof map === 'object' && map !== null && !Array.isArray(map) ? map : undefined
}

async function collect(
  files: readonly CheckpointFile[],
  shards: ReadonlyMap<string, string> | undefined,
  folder: string,
): Promise<CheckpointTensors> {
  const folders = new Set(files.map(({ path }) => dirname(path)))
  const tensors = new Map<string, StoredTensor>()
  for (const file of files) {
    for (const tensor of await readTensorFile(file, folder)) {
      if (shards !== undefined && shards.get(tensor.name) !== file.name)
        throw new ArtifactError(
          'checkpoint-invalid',
          `${join(folder, file.name)} holds the tensor ${tensor.name}, which ${weightsIndexFile} puts into ${shards.get(tensor.name) ?? 'no file'}. Copy or download the checkpoint again.`,
        )
      tensors.set(tensor.name, tensor)
    }
  }
  const [real = folder] = folders
  if (folders.size > 1)
    throw new ArtifactError(
      'checkpoint-invalid',
      `The weights of ${folder} lie in several folders (${[...folders].join(', ')}). Copy them into one.`,
    )
  return { folder: real, files, tensors }
}

/**
 * The tensors that the header of one file describes.
 *
 * @param folder as the file is named in errors.
 * @throws ArtifactError `safetensors-invalid`.
 */
export async function readTensorFile(file: CheckpointFile, folder: string): Promise<StoredTensor[]> {
  const source = join(folder, file.name)
  const refuse = (what: string, cause?: unknown): never => {
    throw new ArtifactError(
      'safetensors-invalid',
      `${source} is not a whole safetensors file: ${what}. Copy or download it again.`,
      { cause },
    )
  }
  return withFile(file.path, async (handle) => {
    const prefix = await readExactly(handle, 0, Math.min(prefixBytes, file.bytes))
    const headerBytes = headerLength(prefix, file.bytes, refuse, maxHeaderBytes)
    const header = await readExactly(handle, prefixBytes, headerBytes)
    const begin = prefixBytes + headerBytes
    return tensorEntries(header, file.bytes - begin, refuse).map((entry) => ({
      name: entry.name,
      dtype: entry.dtype,
      shape: entry.shape,
      file: basename(file.path),
      offset: begin + entry.begin,
      bytes: entry.end - entry.begin,
    }))
  })
}
