import { ArtifactError } from '../../errors.ts'
import {
  byteLength,
  bytesPerNumber,
  headerLength,
  isCounts,
  prefixBytes,
  type TensorType,
  tensorEntries,
} from './safetensors-header.ts'

/** A named array of numbers as a `.safetensors` file stores it: little-endian, row-major. */
export type Tensor = {
  readonly dtype: TensorType
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

/**
 * Reads the safetensors format: an 8-byte header length, a JSON header of
 * `name → {dtype, shape, data_offsets: [begin, end]}`, then the numbers, without holes or overlaps.
 *
 * The tensors are views of `bytes`, in the order of their data: nothing is copied, so a header can claim any
 * size without anything being allocated for it.
 *
 * @param source named in errors, usually the file's path.
 * @throws ArtifactError `safetensors-invalid` for anything the format does not allow.
 */
export function parseSafetensors(bytes: Uint8Array, source: string): Map<string, Tensor> {
  const fail = (what: string, cause?: unknown): never => {
    throw new ArtifactError(
      'safetensors-invalid',
      `${source} is not a whole safetensors file: ${what}. Copy or download it again.`,
      { cause },
    )
  }
  const headerBytes = headerLength(bytes.subarray(0, prefixBytes), bytes.length, fail)
  const data = bytes.subarray(prefixBytes + headerBytes)
  const entries = tensorEntries(bytes.subarray(prefixBytes, prefixBytes + headerBytes), data.length, fail)
  return new Map(
    entries.map(({ name, dtype, shape, begin, end }) => [
      name,
      { dtype, shape, bytes: new Uint8Array(data.buffer, data.byteOffset + begin, end - begin) },
    ]),
  )
}

/**
 * Writes the safetensors format. The same tensors in the same order give the same bytes; the header is padded
 * with spaces to a multiple of 8 bytes, which aligns the numbers in a mapped file.
 *
 * @throws ArtifactError `tensor-invalid` for a tensor whose bytes do not fit its shape.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]]
  let end = 0
  for (const [name, { dtype, shape, bytes }] of tensors) {
    checkWritable(name, dtype, shape, bytes.length)
    entries.push([name, { dtype, shape, data_offsets: [end, end + bytes.length] }])
    end += bytes.length
  }
  // `fromEntries` and not an object built up by assignment: a tensor may be called `__proto__`.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const headerBytes = Math.ceil(json.length / 8) * 8
  const file = new Uint8Array(prefixBytes + headerBytes + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true)
  file.fill(0x20, prefixBytes, prefixBytes + headerBytes)
  file.set(json, prefixBytes)
  let at = prefixBytes + headerBytes
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at)
    at += bytes.length
  }
  return file
}

/**
 * The numbers of a tensor as 32-bit floats, row by row; a copy. F64 and whole numbers are rounded to the nearest.
 *
 * @param name of the tensor, for errors.
 * @throws ArtifactError `weights-not-finite` if a value is NaN, infinite or too large for 32 bits.
 */
export function float32Of(tensor: Tensor, name: string): Float32Array {
  const { dtype, bytes } = tensor
  const step = bytesPerNumber[dtype]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = readers[dtype]
  const values = new Float32Array(bytes.byteLength / step)
  for (let index = 0; index < values.length; index++) {
    values[index] = read(view, index * step)
    if (!Number.isFinite(values[index])) throw notFinite(values[index]!, index, name)
  }
  return values
}

/**
 * Checks the numbers of a tensor as `float32Of` does, without the copy. Whole numbers are always finite.
 *
 * @throws ArtifactError `weights-not-finite`.
 */
export function checkFinite({ dtype, bytes }: Tensor, name: string): void {
  if (!floatTypes.includes(dtype)) return
  const step = bytesPerNumber[dtype]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = readers[dtype]
  for (let at = 0; at < bytes.byteLength; at += step) {
    // Most numbers are F32; their exponent bits show whether they are finite, without decoding.
    if (dtype === 'F32' && (view.getUint32(at, true) & exponentBits) !== exponentBits) continue
    const value = Math.fround(read(view, at))
    if (!Number.isFinite(value)) throw notFinite(value, at / step, name)
  }
}

const floatTypes: readonly TensorType[] = ['F32', 'F64', 'F16', 'BF16']
/** The exponent bits; all are 1 in NaN and the infinities only. */
const exponentBits = 0x7f800000

function notFinite(value: number, index: number, name: string): ArtifactError {
  return new ArtifactError(
    'weights-not-finite',
    `Number ${index} of tensor ${name} is ${value}: weights must be finite. Train or download the router again.`,
  )
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** A tensor of 32-bit floats. It holds a copy: `values` may change afterwards. */
export function float32Tensor(values: Float32Array, shape: readonly number[]): Tensor {
  const bytes = new Uint8Array(values.slice().buffer)
  if (!isLittleEndian) for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse()
  checkWritable('', 'F32', shape, bytes.length)
  return { dtype: 'F32', shape, bytes }
}

const readers: Readonly<Record<TensorType, (view: DataView, at: number) => number>> = {
  F32: (view, at) => view.getFloat32(at, true),
  F64: (view, at) => view.getFloat64(at, true),
  F16: (view, at) => float16(view.getUint16(at, true)),
  BF16: (view, at) => bfloat16(view.getUint16(at, true)),
  I8: (view, at) => view.getInt8(at),
  U8: (view, at) => view.getUint8(at),
  I32: (view, at) => view.getInt32(at, true),
  I64: (view, at) => Number(view.getBigInt64(at, true)),
}

/** IEEE 754 half precision: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const bits32 = new DataView(new ArrayBuffer(4))

/** The upper half of a 32-bit float. */
function bfloat16(bits: number): number {
  bits32.setUint32(0, bits * 0x10000)
  return bits32.getFloat32(0)
}

function checkWritable(name: string, dtype: TensorType, shape: readonly number[], bytes: number): void {
  if (name === '__metadata__')
    throw new ArtifactError(
      'tensor-invalid',
      'A tensor cannot be called __metadata__: the format reserves that name.',
    )
  if (!isCounts(shape) || byteLength(dtype, shape) !== bytes)
    throw new ArtifactError(
      'tensor-invalid',
      `Tensor ${name} has ${bytes} bytes, and its shape [${shape.join(', ')}] of ${dtype} needs ${byteLength(dtype, shape)}.`,
    )
}
