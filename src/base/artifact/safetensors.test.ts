import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArtifactError } from '../../errors.ts'
import { encodeSafetensors, float32Of, float32Tensor, parseSafetensors, type Tensor } from './safetensors.ts'
import type { TensorType } from './safetensors-header.ts'

describe('parseSafetensors', () => {
  it('reads a file written by the reference implementation', async () => {
    const file = await readFile(new URL('../../../test/golden/mf_model.safetensors', import.meta.url))
    const tensors = parseSafetensors(file, 'golden')
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['P.weight', 'F32', [64, 16]],
      ['text_proj.0.weight', 'F32', [16, 24]],
      ['classifier.0.weight', 'F32', [1, 16]],
    ])
  })

  it('gives tensors in the order of their data, whatever the order of the header', () => {
    const file = safetensors({ second: tensor([4, 8]), first: tensor([0, 4]) }, 8)
    expect([...parseSafetensors(file, 'f').keys()]).toEqual(['first', 'second'])
  })

  it('copies nothing: tensors are views of the file', () => {
    const file = safetensors({ a: tensor([0, 4]) }, 4)
    expect(parseSafetensors(file, 'f').get('a')?.bytes.buffer).toBe(file.buffer)
  })

  it('accepts tensors without numbers, scalars and an empty file', () => {
    const file = safetensors({ none: tensor([0, 0], [0, 7]), scalar: tensor([0, 4], []) }, 4)
    expect([...parseSafetensors(file, 'f')].map(([name, { shape }]) => [name, shape])).toEqual([
      ['none', [0, 7]],
      ['scalar', []],
    ])
    expect(parseSafetensors(safetensors({}, 0), 'f').size).toBe(0)
  })

  const file =
    (header: unknown, dataBytes = 4) =>
    () =>
      safetensors(header, dataBytes)
  it.each<[string, () => Uint8Array, RegExp]>([
    ['nothing', () => new Uint8Array(0), /0 bytes, less than the 8/],
    ['half a prefix', () => new Uint8Array(5), /5 bytes, less than the 8/],
    ['a header of 2^63 bytes', () => withPrefix(2n ** 63n), /claims 9223372036854775808 bytes, more than/],
    ['a header longer than the file', () => withPrefix(1_000n), /claims 1000 bytes, and 2 are there/],
    ['a header that is no UTF-8', () => rawHeader(Uint8Array.of(0x7b, 0xff, 0x7d)), /not JSON/],
    ['a header that is no JSON', () => rawHeader(new TextEncoder().encode('{"a":')), /not JSON/],
    ['a header that is a list', file([]), /not a JSON object/],
    ['a header that is null', file(null), /not a JSON object/],
    ['a tensor that is a number', file({ a: 3 }), /tensor a is described by 3/],
    ['no dtype', file({ a: { shape: [1], data_offsets: [0, 4] } }), /dtype undefined/],
    ['an unknown dtype', file({ a: tensor([0, 4], [1], 'F8_E4M3') }), /dtype "F8_E4M3"; known are F64/],
    ['the dtype toString', file({ a: tensor([0, 4], [1], 'toString') }), /dtype "toString"/],
    ['no shape', file({ a: { dtype: 'F32', data_offsets: [0, 4] } }), /has the shape undefined/],
    ['a negative size', file({ a: tensor([0, 4], [-1]) }), /has the shape \[-1\]/],
    ['a fractional size', file({ a: tensor([0, 4], [0.5]) }), /has the shape \[0.5\]/],
    ['a size beyond 2^53', file({ a: tensor([0, 4], [2 ** 60]) }), /has the shape/],
    ['a shape whose product overflows', file({ a: tensor([0, 4], [2 ** 40, 2 ** 40]) }), /needs Infinity/],
    ['no data_offsets', file({ a: { dtype: 'F32', shape: [1] } }), /data_offsets undefined/],
    ['one offset', file({ a: tensor([0]) }), /data_offsets \[0\]/],
    ['negative offsets', file({ a: tensor([-4, 0]) }), /data_offsets \[-4,0\]/],
    ['offsets as text', file({ a: tensor(['0', '4']) }), /data_offsets/],
    ['an end before the begin', file({ a: tensor([4, 0]) }), /span -4/],
    ['fewer bytes than the shape needs', file({ a: tensor([0, 4], [2]) }), /needs 8 bytes.*span 4/],
    ['more bytes than the shape needs', file({ a: tensor([0, 8], [1]) }, 8), /needs 4 bytes.*span 8/],
    ['an end past the file', file({ a: tensor([0, 8], [2]) }, 4), /ends at byte 8, but only 4/],
    ['a hole', file({ a: tensor([0, 4]), b: tensor([8, 12]) }, 12), /bytes 4 to 8 belong to no tensor/],
    ['an overlap', file({ a: tensor([0, 8], [2]), b: tensor([4, 8]) }, 8), /tensor b begins at 4, inside/],
    ['the same bytes twice', file({ a: tensor([0, 4]), b: tensor([0, 4]) }, 4), /inside the one before/],
    ['bytes after the last tensor', file({ a: tensor([0, 4]) }, 7), /3 bytes after the last tensor/],
  ])('refuses %s', (_, broken, message) => {
    const parse = () => parseSafetensors(broken(), 'here/weights.safetensors')
    expect(parse).toThrow(ArtifactError)
    expect(parse).toThrow(message)
    expect(parse).toThrow('here/weights.safetensors')
  })

  it('never throws anything else, whatever the bytes', () => {
    const valid = encodeSafetensors(new Map([['a', float32Tensor(Float32Array.of(1, 2), [2])]]))
    const spoilt = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(spoilt, fc.nat(valid.length), (changes, length) => {
        const bytes = valid.slice(0, length)
        for (const [at, value] of changes) if (at < length) bytes[at] = value
        try {
          for (const { bytes: own } of parseSafetensors(bytes, 'f').values())
            expect(own.byteOffset + own.byteLength).toBeLessThanOrEqual(bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(ArtifactError)
        }
      }),
      { seed: 7, numRuns: 2_000 },
    )
  })
})

describe('encodeSafetensors', () => {
  it('writes what it reads, for every dtype, in order', () => {
    const tensors = new Map<string, Tensor>([
      ['b', { dtype: 'I8', shape: [3], bytes: Uint8Array.of(1, 2, 3) }],
      ['__proto__', { dtype: 'U8', shape: [1], bytes: Uint8Array.of(9) }],
      ['a', float32Tensor(Float32Array.of(0.5, -1, 2, 3), [2, 2])],
      ['c', { dtype: 'I64', shape: [1], bytes: new Uint8Array(8) }],
    ])
    const read = parseSafetensors(encodeSafetensors(tensors, { note: 'x' }), 'f')
    expect([...read.keys()]).toEqual(['b', '__proto__', 'a', 'c'])
    expect(float32Of(read.get('a')!, 'a')).toEqual(Float32Array.of(0.5, -1, 2, 3))
    expect(read.get('b')).toEqual(tensors.get('b'))
  })

  it('gives equal bytes for equal tensors, and pads the header to 8 bytes', () => {
    const encode = (name: string) =>
      encodeSafetensors(new Map([[name, float32Tensor(Float32Array.of(1), [1])]]))
    expect(encode('a')).toEqual(encode('a'))
    for (const name of ['a', 'ab', 'abc', 'abcd', 'ü']) {
      const file = encode(name)
      expect(Number(new DataView(file.buffer).getBigUint64(0, true)) % 8).toBe(0)
      expect(parseSafetensors(file, 'f').has(name)).toBe(true)
    }
  })

  it('refuses a tensor that does not fit its shape, and the reserved name', () => {
    const short: Tensor = { dtype: 'F32', shape: [2], bytes: new Uint8Array(4) }
    expect(() => encodeSafetensors(new Map([['w', short]]))).toThrow(/Tensor w has 4 bytes.*needs 8/)
    const reserved = new Map([['__metadata__', float32Tensor(Float32Array.of(1), [1])]])
    expect(() => encodeSafetensors(reserved)).toThrow(/__metadata__/)
    expect(() => float32Tensor(Float32Array.of(1, 2), [3])).toThrow(/needs 12/)
  })
})

describe('float32Of', () => {
  const numbers = (dtype: TensorType, bytes: number[], count: number) =>
    Array.from(float32Of({ dtype, shape: [count], bytes: Uint8Array.from(bytes) }, 'w'))

  it('converts half precision: normal, subnormal, negative zero, largest', () => {
    // 1, −2, 65504, 2^-24, −0, 1/3 rounded to half
    const bytes = [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x80, 0x55, 0x35]
    expect(numbers('F16', bytes, 6)).toEqual([1, -2, 65504, 2 ** -24, -0, 0.333251953125])
  })

  it('converts bfloat16: normal, subnormal, negative', () => {
    // 1, −2.5, 2^-133 (smallest subnormal), 3.3895e38 (largest)
    const bytes = [0x80, 0x3f, 0x20, 0xc0, 0x01, 0x00, 0x7f, 0x7f]
    expect(numbers('BF16', bytes, 4)).toEqual([1, -2.5, 2 ** -133, Math.fround(3.3895313892515355e38)])
  })

  it('converts whole numbers and rounds doubles', () => {
    expect(numbers('I8', [0xff, 0x7f], 2)).toEqual([-1, 127])
    expect(numbers('U8', [0xff], 1)).toEqual([255])
    expect(numbers('I32', [0xfe, 0xff, 0xff, 0xff], 1)).toEqual([-2])
    expect(numbers('I64', [0, 0, 0, 0, 1, 0, 0, 0], 1)).toEqual([2 ** 32])
    expect(numbers('F64', [...new Uint8Array(Float64Array.of(0.1).buffer)], 1)).toEqual([Math.fround(0.1)])
  })

  it('reads numbers that are not aligned', () => {
    const bytes = new Uint8Array(9)
    new DataView(bytes.buffer).setFloat32(3, 1.5, true)
    expect(float32Of({ dtype: 'F32', shape: [1], bytes: bytes.subarray(3, 7) }, 'w')).toEqual(
      Float32Array.of(1.5),
    )
  })

  it.each<[TensorType, number[]]>([
    ['F32', [0, 0, 0xc0, 0x7f]],
    ['F16', [0x00, 0x7c]],
    ['F16', [0x01, 0x7e]],
    ['BF16', [0x80, 0xff]],
    ['F64', [...new Uint8Array(Float64Array.of(1e300).buffer)]],
  ])('refuses a %s that is no finite 32-bit float', (dtype, bytes) => {
    expect(() => numbers(dtype, bytes, 1)).toThrow(
      /Number 0 of tensor w is (NaN|-?Infinity): weights must be finite/,
    )
  })
})

function tensor(offsets: readonly unknown[], shape: readonly number[] = [1], dtype = 'F32'): unknown {
  return { dtype, shape, data_offsets: offsets }
}

function safetensors(header: unknown, dataBytes: number): Uint8Array {
  return rawHeader(new TextEncoder().encode(JSON.stringify(header)), dataBytes)
}

function rawHeader(header: Uint8Array, dataBytes = 0): Uint8Array {
  const file = new Uint8Array(8 + header.length + dataBytes)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  return file
}

function withPrefix(headerBytes: bigint): Uint8Array {
  const file = new Uint8Array(10)
  new DataView(file.buffer).setBigUint64(0, headerBytes, true)
  return file
}
