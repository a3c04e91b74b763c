import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { createConfidenceSequence, type SequenceOptions } from './confidence-sequence.ts'

const options: SequenceOptions = { range: [0, 1], errorRate: 0.05, planned: 100 }

describe('createConfidenceSequence', () => {
  it('is the formula of its docstring after two values', () => {
    const sequence = createConfidenceSequence(options)
    sequence.add(1)
    sequence.add(0)
    // Before the first: mean ½, variance ¼. After it: mean ¾, variance (¼ + (1 − ¾)²)/2 = .15625.
    const log = Math.log(40)
    const [first, second] = [Math.sqrt((2 * log) / 25), Math.sqrt((2 * log) / (0.15625 * 100))] as const
    const psi = (lambda: number) => -Math.log(1 - lambda) - lambda
    const half = (log + 0.25 * psi(first) + 0.75 ** 2 * psi(second)) / (first + second)
    const centre = first / (first + second)
    expect(half).toBeGreaterThan(1)
    expect(sequence.interval()).toEqual([0, 1])
    expect(sequence.mean()).toBe(0.5)
    const { weight, weighted, penalty } = sequence.state()
    expect(weighted / weight).toBeCloseTo(centre, 12)
    expect((log + penalty) / weight).toBeCloseTo(half, 12)
  })

  it('narrows around the mean, in the units of its range', () => {
    const random = createRandom(3)
    const sequence = createConfidenceSequence({ ...options, range: [-4, 4], planned: 1000 })
    for (let i = 0; i < 20_000; i++) sequence.add(random.next() < 0.5 ? 1 : 0)
    const [low, high] = sequence.interval()
    expect(low).toBeLessThan(0.5)
    expect(high).toBeGreaterThan(0.5)
    expect(high - low).toBeLessThan(0.06)
    expect(high - low).toBeGreaterThan(0.01)
  })

  it('continues from its state as if it had not been interrupted', () => {
    const random = createRandom(4)
    const values = Array.from({ length: 200 }, () => random.next())
    const whole = createConfidenceSequence(options)
    for (const value of values) whole.add(value)
    let interrupted = createConfidenceSequence(options)
    for (const value of values) {
      interrupted.add(value)
      interrupted = createConfidenceSequence(options, JSON.parse(JSON.stringify(interrupted.state())))
    }
    expect(interrupted.interval()).toEqual(whole.interval())
    expect(interrupted.mean()).toBe(whole.mean())
  })

  it('knows nothing before the first value', () => {
    const sequence = createConfidenceSequence({ ...options, range: [-1, 3] })
    expect([sequence.mean(), sequence.interval()]).toEqual([null, [-1, 3]])
  })

  it.each([
    ['coins', (uniform: number) => (uniform < 0.1 ? 1 : 0), 0.1],
    ['even values', (uniform: number) => uniform, 0.5],
    [
      'rare large ones',
      (uniform: number) => (uniform < 0.01 ? 1 : 0.02 * uniform),
      0.01 + 0.01 * (1 - 0.0001),
    ],
  ])('misses the mean of %s at any of 3,000 times in at most 5 %% of runs', (_, drawValue, mean) => {
    const random = createRandom(5)
    const runs = 200
    let missed = 0
    for (let run = 0; run < runs; run++) {
      const sequence = createConfidenceSequence({ ...options, planned: 500 })
      for (let count = 0; count < 3000; count++) {
        sequence.add(drawValue(random.next()))
        const [low, high] = sequence.interval()
        if (low > mean || high < mean) {
          missed++
          break
        }
      }
    }
    expect(missed / runs).toBeLessThanOrEqual(0.05)
  })

  it('refuses values outside its range and options that are none', () => {
    const sequence = createConfidenceSequence(options)
    for (const value of [-0.1, 1.1, Number.NaN])
      expect(() => sequence.add(value)).toThrow(expect.objectContaining({ code: 'value-outside-range' }))
    for (const wrong of [{ range: [1, 1] }, { errorRate: 0 }, { errorRate: 5 }, { planned: 0 }] as const)
      expect(() => createConfidenceSequence({ ...options, ...wrong })).toThrow(
        expect.objectContaining({ code: 'invalid-sequence' }),
      )
  })
})
