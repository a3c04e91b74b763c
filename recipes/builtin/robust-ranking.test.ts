import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/base/math/random.ts'
import { exactApgr } from '../../src/learning/evaluation/metrics/apgr.ts'
import { fitRobustRanking, type RobustRankingOptions, skillOf, unitMoments } from './robust-ranking.ts'

const random = createRandom(11)

/** Two independent features; the gain follows `truth`, plus noise. */
function unit(truth: readonly [number, number], noise = 1, rows = 400) {
  const features = Array.from({ length: rows }, () =>
    Float64Array.of(random.nextGaussian(), random.nextGaussian()),
  )
  const raw = features.map(([x, y]) => 1 + truth[0] * x! + truth[1] * y! + noise * random.nextGaussian())
  const mean = raw.reduce((sum, value) => sum + value, 0) / rows
  return { features, gains: Float64Array.from(raw, (value) => value / mean) }
}

const momentsOf = ({ features, gains }: ReturnType<typeof unit>) => unitMoments(features, gains)

const options: RobustRankingOptions = {
  prior: Float64Array.of(1, 0),
  baseline: Float64Array.of(1, 0),
  shrinkage: 0.001,
  objective: 'mean',
  onlyTowardsStrong: false,
}

describe('the moments of a unit', () => {
  it('are covariances, worked by hand', () => {
    // x = −1, 1 with gains 0, 2: cov(gain, x) = 1, var(x) = 1; y is constant.
    const { gain, covariance } = unitMoments(
      [Float64Array.of(-1, 5), Float64Array.of(1, 5)],
      Float64Array.of(0, 2),
    )
    expect([...gain]).toEqual([1, 0])
    expect([...covariance]).toEqual([1, 0, 0, 0])
  })
})

describe('the skill of a score', () => {
  it('is near its APGR above chance', () => {
    const example = unit([0.3, 0.1])
    const weights = Float64Array.of(1, 1)
    const scores = example.features.map(([x, y]) => x! + y!)
    const apgr = exactApgr(scores, example.gains, new Float64Array(scores.length))
    expect(skillOf(momentsOf(example), weights, new Float64Array(2))).toBeCloseTo(apgr - 0.5, 2)
  })

  it('does not depend on the scale of the score, and its gradient is the slope', () => {
    const moments = momentsOf(unit([0.2, -0.4]))
    const gradient = new Float64Array(2)
    const weights = Float64Array.of(0.7, 0.4)
    const skill = skillOf(moments, weights, gradient)
    expect(skillOf(moments, Float64Array.of(7, 4), new Float64Array(2))).toBeCloseTo(skill, 12)
    for (const index of [0, 1]) {
      const step = 1e-6
      const moved = weights.slice()
      moved[index]! += step
      const slope = (skillOf(moments, moved, new Float64Array(2)) - skill) / step
      expect(gradient[index]).toBeCloseTo(slope, 5)
    }
  })

  it('is 0 where the score is constant', () => {
    const flat = unitMoments([Float64Array.of(3), Float64Array.of(3)], Float64Array.of(0, 2))
    const gradient = Float64Array.of(9)
    expect(skillOf(flat, Float64Array.of(1), gradient)).toBe(0)
    expect([...gradient]).toEqual([0])
  })
})

describe('a robust ranking', () => {
  it('finds the direction that orders the units', () => {
    const [x, y] = fitRobustRanking([momentsOf(unit([0.3, 0.3], 0.1))], options)
    expect(y! / x!).toBeGreaterThan(0.8)
    expect(y! / x!).toBeLessThan(1.25)
  })

  it('stays at its prior when shrunk hard', () => {
    const [x, y] = fitRobustRanking([momentsOf(unit([0, 0.5]))], { ...options, shrinkage: 1000 })
    expect(x).toBeCloseTo(1, 2)
    expect(y).toBeCloseTo(0, 2)
  })

  it('looks after the unit that fares worst, where the mean would give it up', () => {
    const units = [...[1, 2, 3].map(() => unit([0.3, 0.3], 0.1)), unit([0.3, -0.3], 0.1)].map(momentsOf)
    const worst = (objective: RobustRankingOptions['objective']) => {
      const weights = fitRobustRanking(units, { ...options, objective })
      return Math.min(...units.map((one) => skillOf(one, weights, new Float64Array(2))))
    }
    expect(worst('worst first')).toBeGreaterThan(worst('mean') + 0.01)
  })

  it('gives no feature a say for the weak model, if told so', () => {
    const units = [momentsOf(unit([0.3, -0.3]))]
    expect(fitRobustRanking(units, options)[1]).toBeLessThan(-0.1)
    expect(fitRobustRanking(units, { ...options, onlyTowardsStrong: true })[1]).toBe(0)
  })
})
