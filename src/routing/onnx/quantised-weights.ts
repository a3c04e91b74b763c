import { float32Of } from '../../base/artifact/safetensors.ts'
import type { StoredTensor } from './checkpoint-tensors.ts'

/** A weight matrix in 8 bits, apart from the inputs with the largest weights. */
export type QuantisedMatrix = {
  /** [inputs, outputs], to be multiplied by the scale of their column; 0 for the exact inputs. */
  readonly values: Int8Array
  /** [outputs] */
  readonly scales: Float32Array
  /** [outputs]: the sum of a column's values times its scale. */
  readonly sums: Float32Array
  /** The inputs that are kept as they are, ascending. */
  readonly exactInputs: Int32Array
  /** [exact inputs, outputs]: their weights. */
  readonly exactWeights: Float32Array
}

/** The number of inputs of a matrix that are kept exact. */
export function exactInputsOf(inputs: number): number {
  return Math.min(16, Math.ceil(inputs / 16))
}

/**
 * Symmetric quantisation with one scale per output: scale = max |w| / 127, value = round(w / scale).
 *
 * The inputs with the largest weights stay as they are. Trained encoders have a few inputs whose weights are up to
 * forty times the others; in one scale with them, the other weights of an output have only a few of the 255 steps.
 *
 * @param weights [outputs, inputs], as checkpoints store them; the result is transposed.
 */
export function quantiseMatrix(weights: Float32Array, inputs: number, outputs: number): QuantisedMatrix {
  const exact = largestInputs(weights, inputs)
  const exactWeights = new Float32Array(exact.length * outputs)
  const values = new Int8Array(weights.length)
  const scales = new Float32Array(outputs)
  const sums = new Float32Array(outputs)
  for (let output = 0; output < outputs; output++) {
    const row = weights.slice(output * inputs, (output + 1) * inputs)
    for (const [place, input] of exact.entries()) {
      exactWeights[place * outputs + output] = row[input]!
      row[input] = 0
    }
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
  return { values, scales, sums, exactInputs: Int32Array.from(exact), exactWeights }
}

/** The inputs whose weights have the largest sum of fourth powers, ascending. */
function largestInputs(weights: Float32Array, inputs: number): number[] {
  const sizes = new Float64Array(inputs)
  for (const [index, weight] of weights.entries()) sizes[index % inputs]! += weight ** 4
  return Array.from(sizes.keys())
    .sort((left, right) => sizes[right]! - sizes[left]! || left - right)
    .slice(0, exactInputsOf(inputs))
    .sort((left, right) => left - right)
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
