import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import { float16Of, floatsOf, quantiseMatrix } from './quantised-weights.ts'

describe('quantiseMatrix', () => {
  it('transposes, with a scale per output', () => {
    // Two outputs of four inputs, of which the last has the largest weights.
    const { values, scales, sums, exactInputs, exactWeights } = quantiseMatrix(
      Float32Array.of(1, -2, 127, 900, 0.5, 0.25, -0.254, -800),
      4,
      2,
    )
    expect(exactInputs).toEqual(Int32Array.of(3))
    expect(exactWeights).toEqual(Float32Array.of(900, -800))
    expect(Array.from(scales)).toEqual([1, Math.fround(0.5 / 127)])
    expect(Array.from(values)).toEqual([1, 127, -2, 64, 127, -65, 0, 0])
    // 1 − 2 + 127, and 127 + 64 − 65 times the scale.
    expect(Array.from(sums)).toEqual([126, Math.fround(126 * Math.fround(0.5 / 127))])
  })

  it('of zeros is zeros', () => {
    const { values, scales } = quantiseMatrix(new Float32Array(4), 2, 2)
    expect([...values, ...scales]).toEqual([0, 0, 0, 0, 1, 1])
  })

  it('is off by half a step at most', () => {
    const random = createRandom(3)
    const weights = Float32Array.from({ length: 600 }, () => random.nextGaussian())
    const { values, scales, exactInputs } = quantiseMatrix(weights, 30, 20)
    expect(exactInputs).toHaveLength(2)
    for (const [index, weight] of weights.entries()) {
      const [output, input] = [Math.floor(index / 30), index % 30]
      const scale = scales[output]!
      if (exactInputs.includes(input)) {
        expect(values[input * 20 + output]).toBe(0)
        continue
      }
      expect(Math.abs(values[input * 20 + output]! * scale - weight)).toBeLessThanOrEqual(scale * 0.5001)
    }
  })
})

describe('float16Of', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [1e9, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
    [0.1, 0x2e66],
  ])('%f', (value, bits) => expect(Array.from(float16Of(Float32Array.of(value)))).toEqual([bits]))

  it('is read back as the number that it was', () => {
    const bytes = new Uint8Array(2 * 0x7c00)
    const view = new DataView(bytes.buffer)
    for (let bits = 0; bits < 0x7c00; bits++) view.setUint16(2 * bits, bits, true)
    const values = floatsOf({ dtype: 'F16', name: 'every positive number' }, bytes)
    expect(float16Of(values)).toEqual(new Uint16Array(bytes.buffer))
  })
})
