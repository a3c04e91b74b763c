import { join } from 'node:path'
import {
  encodeSafetensors,
  float32Of,
  float32Tensor,
  parseSafetensors,
  type Tensor,
} from '../../../../base/artifact/safetensors.ts'
import { readRegularFile } from '../../../../base/files/read-file.ts'
import { ArtifactError } from '../../../../errors.ts'
import { gramBuckets } from './grams.ts'
import { type AskedParameters, askedColumns } from './parameters.ts'

export const askedFileName = 'asked.safetensors'

/** Another way to read grams, or to join the columns, is another number. */
const formatVersion = 1
const remedy = 'Reinstall the package, or train it again with recipes/everyday/train-asked.mjs.'

/** Reads and checks `asked.safetensors` in `folder`. Throws `ArtifactError`. */
export async function readAskedFile(folder: string): Promise<AskedParameters> {
  const file = join(folder, askedFileName)
  let bytes: Uint8Array
  try {
    bytes = await readRegularFile(file)
  } catch (cause) {
    throw new ArtifactError(
      'embedder-file-missing',
      `What the built-in embedder knows about everyday prompts cannot be read from ${file}. Give the folder that holds ${askedFileName}, or reinstall the package.`,
      { cause },
    )
  }
  return parseAsked(bytes, file)
}

/** The bytes of `asked.safetensors`. The same parameters give the same bytes. */
export function encodeAsked(parameters: AskedParameters): Uint8Array {
  const { clusters, gramWeights, gramScales, vectorWeights, biases } = parameters
  const columns = askedColumns.length
  const bytes = (values: Uint8Array | Int8Array | Int32Array): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return encodeSafetensors(
    new Map<string, Tensor>([
      ['format', { dtype: 'I32', shape: [1], bytes: bytes(Int32Array.of(formatVersion)) }],
      ['clusters', { dtype: 'U8', shape: [clusters.length], bytes: clusters }],
      ['gram_weights', { dtype: 'I8', shape: [gramBuckets, columns], bytes: bytes(gramWeights) }],
      ['gram_scales', float32Tensor(gramScales, [columns])],
      ['vector_weights', float32Tensor(vectorWeights, [columns, vectorWeights.length / columns])],
      ['biases', float32Tensor(biases, [columns])],
    ]),
  )
}

/** Parameters from the bytes of `source`. Throws `ArtifactError`, naming the tensor that is wrong. */
export function parseAsked(bytes: Uint8Array, source: string): AskedParameters {
  const tensors = parseSafetensors(bytes, source)
  const columns = askedColumns.length
  const fail = (code: 'embedder-broken' | 'embedder-version', what: string): ArtifactError =>
    new ArtifactError(code, `${source} ${what}. ${remedy}`)

  function read(name: string, dtype: Tensor['dtype'], ...shape: readonly (number | undefined)[]): Tensor {
    const found = tensors.get(name)
    const fits =
      found?.dtype === dtype &&
      found.shape.length === shape.length &&
      shape.every((size, axis) => size === undefined || size === found.shape[axis])
    if (found !== undefined && fits) return found
    const wanted = `${dtype} [${shape.map((size) => size ?? 'any').join(', ')}]`
    const got = found === undefined ? 'is missing' : `is ${found.dtype} [${found.shape.join(', ')}]`
    throw fail('embedder-broken', `is not usable: the tensor ${name} ${got}, expected ${wanted}`)
  }
  const floats = (name: string, ...shape: readonly (number | undefined)[]) =>
    float32Of(read(name, 'F32', ...shape), `${name} of ${source}`)

  const version = new Int32Array(copyOf(read('format', 'I32', 1)))[0]
  if (version !== formatVersion) {
    throw fail('embedder-version', `has format version ${version}, this release reads ${formatVersion}`)
  }
  return {
    clusters: new Uint8Array(copyOf(read('clusters', 'U8', undefined))),
    gramWeights: new Int8Array(copyOf(read('gram_weights', 'I8', gramBuckets, columns))),
    gramScales: floats('gram_scales', columns),
    vectorWeights: floats('vector_weights', columns, undefined),
    biases: floats('biases', columns),
  }
}

/** Copies into aligned memory, because a tensor is a view of the whole file. */
function copyOf({ bytes }: Tensor): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
