import { describe, expect, it } from 'vitest'
import { type JudgedSignal, measureReliability } from './reliability.ts'

const judged = (kind: string | null, bad: number, all: number): JudgedSignal[] =>
  Array.from({ length: all }, (_, index) => ({ kind, isBad: index < bad }))

describe('measureReliability', () => {
  it('weighs a sign by what its lower limit supports over the base rate', () => {
    const report = measureReliability(
      [...judged(null, 20, 200), ...judged('complaint', 45, 50), ...judged('regenerated', 8, 50)],
      ['complaint', 'regenerated', 'edited'],
    )
    // scipy.stats.beta.ppf: .975 of 21, 180 and .025 and .975 of 45, 6 and 46, 5
    expect(report.base.upper).toBeCloseTo(0.1503, 3)
    const [complaint, regenerated, edited] = report.kinds
    expect(complaint!.interval[0]).toBeCloseTo(0.7819, 3)
    expect(complaint!.interval[1]).toBeCloseTo(0.9667, 3)
    expect(complaint!.weight).toBeCloseTo((0.7819 - 0.1503) / (1 - 0.1503), 3)
    // 16 % is not shown to be more than 10 %.
    expect(regenerated).toMatchObject({ judged: 50, bad: 8, weight: 0, moreNeeded: 0 })
    expect(edited).toEqual({ kind: 'edited', judged: 0, bad: 0, interval: [0, 1], weight: 0, moreNeeded: 20 })
  })

  it('needs twenty judged requests of each', () => {
    const weightOf = (all: number, base: number) =>
      measureReliability([...judged(null, 0, base), ...judged('edited', all, all)], ['edited']).kinds[0]!
    expect(weightOf(19, 100)).toMatchObject({ weight: 0, moreNeeded: 1 })
    expect(weightOf(20, 19).weight).toBe(0)
    expect(weightOf(20, 100).weight).toBeGreaterThan(0.7)
    expect(measureReliability(judged(null, 30, 30), ['edited']).base.upper).toBe(1)
  })
})
