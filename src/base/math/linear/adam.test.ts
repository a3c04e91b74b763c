import { describe, expect, it } from 'vitest'
import { createAdam } from './adam.ts'

describe('createAdam', () => {
  it('moves by the learning rate in the first step, whatever the size of the gradient', () => {
    const parameters = Float64Array.of(1, 1, 1)
    createAdam(parameters, { learningRate: 0.1, weightDecay: 0 }).step(Float64Array.of(5, -0.002, 0))
    expect(parameters[0]).toBeCloseTo(0.9, 8)
    expect(parameters[1]).toBeCloseTo(1.1, 5)
    expect(parameters[2]).toBe(1)
  })

  it('follows the recurrence by hand over two steps', () => {
    const parameters = Float64Array.of(2)
    const adam = createAdam(parameters, { learningRate: 0.5, weightDecay: 0 })
    adam.step(Float64Array.of(1))
    adam.step(Float64Array.of(-1))
    // m = .9·.1 − .1 = −.01, v = .999·.001 + .001 = .001999; m̂ = m/.19, v̂ = v/.001999 = 1
    const afterFirst = 2 - 0.5 / (1 + 1e-8)
    expect(parameters[0]).toBeCloseTo(afterFirst - (0.5 * (-0.01 / 0.19)) / (1 + 1e-8), 12)
  })

  it('adds the decay to the gradient, as torch does', () => {
    const decayed = Float64Array.of(3)
    const plain = Float64Array.of(3)
    const withDecay = createAdam(decayed, { learningRate: 0.01, weightDecay: 0.5 })
    const without = createAdam(plain, { learningRate: 0.01, weightDecay: 0 })
    withDecay.step(Float64Array.of(1))
    without.step(Float64Array.of(2.5))
    expect(decayed).toEqual(plain)
  })

  it('finds the minimum of a parabola', () => {
    const parameters = Float64Array.of(10)
    const adam = createAdam(parameters, { learningRate: 0.1, weightDecay: 0 })
    for (let i = 0; i < 2000; i++) adam.step(Float64Array.of(2 * (parameters[0]! - 3)))
    expect(parameters[0]).toBeCloseTo(3, 6)
  })
})
