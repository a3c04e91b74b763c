import { join } from 'node:path'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../base/artifact/safetensors.ts'
import { integerTensor, readTensorFields, readTensorFile } from '../../base/artifact/tensor-fields.ts'
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
  const bytes = await readTensorFile(
    file,
    (cause) =>
      new ArtifactError(
        'tasks-file-missing',
        `The weights that read the kind of work cannot be read from ${file}. Reinstall the package, or give the folder that holds ${taskFileName}.`,
        { cause },
      ),
  )
  return parseTaskWeights(bytes, file)
}

/** The bytes of `tasks.safetensors`. The same weights give the same bytes. */
export function encodeTaskWeights(given: TaskWeights): Uint8Array {
  const columns = given.weights.length / tasks.length
  return encodeSafetensors(
    new Map<string, Tensor>([
      ['format', integerTensor(Int32Array.of(formatVersion, fingerprint), 'I32')],
      ['features', integerTensor(given.featureHashes, 'I32')],
      ['weights', float32Tensor(given.weights, [tasks.length, columns])],
      ['biases', float32Tensor(given.biases, [tasks.length])],
      ['strong_shares', float32Tensor(given.strongShares, [tasks.length])],
    ]),
  )
}

/** Weights from the bytes of `source`. Throws `ArtifactError`, naming what is wrong. */
export function parseTaskWeights(bytes: Uint8Array, source: string): TaskWeights {
  const fields = readTensorFields(bytes, source, (what) => unusable(source, what))
  const format = fields.int32('format', 2)
  if (format[0] !== formatVersion || format[1] !== fingerprint)
    throw unusable(
      source,
      `it is of another version, or for other kinds of work than the ${tasks.length} here`,
    )
  const featureHashes = fields.int32('features', undefined)
  const weights = fields.float32('weights', tasks.length, undefined)
  if (weights.length <= tasks.length * featureHashes.length)
    throw unusable(source, 'weights has columns for the features only')
  const strongShares = fields.float32('strong_shares', tasks.length)
  if (!strongShares.every((share) => share >= 0 && share <= 1))
    throw unusable(source, 'strong_shares holds a number that is not from 0 to 1')
  return { featureHashes, weights, biases: fields.float32('biases', tasks.length), strongShares }
}

function unusable(source: string, what: string): ArtifactError {
  return new ArtifactError(
    'tasks-file-unusable',
    `${source} does not hold usable weights for the kind of work: ${what}. Reinstall the package, or train them again with recipes/everyday/train-tasks.mjs.`,
  )
}
