import { describe, expect, it, vi } from 'vitest'
import { assembleKernel } from '../../../../../../scripts/wasm-kernels.mjs'
import { createRandom } from '../../../../../base/math/random.ts'
import { tryToCompile } from '../../../../../base/math/wasm-host.ts'
import type { PieceTable } from '../table.ts'
import { encodeVocabulary } from '../vocabulary.ts'
import { createKernelRowSum, kernelBytes } from './kernel.ts'
import { createPlainRowSum } from './plain.ts'
import { createRowSum } from './row-sum.ts'

const module = tryToCompile(kernelBytes())!
const { vocabulary } = encodeVocabulary([
  ['▁', -1],
  ['a', -1],
  ['<unk>', 0],
])
// Entry c of the first codebook is c, 2c, 3c, 4c; of the second 0, 0, 0, 1.
const small: PieceTable = {
  vocabulary,
  dimensions: 8,
  codes: Uint8Array.of(9, 9, 10, 255, 200, 0),
  codebooks: Float32Array.from({ length: 2048 }, (_, at) =>
    at < 1024 ? Math.floor(at / 4) * ((at % 4) + 1) : Number(at % 4 === 3),
  ),
  factors: Float32Array.of(0, 0.5, 2),
  meanPrompt: new Float32Array(8),
}

describe.each([
  ['in WebAssembly', (table: PieceTable) => createKernelRowSum(table, module)],
  ['in JavaScript', createPlainRowSum],
])('the sum of rows %s', (_, create) => {
  it('adds factor · entry of the codebook over the pieces', () => {
    const { sumRows } = create(small)
    const sums = new Float64Array(8)
    sumRows(Int32Array.of(2, 1), sums)
    expect([...sums]).toEqual([405, 810, 1215, 1620, 0, 0, 0, 2.5])
    sumRows(Int32Array.of(1, 1, 0), sums)
    expect([...sums]).toEqual([10, 20, 30, 40, 0, 0, 0, 1])
    sumRows(new Int32Array(), sums)
    expect([...sums]).toEqual(new Array(8).fill(0))
  })
})

it('gives the same bits in WebAssembly and in JavaScript, for any shape and number of pieces', () => {
  const random = createRandom(3)
  for (const dimensions of [8, 16, 24, 128]) {
    for (const offset of [0, 1, 4]) {
      const table = randomTable(dimensions, offset)
      const plain = createPlainRowSum(table)
      const kernel = createKernelRowSum(table, module)
      for (const length of [0, 1, 2, 511, 512, 513, 2000]) {
        const pieces = Int32Array.from({ length }, () => random.nextInt(50))
        const [one, other] = [new Float64Array(dimensions), new Float64Array(dimensions).fill(7)]
        plain.sumRows(pieces, one)
        kernel.sumRows(pieces, other)
        expect(other).toEqual(one)
      }
    }
  }

  function randomTable(dimensions: number, offset: number): PieceTable {
    const bytes = new Uint8Array((50 * dimensions) / 4 + offset)
    return {
      vocabulary,
      dimensions,
      codes: bytes.map(() => random.nextInt(256)).subarray(offset),
      codebooks: Float32Array.from({ length: dimensions * 256 }, () => random.next() - 0.5),
      factors: Float32Array.from({ length: 50 }, () => (random.next() < 0.2 ? 0 : random.next())),
      meanPrompt: new Float32Array(dimensions),
    }
  }
})

class CompileError extends Error {}

class RefusedModule {
  constructor() {
    throw new CompileError('disallowed by the embedder')
  }
}

it.each([
  ['there is no WebAssembly', undefined],
  ['none can be compiled', { Module: RefusedModule, CompileError }],
])('runs in JavaScript where %s', (_, runtime) => {
  vi.stubGlobal('WebAssembly', runtime)
  try {
    const sums = new Float64Array(8)
    createRowSum(small).sumRows(Int32Array.of(1), sums)
    expect([...sums]).toEqual([5, 10, 15, 20, 0, 0, 0, 0.5])
  } finally {
    vi.unstubAllGlobals()
  }
})

it('the committed bytes are those of kernel.wat', async () => {
  const bytes = await assembleKernel('routing/embedding/builtin/pieces/row-sum')
  expect(Buffer.from(kernelBytes()).equals(bytes)).toBe(true)
})
