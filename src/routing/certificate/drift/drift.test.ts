import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { createDistributionDrift, type DistributionDriftOptions } from './distribution-drift.ts'
import { createMeanDrift } from './mean-drift.ts'

const draws = (count: number, seed: number, draw: (uniform: number) => number) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => draw(random.next()))
}
const distribution = (options: Partial<DistributionDriftOptions> = {}): DistributionDriftOptions => ({
  falseAlarmRate: 0.05,
  planned: 2000,
  reference: [draws(500, 1, (uniform) => uniform)],
  random: createRandom(2),
  ...options,
})

describe('drift of a distribution', () => {
  it('is found in a changed mean and in a changed spread, with its distance', () => {
    for (const draw of [(uniform: number) => 0.3 + 0.7 * uniform, (uniform: number) => 0.3 + 0.4 * uniform]) {
      const detector = createDistributionDrift(distribution())
      for (const value of draws(1000, 3, draw)) detector.add(value)
      const alarm = detector.alarm()
      expect(alarm).toMatchObject({ distance: expect.closeTo(0.3, 1) })
      expect(alarm?.evidence).toBeGreaterThanOrEqual(20)
      expect(alarm?.values).toBeLessThan(500)
    }
  })

  it('is not spoken of if it is smaller than what matters', () => {
    const detector = createDistributionDrift(distribution({ leastDistance: 0.4, planned: 500 }))
    for (const value of draws(1500, 3, (uniform) => 0.2 + 0.8 * uniform)) detector.add(value)
    expect(detector.state().mostEvidence).toBeGreaterThan(1000)
    expect(detector.alarm()).toBeNull()
  })

  it('compares a value with its stratum', () => {
    const reference = [draws(200, 4, (uniform) => uniform / 2), draws(200, 5, (uniform) => 0.5 + uniform / 2)]
    const byStratum = createDistributionDrift(distribution({ reference }))
    const swapped = createDistributionDrift(distribution({ reference }))
    for (const [index, uniform] of draws(1000, 6, (each) => each).entries()) {
      byStratum.add(uniform / 2 + (index % 2) / 2, index % 2)
      swapped.add(uniform / 2 + (index % 2) / 2, 1 - (index % 2))
    }
    expect(byStratum.alarm()).toBeNull()
    expect(swapped.alarm()).toMatchObject({ distance: expect.closeTo(1 / 2, 1) })
  })

  it('keeps its alarm, and continues from its state', () => {
    const whole = createDistributionDrift(distribution())
    const random = createRandom(2)
    let parts = createDistributionDrift(distribution({ random }))
    for (const value of draws(400, 3, (uniform) => 0.4 + 0.6 * uniform)) {
      whole.add(value)
      parts.add(value)
      parts = createDistributionDrift(distribution({ random }), JSON.parse(JSON.stringify(parts.state())))
    }
    expect(whole.alarm()).not.toBeNull()
    expect(parts.state()).toEqual(whole.state())
    const { values } = whole.alarm()!
    whole.add(0.5)
    expect(whole.alarm()!.values).toBe(values)
  })

  it('refuses values and references that it cannot compare', () => {
    const detector = createDistributionDrift(distribution())
    const code = expect.objectContaining({ code: 'invalid-drift-value' })
    for (const value of [-0.1, 1.1, Number.NaN]) expect(() => detector.add(value)).toThrow(code)
    expect(() => detector.add(0.5, 1)).toThrow('no stratum 1')
    expect(() => createDistributionDrift(distribution({ reference: [[0.5]] }))).toThrow('has 1 values')
    expect(() => createDistributionDrift(distribution({ falseAlarmRate: 5 }))).toThrow(code)
    expect(() => createDistributionDrift(distribution({ planned: 0 }))).toThrow(code)
  })
})

describe('drift of a mean', () => {
  const options = { falseAlarmRate: 0.05, planned: 2000, least: 0.3, most: 0.5 }

  it.each([
    ['above', 0.65],
    ['below', 0.15],
  ])('is found %s its limits, with its distance', (_, mean) => {
    const detector = createMeanDrift(options)
    for (const value of draws(1500, 7, (uniform) => (uniform < mean ? 1 : 0))) detector.add(value)
    const alarm = detector.alarm()
    expect(alarm?.distance).toBeGreaterThan(0.05)
    expect(alarm?.values).toBeLessThan(600)
    expect(alarm?.evidence).toBeGreaterThanOrEqual(40)
  })

  it('is none while the mean wanders between them', () => {
    const detector = createMeanDrift(options)
    const values = draws(2000, 8, (uniform) => uniform)
    for (const [index, uniform] of values.entries())
      detector.add(uniform < 0.32 + 0.16 * (index / 2000) ? 1 : 0)
    expect(detector.alarm()).toBeNull()
  })

  it('of one side only gives that side the whole rate', () => {
    const detector = createMeanDrift({ falseAlarmRate: 0.05, planned: 2000, most: 0.5 })
    for (const value of draws(1000, 9, (uniform) => (uniform < 0.1 ? 1 : 0))) detector.add(value)
    expect(detector.alarm()).toBeNull()
    for (const value of draws(1000, 9, (uniform) => (uniform < 0.9 ? 1 : 0))) detector.add(value)
    expect(detector.alarm()?.evidence).toBeGreaterThanOrEqual(20)
    expect(
      createMeanDrift({ falseAlarmRate: 0.05, planned: 9, most: 0.5 }, detector.state()).alarm(),
    ).toEqual(detector.alarm())
  })

  it('refuses limits and values that are none', () => {
    const code = expect.objectContaining({ code: 'invalid-drift-value' })
    const base = { falseAlarmRate: 0.05, planned: 2000 }
    for (const limits of [{}, { least: 0 }, { most: 1 }, { least: 0.5, most: 0.4 }, { most: Number.NaN }])
      expect(() => createMeanDrift({ ...base, ...limits })).toThrow(code)
    for (const value of [-0.1, 2, Number.NaN]) expect(() => createMeanDrift(options).add(value)).toThrow(code)
  })
})
