import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../../../base/concurrency/run-steps.ts'
import { keepDeviations } from './contrasts.ts'
import { separateScores } from './score-parts.ts'
import { agreementOf, keptShare } from './shrinkage.ts'

const labels = (scores: readonly number[], models: readonly string[], weights?: readonly number[]) => {
  const prompts = Array.from({ length: scores.length / models.length }, (_, row) => `${row}`)
  return {
    prompts,
    models,
    scores: Float64Array.from(scores),
    outputTokens: new Float64Array(scores.length).fill(Number.NaN),
    weights: Float64Array.from(weights ?? prompts.map(() => 1)),
    rowsUsed: [],
  }
}

describe('separateScores', () => {
  it('gives levels, what is common, and deviations that sum to 0', () => {
    const { levels, common, deviations } = separateScores(labels([1, 0, 3, 4], ['a', 'b']))
    expect([...levels]).toEqual([2, 2])
    expect([...common]).toEqual([-1.5, 1.5])
    expect([...deviations]).toEqual([0.5, -0.5, -0.5, 0.5])
  })

  it('does not take a model for weak that was tried on hard prompts only', () => {
    // Both models score the same; b knows only the prompt on which a has 0.
    const { levels, deviations } = separateScores(labels([1, Number.NaN, 1, Number.NaN, 0, 0], ['a', 'b']))
    expect(levels[0]).toBeCloseTo(2 / 3, 6)
    expect(levels[1]).toBeCloseTo(2 / 3, 6)
    expect(deviations[1]).toBeNaN()
    expect(deviations[5]).toBeCloseTo(0, 6)
  })

  it('weighs prompts', () => {
    expect([...separateScores(labels([1, 1, 0, 0], ['a', 'b'], [3, 1])).levels]).toEqual([0.75, 0.75])
  })
})

describe('keptShare', () => {
  const shareOf = (target: readonly number[], predictions: readonly number[]) =>
    keptShare(
      agreementOf(
        Float64Array.from(target),
        Float64Array.from(predictions),
        new Float64Array(target.length).fill(1),
      ),
    )

  it('is the slope, less what chance explains', () => {
    // slope .5, explained .5 of 1, unexplained .5: t² = .5 · 4 / .5 = 4.
    expect(shareOf([0, 0, 1, 1], [0, 1, 1, 2])).toBeCloseTo(0.5 * (1 - 1 / 4), 12)
    expect(shareOf([0, 0, Number.NaN, 1, 1], [0, 1, 99, 1, 2])).toBeCloseTo(0.5 * (1 - 1 / 4), 12)
  })

  it('is 0 for what the target contradicts or hardly supports', () => {
    expect(shareOf([1, 1, 0, 0], [0, 0, 1, 1])).toBe(0)
    expect(shareOf([0, 1, 0, 1.1], [0, 0, 1, 1])).toBe(0)
    expect(shareOf([0, 1, 0, 1], [0, 0, 0, 0])).toBe(0)
  })
})

describe('keepDeviations', () => {
  const rows = 60
  const column = (valueAt: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => valueAt(row))
  const sign = (row: number) => (row % 2 === 0 ? 1 : -1)
  const chance = (row: number) => Math.sin(12.9898 * (row + 1))
  const weights = new Float64Array(rows).fill(1)
  /** The first model against the others is predicted rightly; of the second against the third nothing is. */
  const deviations = [
    column((row) => 2 * sign(row)),
    column((row) => -sign(row) + chance(row)),
    column((row) => -sign(row) - chance(row)),
  ]
  const predictions = [
    column((row) => 2 * sign(row)),
    column((row) => -sign(row) + chance(row + 7)),
    column((row) => -sign(row) - chance(row + 7)),
  ]

  it('keeps the contrast that left-out labels support and drops the other', () => {
    const { matrix, pooled } = runAtOnce(keepDeviations(deviations, predictions, weights))
    expect(pooled).toBeGreaterThan(0.7)
    // Of (2, −1, −1)/√6 the pooled share, of (0, 1, −1)/√2 nearly nothing.
    const kept = (vector: readonly number[]) =>
      [0, 1, 2].map((one) => vector.reduce((sum, value, other) => sum + matrix[3 * one + other]! * value, 0))
    expect(kept([2, -1, -1])[0]).toBeCloseTo(2 * pooled, 1)
    expect(Math.abs(kept([0, 1, -1])[1]!)).toBeLessThan(0.15)
  })

  it('keeps one share of all where no prompt has the scores of all models', () => {
    const gaps = deviations.map((target, model) =>
      target.map((value, row) => (row % 3 === model ? Number.NaN : value)),
    )
    const { matrix, pooled } = runAtOnce(keepDeviations(gaps, predictions, weights))
    expect([...matrix]).toEqual([pooled, 0, 0, 0, pooled, 0, 0, 0, pooled])
    expect(pooled).toBeGreaterThan(0.5)
  })
})
