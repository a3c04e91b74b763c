import { join } from 'node:path'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../../../base/artifact/safetensors.ts'
import { integerTensor, readTensorFields, readTensorFile } from '../../../../base/artifact/tensor-fields.ts'
import { ArtifactError } from '../../../../errors.ts'
import { gramBuckets } from './grams.ts'
import { type AskedParameters, askedColumns } from './parameters.ts'

export const askedFileName = 'asked.safetensors'

/** Another way to read grams, or to join the columns, is another number. */
const formatVersion = 1
const remedy = 'Reinstall the package, or train it again with recipes/builtin/train-builtin.mjs.'

/** Reads and checks `asked.safetensors` in `folder`. Throws `ArtifactError`. */
export async function readAskedFile(folder: string): Promise<AskedParameters> {
  const file = join(folder, askedFileName)
  const bytes = await readTensorFile(
    file,
    (cause) =>
      new ArtifactError(
        'embedder-file-missing',
        `What the built-in embedder knows about everyday prompts cannot be read from ${file}. Give the folder that holds ${askedFileName}, or reinstall the package.`,
        { cause },
      ),
  )
  return parseAsked(bytes, file)
}

/** The bytes of `asked.safetensors`. The same parameters give the same bytes. */
export function encodeAsked(parameters: AskedParameters): Uint8Array {
  const { clusters, gramWeights, gramScales, vectorWeights, biases } = parameters
  const columns = askedColumns.length
  return encodeSafetensors(
    new Map<string, Tensor>([
      ['format', integerTensor(Int32Array.of(formatVersion), 'I32')],
      ['clusters', integerTensor(clusters, 'U8')],
      ['gram_weights', integerTensor(gramWeights, 'I8', [gramBuckets, columns])],
      ['gram_scales', float32Tensor(gramScales, [columns])],
      ['vector_weights', float32Tensor(vectorWeights, [columns, vectorWeights.length / columns])],
      ['biases', float32Tensor(biases, [columns])],
    ]),
  )
}

/** Parameters from the bytes of `source`. Throws `ArtifactError`, naming the tensor that is wrong. */
export function parseAsked(bytes: Uint8Array, source: string): AskedParameters {
  const columns = askedColumns.length
  const fields = readTensorFields(
    bytes,
    source,
    (what) => new ArtifactError('embedder-broken', `${source} is not usable: ${what}. ${remedy}`),
  )
  const [version] = fields.int32('format', 1)
  if (version !== formatVersion) {
    throw new ArtifactError(
      'embedder-version',
      `${source} has format version ${version}, this release reads ${formatVersion}. ${remedy}`,
    )
  }
  return {
    clusters: fields.uint8('clusters', undefined),
    gramWeights: fields.int8('gram_weights', gramBuckets, columns),
    gramScales: fields.float32('gram_scales', columns),
    vectorWeights: fields.float32('vector_weights', columns, undefined),
    biases: fields.float32('biases', columns),
  }
}
