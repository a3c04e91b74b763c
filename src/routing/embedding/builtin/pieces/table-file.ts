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
import { codesPerGroup, columnsPerGroup, type PieceTable } from './table.ts'

export const pieceTableFileName = 'pieces.safetensors'

const formatVersion = 2
/** What to do about a table that cannot be used. */
export const pieceTableRemedy = 'Reinstall the package, or make it again with recipes/pieces/make-table.mjs.'

/** Reads and checks `pieces.safetensors` in `folder`. Throws `ArtifactError`. */
export async function readPieceTable(folder: string): Promise<PieceTable> {
  const file = join(folder, pieceTableFileName)
  let bytes: Uint8Array
  try {
    bytes = await readRegularFile(file)
  } catch (cause) {
    throw new ArtifactError(
      'embedder-file-missing',
      `The word pieces of the built-in embedder cannot be read from ${file}. Give the folder that holds ${pieceTableFileName}, or reinstall the package.`,
      { cause },
    )
  }
  return parsePieceTable(bytes, file)
}

/** The bytes of `pieces.safetensors`. The same table gives the same bytes. */
export function encodePieceTable(table: PieceTable): Uint8Array {
  const { vocabulary, dimensions, codes, codebooks, factors, meanPrompt } = table
  const groups = dimensions / columnsPerGroup
  const bytes = (values: Uint8Array | Uint16Array | Int32Array): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const count = vocabulary.scores.length
  return encodeSafetensors(
    new Map<string, Tensor>([
      ['format', { dtype: 'I32', shape: [1], bytes: bytes(Int32Array.of(formatVersion)) }],
      ['rows.codes', { dtype: 'U8', shape: [count, groups], bytes: codes }],
      ['rows.factors', float32Tensor(factors, [count])],
      ['codebooks', float32Tensor(codebooks, [groups, codesPerGroup, columnsPerGroup])],
      ['mean_prompt', float32Tensor(meanPrompt, [dimensions])],
      ['pieces.scores', float32Tensor(vocabulary.scores, [count])],
      ['pieces.shared', { dtype: 'U8', shape: [count], bytes: bytes(vocabulary.shared) }],
      ['pieces.added', { dtype: 'U8', shape: [count], bytes: bytes(vocabulary.added) }],
      [
        'pieces.code_units',
        { dtype: 'U8', shape: [vocabulary.codes.length, 2], bytes: bytes(vocabulary.codes) },
      ],
    ]),
  )
}

/** A table from the bytes of `source`. Throws `ArtifactError`, naming what is wrong. */
export function parsePieceTable(bytes: Uint8Array, source: string): PieceTable {
  const tensors = parseSafetensors(bytes, source)
  const fail = (what: string): ArtifactError =>
    new ArtifactError(
      'embedder-broken',
      `${source} is not a usable table of word pieces: ${what}. ${pieceTableRemedy}`,
    )

  function read(name: string, dtype: Tensor['dtype'], ...shape: readonly (number | undefined)[]): Tensor {
    const found = tensors.get(name)
    if (found === undefined) throw fail(`the tensor ${name} is missing`)
    const fits =
      found.dtype === dtype &&
      found.shape.length === shape.length &&
      shape.every((size, at) => size === undefined || size === found.shape[at])
    if (fits) return found
    const expected = shape.map((size) => size ?? 'any').join(', ')
    throw fail(`${name} is ${found.dtype} [${found.shape.join(', ')}], expected ${dtype} [${expected}]`)
  }
  const floats = (name: string, ...shape: readonly (number | undefined)[]) =>
    float32Of(read(name, 'F32', ...shape), name)

  const version = new Int32Array(copyOf(read('format', 'I32', 1)))[0]
  if (version !== formatVersion) {
    throw new ArtifactError(
      'embedder-version',
      `${source} has format version ${version}, this release reads ${formatVersion}. ${pieceTableRemedy}`,
    )
  }
  const scores = floats('pieces.scores', undefined)
  const codebooks = floats('codebooks', undefined, codesPerGroup, columnsPerGroup)
  const groups = codebooks.length / (codesPerGroup * columnsPerGroup)
  const dimensions = groups * columnsPerGroup
  if (groups === 0 || groups % 2 !== 0) throw fail(`codebooks has ${groups} groups, expected an even number`)
  const count = scores.length
  return {
    vocabulary: {
      scores,
      shared: new Uint8Array(copyOf(read('pieces.shared', 'U8', count))),
      added: new Uint8Array(copyOf(read('pieces.added', 'U8', count))),
      codes: new Uint16Array(copyOf(read('pieces.code_units', 'U8', undefined, 2))),
    },
    dimensions,
    codes: new Uint8Array(copyOf(read('rows.codes', 'U8', count, groups))),
    codebooks,
    factors: floats('rows.factors', count),
    meanPrompt: floats('mean_prompt', dimensions),
  }
}

/** Copies into aligned memory, because a tensor is a view of the whole file. */
function copyOf({ bytes }: Tensor): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
