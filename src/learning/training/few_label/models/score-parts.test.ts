import { describe, expect, it } from 'vitest'
import { separateScores } from './score-parts.ts'
import { shrinkage } from './shrinkage.ts'

const labels = (scores: readonly number[], models: readonly string[], weights?: readonly number[]) => {
  const prompts = Array.from({ length: scores.length / models.length }, (_, row) => `${row}`)
  return {
    prompts,
    models,
    scores: Float64Array.from(scores),
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

describe('shrinkage', () => {
  const ones = new Float64Array(4).fill(1)

  it('is the slope, less what chance explains', () => {
    const target = Float64Array.of(0, 0, 1, 1)
    // slope .5, explained .5 of 1, unexplained .5: t² = .5 · 4 / .5 = 4.
    const { kept, centre, mean } = shrinkage(target, Float64Array.of(0, 1, 1, 2), ones)
    expect(kept).toBeCloseTo(0.5 * (1 - 1 / 4), 12)
    expect([centre, mean]).toEqual([1, 0.5])
  })

  it('keeps nothing of what the target contradicts or hardly supports', () => {
    expect(shrinkage(Float64Array.of(1, 1, 0, 0), Float64Array.of(0, 0, 1, 1), ones).kept).toBe(0)
    expect(shrinkage(Float64Array.of(0, 1, 0, 1.1), Float64Array.of(0, 0, 1, 1), ones).kept).toBe(0)
    expect(shrinkage(Float64Array.of(0, 1, 0, 1), new Float64Array(4), ones).kept).toBe(0)
  })
})
