import { join } from 'node:path'
import { encodeSafetensors, float32Tensor, type Tensor } from '../../../../base/artifact/safetensors.ts'
import { integerTensor, readTensorFields, readTensorFile } from '../../../../base/artifact/tensor-fields.ts'
import { ArtifactError } from '../../../../errors.ts'
import { codesPerGroup, columnsPerGroup, type PieceTable } from './table.ts'

export const pieceTableFileName = 'pieces.safetensors'

const formatVersion = 2
/** What to do about a table that cannot be used. */
export const pieceTableRemedy = 'Reinstall the package, or make it again with recipes/pieces/make-table.mjs.'

/** Reads and checks `pieces.safetensors` in `folder`. Throws `ArtifactError`. */
export async function readPieceTable(folder: string): Promise<PieceTable> {
  const file = join(folder, pieceTableFileName)
  const bytes = await readTensorFile(
    file,
    (cause) =>
      new ArtifactError(
        'embedder-file-missing',
        `The word pieces of the built-in embedder cannot be read from ${file}. Give the folder that holds ${pieceTableFileName}, or reinstall the package.`,
        { cause },
      ),
  )
  return parsePieceTable(bytes, file)
}

/** The bytes of `pieces.safetensors`. The same table gives the same bytes. */
export function encodePieceTable(table: PieceTable): Uint8Array {
  const { vocabulary, dimensions, codes, codebooks, factors, meanPrompt } = table
  const groups = dimensions / columnsPerGroup
  const count = vocabulary.scores.length
  return encodeSafetensors(
    new Map<string, Tensor>([
      ['format', integerTensor(Int32Array.of(formatVersion), 'I32')],
      ['rows.codes', integerTensor(codes, 'U8', [count, groups])],
      ['rows.factors', float32Tensor(factors, [count])],
      ['codebooks', float32Tensor(codebooks, [groups, codesPerGroup, columnsPerGroup])],
      ['mean_prompt', float32Tensor(meanPrompt, [dimensions])],
      ['pieces.scores', float32Tensor(vocabulary.scores, [count])],
      ['pieces.shared', integerTensor(vocabulary.shared, 'U8')],
      ['pieces.added', integerTensor(vocabulary.added, 'U8')],
      ['pieces.code_units', integerTensor(vocabulary.codes, 'U8', [vocabulary.codes.length, 2])],
    ]),
  )
}

/** A table from the bytes of `source`. Throws `ArtifactError`, naming what is wrong. */
export function parsePieceTable(bytes: Uint8Array, source: string): PieceTable {
  const fail = (what: string): ArtifactError =>
    new ArtifactError(
      'embedder-broken',
      `${source} is not a usable table of word pieces: ${what}. ${pieceTableRemedy}`,
    )
  const fields = readTensorFields(bytes, source, fail)
  const [version] = fields.int32('format', 1)
  if (version !== formatVersion) {
    throw new ArtifactError(
      'embedder-version',
      `${source} has format version ${version}, this release reads ${formatVersion}. ${pieceTableRemedy}`,
    )
  }
  const scores = fields.float32('pieces.scores', undefined)
  const codebooks = fields.float32('codebooks', undefined, codesPerGroup, columnsPerGroup)
  const groups = codebooks.length / (codesPerGroup * columnsPerGroup)
  const dimensions = groups * columnsPerGroup
  if (groups === 0 || groups % 2 !== 0) throw fail(`codebooks has ${groups} groups, expected an even number`)
  const count = scores.length
  return {
    vocabulary: {
      scores,
      shared: fields.uint8('pieces.shared', count),
      added: fields.uint8('pieces.added', count),
      codes: new Uint16Array(fields.uint8('pieces.code_units', undefined, 2).buffer),
    },
    dimensions,
    codes: fields.uint8('rows.codes', count, groups),
    codebooks,
    factors: fields.float32('rows.factors', count),
    meanPrompt: fields.float32('mean_prompt', dimensions),
  }
}
