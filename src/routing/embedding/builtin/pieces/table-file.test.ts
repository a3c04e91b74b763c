import { describe, expect, it } from 'vitest'
import { encodeSafetensors, parseSafetensors, type Tensor } from '../../../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../../../errors.ts'
import { loadPieceVectors } from './piece-vectors.ts'
import type { PieceTable } from './table.ts'
import { encodePieceTable, parsePieceTable, readPieceTable } from './table-file.ts'
import { encodeVocabulary } from './vocabulary.ts'

const { vocabulary } = encodeVocabulary([
  ['<unk>', 0],
  ['▁', -1.5],
  ['▁the', -2.25],
  ['😀', -3],
  ['😁', -3],
])
const table: PieceTable = {
  vocabulary,
  dimensions: 16,
  codes: Int32Array.from({ length: 10 }, (_, at) => at * 0x01234567),
  factors: Float32Array.of(0, 1, 2, 3, 4),
  columnScales: new Float32Array(16).fill(0.25),
  meanPrompt: new Float32Array(16).fill(0.125),
}
const bytes = encodePieceTable(table)

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof ArtifactError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no error'
}

describe('the file of a table of pieces', () => {
  it('keeps every number and code unit', () => {
    expect(parsePieceTable(bytes, 'file')).toEqual(table)
    expect(encodePieceTable(parsePieceTable(bytes, 'file'))).toEqual(bytes)
  })

  it('says what is wrong with a damaged one', () => {
    const tensors = parseSafetensors(bytes, 'file')
    const withTensor = (name: string, tensor: Partial<Tensor> | undefined): Uint8Array => {
      const changed = new Map(tensors)
      if (tensor === undefined) changed.delete(name)
      else changed.set(name, { ...changed.get(name)!, ...tensor })
      return encodeSafetensors(changed)
    }
    const parse = (data: Uint8Array) => codeOf(() => parsePieceTable(data, 'file'))
    for (const name of tensors.keys()) {
      expect(parse(withTensor(name, undefined))).toContain(
        `embedder-broken: file is not a usable table of word pieces: the tensor ${name} is missing`,
      )
    }
    expect(parse(withTensor('format', { bytes: new Uint8Array([9, 0, 0, 0]) }))).toContain(
      'embedder-version: file has format version 9, this release reads 1.',
    )
    expect(parse(withTensor('rows.codes', { shape: [2, 5] }))).toContain('expected I32 [5, 2]')
    expect(parse(withTensor('pieces.shared', { dtype: 'I8' }))).toContain('expected U8 [5]')
    expect(parse(withTensor('columns.scales', { shape: [12], bytes: new Uint8Array(48) }))).toContain(
      'columns.scales has 12 numbers, which is not a multiple of 8',
    )
    expect(parse(bytes.subarray(0, bytes.length - 1))).toContain('safetensors-invalid')
  })

  it('is named if it is missing', async () => {
    await expect(readPieceTable('/nowhere')).rejects.toMatchObject({ code: 'embedder-file-missing' })
    await expect(loadPieceVectors('/nowhere')).rejects.toThrow(/pieces\.safetensors/)
  })
})
