import { expect, it } from 'vitest'
import { contextSize, createContextReader } from './context.ts'

const read = createContextReader({ dimensions: 184, named: 56 })
const of = (vector: Float32Array, task: string | null) => {
  const target = new Float64Array(contextSize).fill(9)
  read(vector, task, target)
  return [...target]
}
const vector = Float32Array.from({ length: 184 }, (_, at) => Math.sin(at) / 10)

it('has few numbers, the first of them 1, and is the same again', () => {
  expect(contextSize).toBeLessThanOrEqual(32)
  expect(of(vector, 'proof')).toEqual(of(vector, 'proof'))
  expect(of(vector, 'proof')[0]).toBe(1)
  expect(of(new Float32Array(184), null)).toEqual([1, ...new Array(contextSize - 1).fill(0)])
  expect(createContextReader({ dimensions: 184, named: 56 })).not.toBe(read)
})

it('differs by measurement, by meaning and by kind of work, and not by the constant', () => {
  const plain = of(vector, 'proof')
  for (const at of [0, 54, 56, 183]) expect(of(vector.with(at, 1), 'proof')).not.toEqual(plain)
  expect(of(vector.with(55, 1), 'proof')).toEqual(plain)
  expect(of(vector, 'greeting')).not.toEqual(plain)
  expect(of(vector, null).slice(-4)).toEqual([0, 0, 0, 0])
})
