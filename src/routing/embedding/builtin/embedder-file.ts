import { join } from 'node:path'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../../base/artifact/safetensors.ts'
import { integerTensor, readTensorFields, readTensorFile } from '../../../base/artifact/tensor-fields.ts'
import { ArtifactError } from '../../../errors.ts'
import {
  type BuiltinEmbedderParameters,
  builtinEmbedderId,
  embedderFormatVersion,
  featureFingerprint,
  featureNames,
} from './parameters.ts'

export const embedderFileName = 'embedder.safetensors'

/** Reads and checks `embedder.safetensors` in `folder`. Throws `ArtifactError`. */
export async function readEmbedderFile(folder: string): Promise<BuiltinEmbedderParameters> {
  const file = join(folder, embedderFileName)
  const bytes = await readTensorFile(
    file,
    (cause) =>
      new ArtifactError(
        'embedder-file-missing',
        `The built-in embedder cannot be read from ${file}. Give the folder that holds ${embedderFileName}, or reinstall the package.`,
        { cause },
      ),
  )
  return parseEmbedder(bytes, file)
}

/** The bytes of `embedder.safetensors`. The same parameters give the same bytes. */
export function encodeEmbedder(parameters: BuiltinEmbedderParameters): Uint8Array {
  const tensors = new Map<string, Tensor>([
    ['format', integerTensor(Int32Array.of(embedderFormatVersion, featureFingerprint), 'I32')],
    ['features.means', float32Tensor(parameters.featureMeans, [parameters.featureMeans.length])],
    [
      'features.deviations',
      float32Tensor(parameters.featureDeviations, [parameters.featureDeviations.length]),
    ],
    ['tokens.hashes', integerTensor(parameters.tokenHashes, 'I32')],
    ['tokens.rarities', float32Tensor(parameters.tokenRarities, [parameters.tokenRarities.length])],
  ])
  return encodeSafetensors(tensors, { embedder: builtinEmbedderId })
}

/** Parameters from the bytes of `source`. Throws `ArtifactError`, naming the tensor that is wrong. */
export function parseEmbedder(bytes: Uint8Array, source: string): BuiltinEmbedderParameters {
  const file = readTensorFields(bytes, source, (what) => broken(source, what))
  const format = file.int32('format', 2)
  if (format[0] !== embedderFormatVersion) {
    throw new ArtifactError(
      'embedder-version',
      `${source} has format version ${format[0]}, this release reads ${embedderFormatVersion}. Train it again with recipes/builtin/train-builtin.mjs, or install the release that wrote it.`,
    )
  }
  if (format[1] !== featureFingerprint) {
    throw new ArtifactError(
      'embedder-features',
      `${source} was trained on other structural features than the ${featureNames.length} of this release. Train it again with recipes/builtin/train-builtin.mjs.`,
    )
  }
  const tokenHashes = file.int32('tokens.hashes', undefined)
  const parameters: BuiltinEmbedderParameters = {
    featureMeans: file.float32('features.means', featureNames.length),
    featureDeviations: file.float32('features.deviations', featureNames.length),
    tokenHashes,
    tokenRarities: file.float32('tokens.rarities', tokenHashes.length),
  }
  if (!parameters.featureDeviations.every((deviation) => deviation > 0)) {
    throw broken(source, 'features.deviations holds a number that is not above zero')
  }
  if (tokenHashes.includes(0) || new Set(tokenHashes).size !== tokenHashes.length) {
    throw broken(source, 'tokens.hashes holds a zero or the same hash twice')
  }
  return parameters
}

function broken(source: string, what: string): ArtifactError {
  return new ArtifactError(
    'embedder-broken',
    `${source} is not a usable built-in embedder: ${what}. Reinstall the package, or train it again with recipes/builtin/train-builtin.mjs.`,
  )
}
