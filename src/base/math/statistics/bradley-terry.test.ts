import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bradleyTerryRatings } from './bradley-terry.ts'

const winsOf = (rows: readonly (readonly number[])[]) => ({
  players: rows.length,
  wins: Float64Array.from(rows.flat()),
})
const winTable = fc.integer({ min: 2, max: 6 }).chain((n) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: n, maxLength: n }), {
    minLength: n,
    maxLength: n,
  }),
)

describe('Bradley-Terry ratings', () => {
  it('of two players who met are the log-odds of their victories', () => {
    const [a, b] = bradleyTerryRatings(
      winsOf([
        [0, 3],
        [1, 0],
      ]),
    )
    expect(a! - b!).toBeCloseTo(Math.log(3), 5)
    expect(a! + b!).toBeCloseTo(0, 9)
  })

  it('find the ratings that frequencies were made of', () => {
    const truth = [1.2, 0.3, -0.4, -1.1]
    const wins = truth.map((a) => truth.map((b) => (a === b ? 0 : 1000 / (1 + Math.exp(b - a)))))
    for (const [i, rating] of bradleyTerryRatings(winsOf(wins)).entries())
      expect(rating).toBeCloseTo(truth[i]!, 4)
  })

  it('stay finite for a player who only won, and put it far above', () => {
    const [a, b] = bradleyTerryRatings(
      winsOf([
        [0, 5],
        [0, 0],
      ]),
    )
    expect(a! - b!).toBeGreaterThan(5)
    expect(Number.isFinite(a! - b!)).toBe(true)
  })

  it('are 0 for whoever never fought, and all 0 without battles', () => {
    expect(
      bradleyTerryRatings(
        winsOf([
          [0, 2, 0],
          [1, 0, 0],
          [0, 0, 0],
        ]),
      )[2],
    ).toBe(0)
    expect([...bradleyTerryRatings(winsOf([[0]]))]).toEqual([0])
  })

  it('against a player fixed at 0 are absolute', () => {
    const againstFixed = { wins: Float64Array.of(1), losses: Float64Array.of(4) }
    const [rating] = bradleyTerryRatings({ players: 1, wins: new Float64Array(1), againstFixed })
    expect(rating).toBeCloseTo(-Math.log(4), 4)
  })

  it('expect as many victories of each player as it had (the likelihood is at its maximum)', () => {
    fc.assert(
      fc.property(winTable, (rows) => {
        const battles = winsOf(rows)
        const ratings = bradleyTerryRatings(battles)
        const total = rows.flat().reduce((sum, weight) => sum + weight, 0)
        for (let i = 0; i < rows.length; i++) {
          let excess = -1e-6 * totalApart(rows) * ratings[i]!
          for (let j = 0; j < rows.length; j++) {
            if (i === j) continue
            const fought = rows[i]![j]! + rows[j]![i]!
            excess += rows[i]![j]! - fought / (1 + Math.exp(ratings[j]! - ratings[i]!))
          }
          expect(Math.abs(excess)).toBeLessThan(1e-6 * Math.max(1, total))
        }
      }),
    )
  })

  it('do not change where every weight is multiplied', () => {
    fc.assert(
      fc.property(winTable, fc.double({ min: 0.01, max: 100, noNaN: true }), (rows, factor) => {
        const scaled = bradleyTerryRatings(winsOf(rows.map((row) => row.map((weight) => weight * factor))))
        for (const [i, rating] of bradleyTerryRatings(winsOf(rows)).entries())
          expect(scaled[i]).toBeCloseTo(rating, 6)
      }),
    )
  })
})

function totalApart(rows: readonly (readonly number[])[]): number {
  return rows.flatMap((row, i) => row.filter((_, j) => i !== j)).reduce((sum, weight) => sum + weight, 0)
}
