import { expect, it } from 'vitest'
import { assembleKernel } from '../../../../scripts/wasm-kernels.mjs'
import { similarityKernelBytes } from './kernel.ts'

it('the committed bytes are those of kernel.wat', async () => {
  const bytes = await assembleKernel('base/math/similarity')
  expect(Buffer.from(similarityKernelBytes()).equals(bytes)).toBe(true)
  // "\0asm", version 1
  expect(Array.from(bytes.subarray(0, 8))).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
})
