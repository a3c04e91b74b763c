import { describe, expect, it } from 'vitest'
import { encodeSafetensors, float32Tensor } from './safetensors.ts'
import { integerTensor, readTensorFields, readTensorFile } from './tensor-fields.ts'

const bytes = encodeSafetensors(
  new Map([
    ['counts', integerTensor(Int32Array.of(-1, 2 ** 30), 'I32')],
    ['small', integerTensor(Int8Array.of(-128, 127), 'I8', [2, 1])],
    ['flags', integerTensor(Uint8Array.of(0, 255, 1), 'U8')],
    ['units', integerTensor(Uint16Array.of(0xffff), 'U8', [1, 2])],
    ['numbers', float32Tensor(Float32Array.of(0.5, -2), [1, 2])],
  ]),
)
const fields = readTensorFields(bytes, 'a file', (what) => new RangeError(`bad: ${what}`))

describe('readTensorFields', () => {
  it('gives each tensor in its type, in memory of its own', () => {
    expect(fields.int32('counts', 2)).toEqual(Int32Array.of(-1, 2 ** 30))
    expect(fields.int8('small', 2, 1)).toEqual(Int8Array.of(-128, 127))
    expect(fields.uint8('flags', undefined)).toEqual(Uint8Array.of(0, 255, 1))
    expect(fields.float32('numbers', undefined, 2)).toEqual(Float32Array.of(0.5, -2))
    expect(new Uint16Array(fields.uint8('units', 1, 2).buffer)).toEqual(Uint16Array.of(0xffff))
  })

  it('refuses a tensor that is missing, of another type or of another shape, and says which', () => {
    expect(() => fields.int32('none', 1)).toThrow('bad: the tensor none is missing')
    expect(() => fields.int32('flags', 3)).toThrow('bad: flags is U8 [3], expected I32 [3]')
    expect(() => fields.float32('numbers', undefined, 3)).toThrow(
      'bad: numbers is F32 [1, 2], expected F32 [any, 3]',
    )
    expect(() => fields.uint8('flags', 3, 1)).toThrow('expected U8 [3, 1]')
  })
})

it('readTensorFile refuses a file that cannot be read, with the cause', async () => {
  const reading = readTensorFile('/no/such/file', (cause) => new RangeError('not there', { cause }))
  await expect(reading).rejects.toThrow('not there')
  await expect(reading).rejects.toHaveProperty('cause')
})
