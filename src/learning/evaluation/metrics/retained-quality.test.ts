import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import { retainedQualityInterval } from './retained-quality.ts'

const interval = { confidence: 0.95, seed: 1 }

describe('retainedQualityInterval', () => {
  it('is the quality itself where every prompt keeps the same part', () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({
      prompt: String(i),
      strongWinRate: 0.2,
      strongScore: i + 1,
      weakScore: 0.8 * (i + 1),
    }))
    const [low, high] = runAtOnce(retainedQualityInterval(rows, 0.5, interval))
    expect(low).toBeCloseTo(0.8, 12)
    expect(high).toBeCloseTo(0.8, 12)
    expect(runAtOnce(retainedQualityInterval(rows, 0.1, interval))).toEqual([1, 1])
  })

  it('is as wide as the normal one of a proportion, and wider where rows share prompts', () => {
    const random = createRandom(2)
    const rows = Array.from({ length: 400 }, (_, i) => ({
      prompt: String(i),
      strongWinRate: 0.2,
      strongScore: 1,
      weakScore: random.next() < 0.7 ? 1 : 0,
    }))
    const [low, high] = runAtOnce(retainedQualityInterval(rows, 0.5, interval))
    expect((high - low) / 2).toBeCloseTo(1.96 * Math.sqrt((0.7 * 0.3) / 400), 2)
    const repeated = rows.flatMap((row) => [row, row, row, row]).slice(0, 400)
    const [lower, higher] = runAtOnce(retainedQualityInterval(repeated, 0.5, interval))
    expect((higher - lower) / (high - low)).toBeGreaterThan(1.6)
  })

  it('draws prompts with all their rows', () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      prompt: String(i % 30),
      strongWinRate: 0.2,
      strongScore: 1,
      weakScore: i < 30 ? 1 : 0,
    }))
    expect(runAtOnce(retainedQualityInterval(rows, 0.5, interval))).toEqual([0.5, 0.5])
  })
})
