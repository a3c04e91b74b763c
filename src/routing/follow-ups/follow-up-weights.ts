import { join } from 'node:path'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../base/artifact/safetensors.ts'
import { integerTensor, readTensorFields, readTensorFile } from '../../base/artifact/tensor-fields.ts'
import { hashOfWord } from '../../base/text/token-hash.ts'
import { ArtifactError } from '../../errors.ts'
import { turnFeatureCount } from './turn-features.ts'
import { gramPlaces } from './turn-grams.ts'
import { turnRoles, turnWords } from './turn-words.ts'

export const followUpFileName = 'follow-ups.safetensors'

/** The weights of a logistic regression: a log-odds that is above 0 for a follow-up. */
export type FollowUpWeights = {
  /** [gramPlaces] in units of `gramScale`. */
  readonly gramWeights: Int8Array
  /** [1] */
  readonly gramScale: Float32Array
  /** [dimensions of the embedder + turnFeatureCount] */
  readonly featureWeights: Float32Array
  /** [1] */
  readonly bias: Float32Array
}

/** Another way to read grams or features is another number. */
const formatVersion = 2
/** Weights for other lists of words are refused. */
const fingerprint = hashOfWord(JSON.stringify([turnRoles, turnWords]))
const remedy = 'Reinstall the package, or train them again with recipes/follow-ups/train-follow-ups.mjs.'

/** Reads and checks `follow-ups.safetensors` in `folder`. Throws `ArtifactError`. */
export async function readFollowUpWeights(folder: string): Promise<FollowUpWeights> {
  const file = join(folder, followUpFileName)
  const bytes = await readTensorFile(
    file,
    (cause) =>
      new ArtifactError(
        'follow-ups-file-missing',
        `The weights that recognise follow-ups cannot be read from ${file}. Reinstall the package, or give the folder that holds ${followUpFileName}.`,
        { cause },
      ),
  )
  return parseFollowUpWeights(bytes, file)
}

/** The bytes of `follow-ups.safetensors`. The same weights give the same bytes. */
export function encodeFollowUpWeights(given: FollowUpWeights): Uint8Array {
  return encodeSafetensors(
    new Map<string, Tensor>([
      ['format', integerTensor(Int32Array.of(formatVersion, fingerprint), 'I32')],
      ['gram_weights', integerTensor(given.gramWeights, 'I8')],
      ['gram_scale', float32Tensor(given.gramScale, [1])],
      ['feature_weights', float32Tensor(given.featureWeights, [given.featureWeights.length])],
      ['bias', float32Tensor(given.bias, [1])],
    ]),
  )
}

/** Weights from the bytes of `source`. Throws `ArtifactError`, naming what is wrong. */
export function parseFollowUpWeights(bytes: Uint8Array, source: string): FollowUpWeights {
  const fields = readTensorFields(bytes, source, (what) => unusable(source, what))
  const format = fields.int32('format', 2)
  if (format[0] !== formatVersion || format[1] !== fingerprint)
    throw unusable(source, 'it is of another version, or was trained with other lists of words')
  const featureWeights = fields.float32('feature_weights', undefined)
  if (featureWeights.length <= turnFeatureCount)
    throw unusable(
      source,
      `feature_weights has ${featureWeights.length} numbers, expected more than ${turnFeatureCount}`,
    )
  return {
    gramWeights: fields.int8('gram_weights', gramPlaces),
    gramScale: fields.float32('gram_scale', 1),
    featureWeights,
    bias: fields.float32('bias', 1),
  }
}

function unusable(source: string, what: string): ArtifactError {
  return new ArtifactError(
    'follow-ups-file-unusable',
    `${source} does not hold usable weights for follow-ups: ${what}. ${remedy}`,
  )
}
