import { join } from 'node:path'
import {
  encodeSafetensors,
  float32Of,
  float32Tensor,
  parseSafetensors,
  type Tensor,
} from '../../../base/artifact/safetensors.ts'
import { readRegularFile } from '../../../base/files/read-file.ts'
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
  let bytes: Uint8Array
  try {
    bytes = await readRegularFile(file)
  } catch (cause) {
    throw new ArtifactError(
      'embedder-file-missing',
      `The built-in embedder cannot be read from ${file}. Give the folder that holds ${embedderFileName}, or reinstall the package.`,
      { cause },
    )
  }
  return parseEmbedder(bytes, file)
}

/** The bytes of `embedder.safetensors`. The same parameters give the same bytes. */
export function encodeEmbedder(parameters: BuiltinEmbedderParameters): Uint8Array {
  const tensors = new Map<string, Tensor>([
    ['format', int32Tensor(Int32Array.of(embedderFormatVersion, featureFingerprint))],
    ['features.means', float32Tensor(parameters.featureMeans, [parameters.featureMeans.length])],
    [
      'features.deviations',
      float32Tensor(parameters.featureDeviations, [parameters.featureDeviations.length]),
    ],
    ['tokens.hashes', int32Tensor(parameters.tokenHashes)],
    ['tokens.rarities', float32Tensor(parameters.tokenRarities, [parameters.tokenRarities.length])],
  ])
  return encodeSafetensors(tensors, { embedder: builtinEmbedderId })
}

/** Parameters from the bytes of `source`. Throws `ArtifactError`, naming the tensor that is wrong. */
export function parseEmbedder(bytes: Uint8Array, source: string): BuiltinEmbedderParameters {
  const file = createTensorReader(parseSafetensors(bytes, source), source)
  const format = file.int32('format')
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
  const tokenHashes = file.int32('tokens.hashes')
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

function createTensorReader(tensors: ReadonlyMap<string, Tensor>, source: string) {
  function tensor(name: string, dtype: Tensor['dtype'], dimensions: number): Tensor {
    const found = tensors.get(name)
    if (found === undefined) throw broken(source, `the tensor ${name} is missing`)
    if (found.dtype !== dtype || found.shape.length !== dimensions) {
      throw broken(
        source,
        `${name} is ${found.dtype} [${found.shape.join(', ')}], expected ${dtype} with ${dimensions} dimensions`,
      )
    }
    return found
  }
  return {
    int32(name: string): Int32Array {
      const { bytes } = tensor(name, 'I32', 1)
      return new Int32Array(copyOf(bytes))
    },
    float32(name: string, length?: number): Float32Array {
      const values = float32Of(tensor(name, 'F32', 1), name)
      if (length !== undefined && values.length !== length) {
        throw broken(source, `${name} has ${values.length} numbers, expected ${length}`)
      }
      if (!values.every(Number.isFinite)) throw broken(source, `${name} holds a number that is not finite`)
      return values
    },
  }
}

function broken(source: string, what: string): ArtifactError {
  return new ArtifactError(
    'embedder-broken',
    `${source} is not a usable built-in embedder: ${what}. Reinstall the package, or train it again with recipes/builtin/train-builtin.mjs.`,
  )
}

function int32Tensor(values: Int32Array): Tensor {
  return { dtype: 'I32', shape: [values.length], bytes: bytesOf(values) }
}

function bytesOf(values: Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** Copies into aligned memory, because `slice` of a Buffer is a view of the whole file. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
