import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import type { FewLabelExamples } from './fit.ts'
import type { PairLabels } from './labels.ts'
import { learnFewLabel } from './learning.ts'
import { measureLearningCurve } from './learning-curve.ts'

/** The weak model fails where the sum of four features is high, so far as `signal` goes. */
function drawn(count: number, signal: number, seed: number): [FewLabelExamples, PairLabels] {
  const random = createRandom(seed)
  const size = 4
  const named = Float64Array.from({ length: count * size }, () => random.nextGaussian() / 2)
  const weakScores = Float64Array.from({ length: count }, (_, row) => {
    const sum = named.slice(row * size, (row + 1) * size).reduce((total, value) => total + value, 0)
    return signal * sum + random.nextGaussian() > 0.5 ? 0 : 1
  })
  const examples: FewLabelExamples = {
    count,
    priors: Float64Array.from({ length: count }, () => random.nextGaussian()),
    named,
    meanings: Float64Array.from({ length: 2 * count }, () => random.nextGaussian() / 2),
    inputs: named,
    terms: {
      columns: 1,
      starts: new Int32Array(count + 1),
      indices: new Int32Array(0),
      values: new Float64Array(0),
    },
    weights: new Float64Array(count).fill(1),
  }
  const labels: PairLabels = {
    prompts: Array.from({ length: count }, (_, row) => `prompt ${row}`),
    strongScores: new Float64Array(count).fill(1),
    weakScores,
    wins: weakScores.map((score) => 1 - score),
    weights: examples.weights,
  }
  return [examples, labels]
}

function curveOf(count: number, signal: number, seed: number) {
  const [examples, labels] = drawn(count, signal, seed)
  return runAtOnce(measureLearningCurve(examples, labels, learnFewLabel(examples, labels), seed))
}

describe('measureLearningCurve', () => {
  it('compares all labels with halves of them, and gives an interval about the gain', () => {
    const curve = curveOf(120, 1, 1)!
    expect(curve).toMatchObject({ labels: 120, moreLabels: 200 })
    // a − b/√n: b is between that of the difference between 60 and 120 and the usual one, 0.4 ± 0.6.
    const measured = (curve.apgr - curve.apgrOfHalf) / (1 / Math.sqrt(60) - 1 / Math.sqrt(120))
    const factor = 1 / Math.sqrt(120) - 1 / Math.sqrt(320)
    expect(curve.gain / factor).toBeGreaterThan(Math.min(measured, 0.4))
    expect(curve.gain / factor).toBeLessThan(Math.max(measured, 0.4))
    const [low, high] = curve.gainInterval
    expect((low + high) / 2).toBeCloseTo(curve.gain, 12)
    expect(high - low).toBeLessThan(2 * 1.96 * 0.6 * factor)
    expect(high - low).toBeGreaterThan(0.01)
  })

  it('does not promise a gain where nothing can be learned', () => {
    const gains = [1, 2, 3, 4].map((seed) => curveOf(80, 0, seed)!)
    expect(gains.filter(({ gainInterval: [low, high] }) => low <= 0 && high >= 0).length).toBeGreaterThan(2)
  })

  it('needs no gap in every half of a resample', () => {
    // The strong model is better on average by little, so that many halves have none.
    const [examples, labels] = drawn(60, 0.5, 7)
    const strongScores = labels.strongScores.map((_, row) => (row % 11 < 8 ? 1 : 0))
    const close = {
      ...labels,
      strongScores,
      wins: strongScores.map((score, row) => Math.max(0, score - labels.weakScores[row]!)),
    }
    const curve = runAtOnce(measureLearningCurve(examples, close, learnFewLabel(examples, close), 7))
    if (curve !== undefined) expect(curve.gainInterval.every(Number.isFinite)).toBe(true)
    const even = {
      ...close,
      weakScores: strongScores.map((score, row) => (row % 2 === 0 ? score : 1 - score)),
    }
    expect(() =>
      runAtOnce(measureLearningCurve(examples, even, learnFewLabel(examples, even), 7)),
    ).not.toThrow()
  })

  it('is the same for the same seed, and missing where halves are too small', () => {
    expect(curveOf(60, 1, 5)).toEqual(curveOf(60, 1, 5))
    expect(curveOf(39, 1, 5)).toBeUndefined()
  })
})
