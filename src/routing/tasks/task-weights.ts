import { join } from 'node:path'
import {
  encodeSafetensors,
  float32Of,
  float32Tensor,
  parseSafetensors,
  type Tensor,
} from '../../base/artifact/safetensors.ts'
import { readRegularFile } from '../../base/files/read-file.ts'
import { hashOfWord } from '../../base/text/token-hash.ts'
import { ArtifactError } from '../../errors.ts'
import { tasks } from './task.ts'

export const taskFileName = 'tasks.safetensors'

/** The weights of a multinomial logistic regression on named features and on the unnamed rest of a vector. */
export type TaskWeights = {
  /** [features] hashes of the names of the features. */
  readonly featureHashes: Int32Array
  /** [tasks, features + dense] row by row. */
  readonly weights: Float32Array
  /** [tasks] */
  readonly biases: Float32Array
  /** [tasks] the share of training prompts that need the strong model, from 0 to 1. */
  readonly strongShares: Float32Array
}

const formatVersion = 1
/** Weights for another list of kinds are refused. */
const fingerprint = hashOfWord(tasks.join('|'))

/** Reads and checks `tasks.safetensors` in `folder`. Throws `ArtifactError`. */
export async function readTaskWeights(folder: string): Promise<TaskWeights> {
  const file = join(folder, taskFileName)
  let bytes: Uint8Array
  try {
    bytes = await readRegularFile(file)
  } catch (cause) {
    throw new ArtifactError(
      'tasks-file-missing',
      `The weights that read the kind of work cannot be read from ${file}. Reinstall the package, or give the folder that holds ${taskFileName}.`,
      { cause },
    )
  }
  return parseTaskWeights(bytes, file)
}

/** The bytes of `tasks.safetensors`. The same weights give the same bytes. */
export function encodeTaskWeights(given: TaskWeights): Uint8Array {
  const columns = given.weights.length / tasks.length
  return encodeSafetensors(
    new Map<string, Tensor>([
      ['format', int32Tensor(Int32Array.of(formatVersion, fingerprint))],
      ['features', int32Tensor(given.featureHashes)],
      ['weights', float32Tensor(given.weights, [tasks.length, columns])],
      ['biases', float32Tensor(given.biases, [tasks.length])],
      ['strong_shares', float32Tensor(given.strongShares, [tasks.length])],
    ]),
  )
}

/** Weights from the bytes of `source`. Throws `ArtifactError`, naming what is wrong. */
export function parseTaskWeights(bytes: Uint8Array, source: string): TaskWeights {
  const tensors = parseSafetensors(bytes, source)
  const tensor = (name: string, dtype: Tensor['dtype'], dimensions: number): Tensor => {
    const found = tensors.get(name)
    if (found?.dtype !== dtype || found.shape.length !== dimensions)
      throw unusable(source, `the tensor ${name} is missing or of another form`)
    return found
  }
  const perTask = (name: string): Float32Array => {
    const found = tensor(name, 'F32', 1)
    if (found.shape[0] !== tasks.length)
      throw unusable(source, `${name} has ${found.shape[0]} numbers, expected ${tasks.length}`)
    return float32Of(found, name)
  }
  const format = int32Of(tensor('format', 'I32', 1))
  if (format[0] !== formatVersion || format[1] !== fingerprint)
    throw unusable(
      source,
      `it is of another version, or for other kinds of work than the ${tasks.length} here`,
    )
  const featureHashes = int32Of(tensor('features', 'I32', 1))
  const matrix = tensor('weights', 'F32', 2)
  if (matrix.shape[0] !== tasks.length || matrix.shape[1]! <= featureHashes.length)
    throw unusable(source, `weights is [${matrix.shape.join(', ')}], expected ${tasks.length} rows`)
  const strongShares = perTask('strong_shares')
  if (!strongShares.every((share) => share >= 0 && share <= 1))
    throw unusable(source, 'strong_shares holds a number that is not from 0 to 1')
  return { featureHashes, weights: float32Of(matrix, 'weights'), biases: perTask('biases'), strongShares }
}

function unusable(source: string, what: string): ArtifactError {
  return new ArtifactError(
    'tasks-file-unusable',
    `${source} does not hold usable weights for the kind of work: ${what}. Reinstall the package, or train them again with recipes/everyday/train-tasks.mjs.`,
  )
}

function int32Tensor(values: Int32Array): Tensor {
  return {
    dtype: 'I32',
    shape: [values.length],
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  }
}

/** Copies into aligned memory. */
function int32Of({ bytes }: Tensor): Int32Array {
  return new Int32Array(new Uint8Array(bytes).buffer)
}
