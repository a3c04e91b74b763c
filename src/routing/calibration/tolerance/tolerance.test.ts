import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { clopperPearsonLower, clopperPearsonUpper } from '../../../base/math/statistics/proportion.ts'
import { type GuaranteeLabel, guaranteedThreshold } from '../guarantee.ts'
import { guaranteedTolerance } from './guarantee.ts'
import { findToleranceRanges, roundTolerance, type ToleranceLabel } from './labels.ts'
import { findToleranceSteps, stepAt, toleranceRounding } from './steps.ts'
import { toleranceForBudget, toleranceForQuality } from './targets.ts'

describe('the steps of a request', () => {
  it('go to cheaper candidates as more loss is tolerated', () => {
    expect(findToleranceSteps([0.9, 0.8, 0.5, 0.7], [4, 2, 1, 3])).toEqual([
      { from: 0, candidate: 0 },
      { from: expect.closeTo(0.1, 12), candidate: 1 },
      { from: expect.closeTo(0.4, 12), candidate: 2 },
    ])
  })

  it('begin with the cheapest of the best, which may be one candidate for good', () => {
    expect(findToleranceSteps([0.9, 0.9, 0.2], [4, 1, 2])).toEqual([{ from: 0, candidate: 1 }])
  })

  it('leave excluded candidates out and take unpriced ones for the dearest', () => {
    expect(findToleranceSteps([Number.NaN, 0.9, 0.8], [0, null, 5])).toEqual([
      { from: 0, candidate: 1 },
      { from: expect.closeTo(0.1, 12), candidate: 2 },
    ])
    expect(findToleranceSteps([0.9, 0.8], [5, null])).toEqual([{ from: 0, candidate: 0 }])
  })

  it('name the cheapest candidate within any tolerance', () => {
    const candidate = fc.record({
      score: fc.integer({ min: 0, max: 9 }),
      usd: fc.integer({ min: 0, max: 9 }),
    })
    fc.assert(
      fc.property(
        fc.array(candidate, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 9 }),
        (pool, tolerance) => {
          const scores = pool.map(({ score }) => score)
          const best = Math.max(...scores)
          const within = pool.filter(({ score }) => best - score <= tolerance)
          const steps = findToleranceSteps(
            scores,
            pool.map(({ usd }) => usd),
          )
          const chosen = pool[stepAt(steps, tolerance).candidate]!
          expect(best - chosen.score).toBeLessThanOrEqual(tolerance)
          expect(chosen.usd).toBe(Math.min(...within.map(({ usd }) => usd)))
        },
      ),
      { seed: 1 },
    )
  })
})

describe('a short tolerance', () => {
  it('chooses as the exact one does, and is hardly larger', () => {
    expect(roundTolerance(0, 0.1)).toBe(0)
    expect(roundTolerance(0.0123, 0.0191)).toBe(0.013)
    expect(roundTolerance(0.9 - 0.6, 0.5)).toBe(0.3)
    expect(roundTolerance(0.0123, Number.POSITIVE_INFINITY)).toBe(0.013)
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 5, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (from, width) => {
          const rounded = roundTolerance(from, from + width)
          expect(rounded).toBeGreaterThanOrEqual(from - toleranceRounding)
          expect(rounded + toleranceRounding).toBeLessThan(from + width + 1e-15)
          expect(rounded).toBeLessThanOrEqual(from * 1.1)
        },
      ),
      { seed: 1 },
    )
  })
})

/** Three candidates at 3, 2 and 1 dollars, chosen from 0, `second` and `third` on, with their scores. */
function label(second: number, third: number, scores: readonly [number, number, number]): ToleranceLabel {
  const [best, middle, least] = scores
  return {
    steps: [
      { from: 0, score: best, usd: 3 },
      { from: second, score: middle, usd: 2 },
      { from: third, score: least, usd: 1 },
    ],
  }
}

describe('means by tolerance', () => {
  it('change where a choice does', () => {
    const heavy = { ...label(0.3, 0.4, [1, 0, 1]), requests: 3 }
    expect(findToleranceRanges([label(0.1, 0.4, [1, 1, 0]), heavy])).toEqual([
      { from: 0, until: 0.1, score: 1, usd: 3 },
      { from: 0.1, until: 0.3, score: 1, usd: 11 / 4 },
      { from: 0.3, until: 0.4, score: 1 / 4, usd: 8 / 4 },
      { from: 0.4, until: Number.POSITIVE_INFINITY, score: 3 / 4, usd: 1 },
    ])
    expect(findToleranceRanges([])).toEqual([])
  })

  it('have no dollars while an unpriced model is chosen', () => {
    const unpriced: ToleranceLabel = {
      steps: [
        { from: 0, score: 1, usd: null },
        { from: 0.2, score: 0, usd: 1 },
      ],
    }
    expect(findToleranceRanges([unpriced, label(0.1, 0.3, [1, 1, 1])]).map(({ usd }) => usd)).toEqual([
      null,
      null,
      3 / 2,
      2 / 2,
    ])
  })
})

describe('a tolerance for a quality or a budget', () => {
  const labels = [label(0.1, 0.4, [1, 1, 0]), label(0.2, 0.3, [1, 0.5, 1]), label(0.15, 0.5, [1, 1, 1])]

  it('is the last before the quality first falls below', () => {
    // Mean scores: 1 up to .2, .83 up to .3, 1 up to .4, .67 from there on.
    expect(toleranceForQuality(labels, 1, 0.9)).toEqual({
      possible: true,
      tolerance: 0.15,
      quality: 1,
      usdPerRequest: expect.closeTo(7 / 3, 12),
    })
    expect(toleranceForQuality(labels, 1, 0.8)).toMatchObject({ possible: true, tolerance: 0.3, quality: 1 })
    expect(toleranceForQuality(labels, 1, 0.6)).toMatchObject({ tolerance: 0.5 })
    expect(toleranceForQuality(labels, 1.2, 0.9)).toEqual({ possible: false, quality: 1 / 1.2 })
    for (const [reference, minQuality, code] of [
      [1, 95, 'invalid-quality'],
      [0, 0.9, 'no-quality'],
    ] as const)
      expect(() => toleranceForQuality(labels, reference, minQuality)).toThrow(
        expect.objectContaining({ code }),
      )
  })

  it('is the smallest within the budget', () => {
    expect(toleranceForBudget(labels, 2.4)).toEqual({
      possible: true,
      tolerance: 0.15,
      usdPerRequest: expect.closeTo(7 / 3, 12),
    })
    expect(toleranceForBudget(labels, 3)).toMatchObject({ tolerance: 0 })
    expect(toleranceForBudget(labels, 0.5)).toEqual({ possible: false, leastUsdPerRequest: 1 })
    expect(() => toleranceForBudget([], 1)).toThrow(expect.objectContaining({ code: 'no-requests' }))
    expect(() => toleranceForBudget(labels, -1)).toThrow(expect.objectContaining({ code: 'invalid-budget' }))
  })
})

const promise = { maxLoss: 0.05, confidence: 0.95 }

describe('guaranteedTolerance', () => {
  it('stops before the first loss too many', () => {
    // One loss in 100 passes, two do not (as in guarantee.test.ts): the second is at .4.
    const labels = Array.from({ length: 100 }, (_, i) =>
      label(i / 100, 2, [1, i === 10 || i === 40 ? 0 : 1, 1]),
    )
    expect(guaranteedTolerance(labels, promise)).toEqual({
      possible: true,
      tolerance: 0.39,
      bound: clopperPearsonUpper(1, 100, 0.95),
      losses: 1,
      lossesAtTolerance: 1,
      labels: 100,
      independentLabels: 100,
    })
  })

  it('counts a request as lost from where it first fails, although a third candidate does well', () => {
    const labels = Array.from({ length: 100 }, (_, i) => label(0.1, 0.2, [1, i < 2 ? 0 : 1, 1]))
    expect(guaranteedTolerance(labels, promise)).toMatchObject({ possible: false, reason: 'too-few-labels' })
    const one = labels.map((each, i) => (i === 1 ? label(0.1, 0.2, [1, 1, 1]) : each))
    expect(guaranteedTolerance(one, promise)).toMatchObject({
      losses: 1,
      lossesAtTolerance: 0,
      tolerance: 0.2,
    })
  })

  it('takes a score that is lower within the margin for no failure', () => {
    const labels = Array.from({ length: 100 }, () => label(0.1, 0.2, [0.9, 0.6, 0.6]))
    expect(guaranteedTolerance(labels, { ...promise, lossMargin: 0.3 })).toMatchObject({
      possible: true,
      losses: 0,
    })
    expect(guaranteedTolerance(labels, { ...promise, lossMargin: 0.29 })).toMatchObject({ possible: false })
  })

  it('counts repeated prompts once, and requests as often as they were drawn', () => {
    const repeated = Array.from({ length: 500 }, (_, i) => ({
      ...label(0.1, 0.2, [1, 1, 1]),
      group: String(i % 50),
    }))
    expect(guaranteedTolerance(repeated, promise)).toMatchObject({
      possible: false,
      independentLabels: 50,
      labelsNeeded: 59,
    })
    const drawn = Array.from({ length: 30 }, () => ({ ...label(0.1, 0.2, [1, 1, 1]), requests: 2 }))
    expect(guaranteedTolerance(drawn, promise)).toMatchObject({ possible: true, labels: 30 })
  })

  it('counts failures against one model for all labels, also at tolerance 0', () => {
    const against = (score: number, referenceScore: number) => ({
      ...label(0.1, 0.2, [score, 1, 1]),
      referenceScore,
    })
    // The best by prediction fails on 1 of 100 where the reference would not: tolerance 0 itself has a loss.
    const labels = Array.from({ length: 100 }, (_, i) => against(i === 0 ? 0 : 1, 1))
    expect(guaranteedTolerance(labels, promise)).toMatchObject({ losses: 1, tolerance: 0.2 })
    const worse = Array.from({ length: 100 }, (_, i) => against(i < 5 ? 0 : 1, 1))
    expect(guaranteedTolerance(worse, promise)).toMatchObject({ possible: false, reason: 'router' })
    // Where the reference fails too, nothing is lost.
    const hard = Array.from({ length: 100 }, (_, i) => against(i < 5 ? 0 : 1, i < 5 ? 0 : 1))
    expect(guaranteedTolerance(hard, promise)).toMatchObject({ losses: 0 })
    // Only tolerance 0 passes.
    const one = Array.from({ length: 100 }, () => ({ ...label(0.1, 0.2, [1, 0, 0]), referenceScore: 1 }))
    expect(guaranteedTolerance(one, promise)).toMatchObject({ possible: true, tolerance: 0, losses: 0 })
  })

  it('refuses what is no promise, and does not call tolerance 0 a possibility', () => {
    const labels = Array.from(
      { length: 100 },
      (): ToleranceLabel => ({ steps: [{ from: 0, score: 1, usd: 1 }] }),
    )
    expect(guaranteedTolerance(labels, promise)).toMatchObject({ possible: false })
    expect(() => guaranteedTolerance([], { maxLoss: 5, confidence: 0.95 })).toThrow('Did you mean 0.05?')
  })

  it('is the threshold of a pair if there are two candidates', () => {
    const random = createRandom(5)
    for (let round = 0; round < 50; round++) {
      const pair: GuaranteeLabel[] = Array.from({ length: 120 }, () => {
        // From .5 on the strong model is the better one by prediction.
        const strongWinRate = 0.5 + Math.floor(1 + random.next() * 60) / 128
        return { strongWinRate, weakLoses: random.next() < strongWinRate / 8 }
      })
      const pool = pair.map(
        ({ strongWinRate, weakLoses }): ToleranceLabel => ({
          steps: [
            { from: 0, score: 1, usd: 10 },
            { from: 2 * strongWinRate - 1, score: weakLoses ? 0 : 1, usd: 1 },
          ],
        }),
      )
      const threshold = guaranteedThreshold(pair, promise)
      const tolerance = guaranteedTolerance(pool, promise)
      expect(tolerance.possible).toBe(threshold.possible)
      if (!threshold.possible || !tolerance.possible) continue
      expect({ bound: tolerance.bound, losses: tolerance.losses }).toEqual({
        bound: threshold.bound,
        losses: threshold.losses,
      })
      for (const [row, { strongWinRate }] of pair.entries()) {
        const isWeak = stepAt(pool[row]!.steps, tolerance.tolerance).usd === 1
        expect(isWeak).toBe(strongWinRate < threshold.threshold)
      }
    }
  })
})

describe('where the truth is known', () => {
  it('the loss exceeds what was promised in no more than the promised share of 1,000 draws', () => {
    // Four candidates on 4,000 requests, whose predictions tell a part of the truth.
    const random = createRandom(7)
    const population = Array.from({ length: 4000 }, (): ToleranceLabel => {
      const hardness = random.next()
      const truth = [0.95, 0.9, 0.8, 0.6].map((strength) =>
        random.next() < strength ** (1 + 2 * hardness) ? 1 : 0,
      )
      const predicted = [0.95, 0.9, 0.8, 0.6].map(
        (strength) => strength ** (1 + 2 * hardness) + 0.1 * random.nextGaussian(),
      )
      const usd = [10, 4, 2, 1]
      return {
        steps: findToleranceSteps(predicted, usd).map(({ from, candidate }) => ({
          from,
          score: truth[candidate]!,
          usd: usd[candidate]!,
        })),
      }
    })
    const draws = 1000
    const allowed = { maxLoss: 0.08, confidence: 0.9 }
    let broken = 0
    let possible = 0
    for (let draw = 0; draw < draws; draw++) {
      const labels = Array.from({ length: 200 }, () => population[random.nextInt(population.length)]!)
      const found = guaranteedTolerance(labels, allowed)
      if (!found.possible) continue
      possible++
      if (lossAt(population, found.tolerance) > allowed.maxLoss) broken++
    }
    expect(clopperPearsonLower(broken, draws, 0.99)).toBeLessThanOrEqual(1 - allowed.confidence)
    // And not for being useless.
    expect(possible).toBeGreaterThan(draws * 0.9)
    expect(broken).toBeGreaterThan(0)
  })
})

function lossAt(labels: readonly ToleranceLabel[], tolerance: number): number {
  return labels.filter(({ steps }) => stepAt(steps, tolerance).score < steps[0]!.score).length / labels.length
}
