import { float32Of } from '../../base/artifact/safetensors.ts'
import type { StoredTensor } from './checkpoint-tensors.ts'

/** A weight matrix in 8 bits. */
export type QuantisedMatrix = {
  /** [inputs, outputs], to be multiplied by the scale of their column. */
  readonly values: Int8Array
  /** [outputs] */
  readonly scales: Float32Array
  /** [outputs]: the sum of a column's values times its scale. */
  readonly sums: Float32Array
}

/**
 * Symmetric quantisation with one scale per output: scale = max |w| / 127, value = round(w / scale).
 *
 * @param weights [outputs, inputs], as checkpoints store them; the result is transposed.
 */
export function quantiseMatrix(weights: Float32Array, inputs: number, outputs: number): QuantisedMatrix {
  const values = new Int8Array(weights.length)
  const scales = new Float32Array(outputs)
  const sums = new Float32Array(outputs)
  for (let output = 0; output < outputs; output++) {
    const row = weights.subarray(output * inputs, (output + 1) * inputs)
    let largest = 0
    for (const weight of row) largest = Math.max(largest, Math.abs(weight))
    const scale = largest === 0 ? 1 : largest / 127
    scales[output] = scale
    let sum = 0
    for (let input = 0; input < inputs; input++) {
      const value = Math.round(row[input]! / scale)
      values[input * outputs + output] = value
      sum += value
    }
    sums[output] = sum * scales[output]!
  }
  return { values, scales, sums }
}

/** The numbers of some bytes of a tensor as 32-bit floats. Throws ArtifactError `weights-not-finite`. */
export function floatsOf({ dtype, name }: Pick<StoredTensor, 'dtype' | 'name'>, bytes: Uint8Array) {
  return float32Of({ dtype, bytes, shape: [] }, name)
}

const largestFloat16 = 65_504

/**
 * IEEE 754 half precision, rounded to the nearest, ties to even; larger numbers become the largest.
 * A table's rows lose 2⁻¹¹ of each number at most, far less than 8 bits would.
 */
export function float16Of(values: Float32Array): Uint16Array {
  const single = new Float32Array(1)
  const bits = new Uint32Array(single.buffer)
  return Uint16Array.from(values, (value) => {
    const size = Math.min(Math.abs(value), largestFloat16)
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
    // Below the smallest normal number the step is 2⁻²⁴.
    if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24)
    single[0] = size
    const [whole = 0] = bits
    // From 8 to 5 bits of exponent, from 23 to 10 of fraction; a carry correctly increments the exponent.
    return sign | roundToEven((whole - ((127 - 15) << 23)) / 2 ** 13)
  })
}

function roundToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below
}
