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
  dimensions: 8,
  codes: Uint8Array.from({ length: 10 }, (_, at) => at * 25),
  codebooks: Float32Array.from({ length: 2048 }, (_, at) => at / 2048),
  factors: Float32Array.of(0, 1, 2, 3, 4),
  meanPrompt: new Float32Array(8).fill(0.125),
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
      'embedder-version: file has format version 9, this release reads 2.',
    )
    expect(parse(withTensor('rows.codes', { shape: [2, 5] }))).toContain('expected U8 [5, 2]')
    expect(parse(withTensor('pieces.shared', { dtype: 'I8' }))).toContain('expected U8 [5]')
    expect(parse(withTensor('codebooks', { shape: [4, 128, 4] }))).toContain('expected F32 [any, 256, 4]')
    expect(parse(withTensor('codebooks', { shape: [1, 256, 4], bytes: new Uint8Array(4096) }))).toContain(
      'codebooks has 1 groups, expected an even number',
    )
    expect(parse(withTensor('mean_prompt', { shape: [2, 4] }))).toContain('expected F32 [8]')
    expect(parse(bytes.subarray(0, bytes.length - 1))).toContain('safetensors-invalid')
  })

  it('is named if it is missing', async () => {
    await expect(readPieceTable('/nowhere')).rejects.toMatchObject({ code: 'embedder-file-missing' })
    await expect(loadPieceVectors('/nowhere')).rejects.toThrow(/pieces\.safetensors/)
  })
})
