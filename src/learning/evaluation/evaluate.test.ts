import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import type { Benchmark, BenchmarkRow } from './benchmark.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluation } from './evaluation.ts'
import { exactApgr } from './metrics/apgr.ts'

function benchmarkOf(rows: readonly BenchmarkRow[]): Benchmark {
  return { name: 'small', unit: 'percent', strongModel: 'big', weakModel: 'little', rows, contaminated: [] }
}

function measured(rows: readonly BenchmarkRow[], winRates: readonly number[], samples = 1): Evaluation {
  return evaluate({ benchmark: benchmarkOf(rows), routers: [{ name: 'mine', winRates }], samples })
}

// The example of docs/evaluation.md, computed there by hand. B and C tie.
const fiveRows: BenchmarkRow[] = [
  { prompt: 'A', strongScore: 100, weakScore: 0 },
  { prompt: 'B', strongScore: 100, weakScore: 0 },
  { prompt: 'C', strongScore: 100, weakScore: 100 },
  { prompt: 'D', strongScore: 0, weakScore: 100 },
  { prompt: 'E', strongScore: 100, weakScore: 0 },
]
const fiveWinRates = [0.9, 0.7, 0.7, 0.4, 0.2]

describe('the five-row example', () => {
  const result = measured(fiveRows, fiveWinRates, 200)
  const mine = result.routers[0]!

  it('has the curve computed by hand', () => {
    expect(result.strong).toEqual({ model: 'big', score: 80 })
    expect(result.weak).toEqual({ model: 'little', score: 40 })
    expect(mine.points.map(({ strongCallPercent, score }) => [strongCallPercent, score])).toEqual(
      [
        [0, 40],
        [20, 60],
        [60, 80],
        [80, 60],
        [100, 80],
      ].map(([percent, score]) => [expect.closeTo(percent!, 10), expect.closeTo(score!, 10)]),
    )
  })

  it('has the APGR, area and call shares computed by hand', () => {
    expect(mine.auc).toBeCloseTo(66, 10)
    expect(mine.apgr).toBeCloseTo(0.65, 10)
    expect(mine.cpt[20]).toBeCloseTo(8, 10)
    expect(mine.cpt[50]).toBeCloseTo(20, 10)
    expect(mine.cpt[80]).toBeCloseTo(44, 10)
  })

  it('has the oracle and random computed by hand', () => {
    expect(result.oracle.apgr).toBeCloseTo(1, 10)
    expect(result.baselines.random.apgr).toBe(0.5)
    expect(result.baselines.random.auc).toBe(60)
    expect(result.baselines.random.apgrStandardDeviation).toBeCloseTo(Math.sqrt(3200) / 200, 12)
  })

  it('sends no prompt at the first threshold, and at each other one those at or above it', () => {
    const [first, ...others] = mine.points
    expect(fiveWinRates.filter((winRate) => winRate >= first!.threshold!)).toEqual([])
    for (const { threshold, strongCallPercent } of others) {
      const sent = fiveWinRates.filter((winRate) => winRate >= threshold!).length
      expect(strongCallPercent).toBeCloseTo(20 * sent, 10)
    }
  })
})

it('takes the first crossing where the curve only touches the target and falls again', () => {
  const rows = [
    { prompt: 'A', strongScore: 50, weakScore: 0 },
    { prompt: 'B', strongScore: 0, weakScore: 50 },
    { prompt: 'C', strongScore: 100, weakScore: 0 },
    { prompt: 'D', strongScore: 0, weakScore: 0 },
  ]
  const { cpt } = measured(rows, [0.9, 0.8, 0.7, 0.6]).routers[0]!
  expect([cpt[20], cpt[50], cpt[80]]).toEqual([10, 25, 70])
})

const row = fc.record({
  prompt: fc.string({ minLength: 1, maxLength: 6 }),
  strongScore: fc.constantFrom(0, 50, 100),
  weakScore: fc.constantFrom(0, 50, 100),
  winRate: fc.integer({ min: 0, max: 6 }).map((tenths) => tenths / 10),
})
const sample = fc
  .array(row, { minLength: 1, maxLength: 30 })
  .filter((rows) => rows.reduce((gap, one) => gap + one.strongScore - one.weakScore, 0) > 0)
type Sample = { prompt: string; strongScore: number; weakScore: number; winRate: number }[]

function numbersOf(rows: Sample, transform = (winRate: number) => winRate) {
  const result = measured(
    rows.map(({ winRate: _, ...one }) => one),
    rows.map(({ winRate }) => transform(winRate)),
  )
  const { apgr, auc, cpt, points } = result.routers[0]!
  return { apgr, auc, ...cpt, oracle: result.oracle.apgr, length: result.baselines.length.apgr, points }
}

function expectSame(one: ReturnType<typeof numbersOf>, other: ReturnType<typeof numbersOf>) {
  for (const key of ['apgr', 'auc', '20', '50', '80', 'oracle', 'length'] as const) {
    expect(one[key]).toBeCloseTo(other[key], 7)
  }
  expect(one.points.map((point) => point.strongCallPercent)).toEqual(
    other.points.map((point) => expect.closeTo(point.strongCallPercent, 7)),
  )
}

describe('properties', () => {
  const check = (property: (rows: Sample) => void) =>
    fc.assert(fc.property(sample, property), { seed: 3, numRuns: 60 })

  it('the order of the rows does not matter', () => {
    check((rows) => expectSame(numbersOf(rows), numbersOf(rows.toReversed())))
  })

  it('an increasing transform of the win rates changes nothing but the thresholds', () => {
    check((rows) =>
      expectSame(
        numbersOf(rows),
        numbersOf(rows, (winRate) => Math.exp(3 * winRate) - 7),
      ),
    )
  })

  it('every row twice changes nothing', () => {
    check((rows) => expectSame(numbersOf(rows), numbersOf([...rows, ...rows])))
  })

  it('a weight of 2 is the row twice', () => {
    check((rows) => {
      const [first, ...others] = rows
      const { winRate: _, ...one } = first!
      // Counting the first row twice may close the gap; then there is nothing to measure.
      const gap = [first!, ...rows].reduce((sum, each) => sum + each.strongScore - each.weakScore, 0)
      if (gap <= 0) return
      const twice = numbersOf([first!, ...rows])
      const weighted = measured(
        [{ ...one, weight: 2 }, ...others.map(({ winRate: _, ...other }) => other)],
        rows.map(({ winRate }) => winRate),
      ).routers[0]!
      expect(weighted.apgr).toBeCloseTo(twice.apgr, 7)
    })
  })

  it('agrees with exactApgr, and no router beats the oracle', () => {
    check((rows) => {
      const { apgr, oracle } = numbersOf(rows)
      const columns = [
        rows.map((r) => r.winRate),
        rows.map((r) => r.strongScore),
        rows.map((r) => r.weakScore),
      ] as const
      expect(apgr).toBeCloseTo(exactApgr(...columns), 9)
      expect(apgr).toBeLessThanOrEqual(oracle + 1e-9)
    })
  })

  it('more of the gap never takes fewer calls, and every share is reached', () => {
    check((rows) => {
      const result = numbersOf(rows)
      expect(result[20]).toBeLessThanOrEqual(result[50])
      expect(result[50]).toBeLessThanOrEqual(result[80])
      expect(result[20]).toBeGreaterThan(0)
      expect(result[80]).toBeLessThanOrEqual(100)
    })
  })

  it('a constant router is random', () => {
    check((rows) => {
      const result = numbersOf(rows, () => 0.3)
      expect(result.apgr).toBeCloseTo(0.5, 9)
      expect(result[50]).toBeCloseTo(50, 7)
      expect(result.points).toHaveLength(2)
    })
  })

  it('says where the rows are too few for intervals', () => {
    const gapWithinChance = [0, 0, 0, 0, 0, 0, 0, 100].map((strongScore, index) => ({
      prompt: `${index}`,
      strongScore,
      weakScore: index < 1 ? 90 : 0,
    }))
    const result = measured(
      gapWithinChance,
      gapWithinChance.map(() => 0.5),
      1000,
    )
    expect(result.noIntervals).toBe('gap-within-chance')
    expect(result.routers[0]!.apgrInterval).toBeNull()
    expect(result.routers[0]!.apgr).toBeCloseTo(0.5, 9)
    expect(result.bootstrap).toBeUndefined()
  })

  it('takes a single row', () => {
    const result = measured([{ prompt: 'only', strongScore: 100, weakScore: 0 }], [0.4], 10)
    expect(result.routers[0]!.apgr).toBe(0.5)
    expect(result.routers[0]!.apgrInterval).toEqual([0.5, 0.5])
    expect(result.baselines.random.apgrStandardDeviation).toBe(0)
  })
})

/** 400 prompts on which `signal` ranks well and `noise` does not. */
function seeded() {
  const random = createRandom(11)
  const rows = Array.from({ length: 400 }, (_, index): BenchmarkRow => {
    const hard = random.next() < 0.4
    return {
      prompt: `prompt ${index}`,
      strongScore: random.next() < 0.8 ? 100 : 0,
      weakScore: random.next() < (hard ? 0.2 : 0.8) ? 100 : 0,
      category: hard ? 'hard' : 'easy',
    }
  })
  const signal = rows.map(({ category }) => (category === 'hard' ? 0.4 : 0) + random.next() * 0.6)
  const noise = rows.map(() => random.next())
  return {
    rows,
    routers: [
      { name: 'signal', winRates: signal },
      { name: 'noise', winRates: noise },
    ],
  }
}

describe('the bootstrap', () => {
  const { rows, routers } = seeded()
  const result = evaluate({ benchmark: benchmarkOf(rows), routers, samples: 400, seed: 5 })

  it('is the same for the same seed, and another for another', () => {
    expect(evaluate({ benchmark: benchmarkOf(rows), routers, samples: 400, seed: 5 })).toEqual(result)
    const other = evaluate({ benchmark: benchmarkOf(rows), routers, samples: 400, seed: 6 })
    expect(other.routers[0]!.apgr).toBe(result.routers[0]!.apgr)
    expect(other.routers[0]!.apgrInterval).not.toEqual(result.routers[0]!.apgrInterval)
  })

  it('does not depend on which other routers are measured', () => {
    const alone = evaluate({ benchmark: benchmarkOf(rows), routers: [routers[1]!], samples: 400, seed: 5 })
    expect(alone.routers[0]).toEqual(result.routers[1])
  })

  it('puts every number inside its interval, and every point into its band', () => {
    for (const { apgr, apgrInterval, cpt, cptIntervals, points } of result.routers) {
      expect(apgr).toBeGreaterThan(apgrInterval![0])
      expect(apgr).toBeLessThan(apgrInterval![1])
      expect(cpt[50]).toBeGreaterThan(cptIntervals![50][0] - 3)
      expect(cpt[50]).toBeLessThan(cptIntervals![50][1] + 3)
      for (const { score, scoreInterval } of points) {
        expect(scoreInterval![0]).toBeLessThanOrEqual(score + 1)
        expect(scoreInterval![1]).toBeGreaterThanOrEqual(score - 1)
      }
    }
  })

  it('tells the good router from noise, in pairs, and noise from random not', () => {
    const [signalNoise, ...toLength] = result.comparisons
    expect(signalNoise).toMatchObject({ router: 'signal', against: 'noise' })
    expect(signalNoise!.interval[0]).toBeGreaterThan(0)
    expect(toLength.map(({ router, against }) => [router, against])).toEqual([
      ['signal', 'length'],
      ['noise', 'length'],
    ])
    const [low, high] = result.routers[1]!.apgrInterval!
    expect(low).toBeLessThan(0.5)
    expect(high).toBeGreaterThan(0.5)
  })

  it('has intervals of the width that repeated sampling would give', () => {
    // The sd of a random order is known in closed form; noise is one.
    const [low, high] = result.routers[1]!.apgrInterval!
    const expected = 2 * 1.96 * result.baselines.random.apgrStandardDeviation
    expect(high - low).toBeGreaterThan(0.75 * expected)
    expect(high - low).toBeLessThan(1.35 * expected)
  })

  it('takes repeated prompts for one piece of evidence', () => {
    const twice = evaluate({
      benchmark: benchmarkOf(rows.flatMap((each) => [each, each])),
      routers: routers.map(({ name, winRates }) => ({
        name,
        winRates: winRates.flatMap((winRate) => [winRate, winRate]),
      })),
      samples: 400,
      seed: 5,
    })
    expect(twice.bootstrap!.distinctPrompts).toBe(400)
    expect(twice.routers[0]!.apgrInterval![0]).toBeCloseTo(result.routers[0]!.apgrInterval![0], 9)
    expect(twice.routers[0]!.apgrInterval![1]).toBeCloseTo(result.routers[0]!.apgrInterval![1], 9)
  })

  it('has a category oracle where there are categories, above its parts', () => {
    expect(result.baselines.category!.apgr).toBeGreaterThan(result.baselines.length.apgr)
    expect(result.baselines.category!.apgr).toBeLessThan(result.oracle.apgr)
    expect(measured(fiveRows, fiveWinRates).baselines.category).toBeUndefined()
  })

  it('gives at most 201 points, both ends among them', () => {
    const points = result.routers[0]!.points
    expect(points.length).toBeLessThanOrEqual(201)
    expect(points[0]!.strongCallPercent).toBe(0)
    expect(points.at(-1)!.strongCallPercent).toBe(100)
    expect(points.at(-1)!.score).toBeCloseTo(result.strong.score, 10)
  })
})

it('knows how far a single random run spreads', () => {
  const { rows } = seeded()
  const expected = measured(
    rows,
    rows.map(() => 0),
  ).baselines.random.apgrStandardDeviation
  const random = createRandom(2)
  const columns = [rows.map((r) => r.strongScore), rows.map((r) => r.weakScore)] as const
  const runs = Array.from({ length: 1500 }, () =>
    exactApgr(
      rows.map(() => random.next()),
      ...columns,
    ),
  )
  const mean = runs.reduce((sum, run) => sum + run, 0) / runs.length
  const deviation = Math.sqrt(runs.reduce((sum, run) => sum + (run - mean) ** 2, 0) / (runs.length - 1))
  expect(mean).toBeCloseTo(0.5, 2)
  expect(deviation / expected).toBeGreaterThan(0.94)
  expect(deviation / expected).toBeLessThan(1.06)
})

describe('what cannot be measured', () => {
  const evaluateWith = (rows: readonly BenchmarkRow[], ...winRates: number[][]) =>
    evaluate({
      benchmark: benchmarkOf(rows),
      routers: winRates.map((rates) => ({ name: 'mine', winRates: rates })),
      samples: 5,
    })
  const [one] = fiveRows

  it.each([
    ['no rows', () => evaluateWith([]), 'benchmark-empty', /no rows/],
    [
      'no gap',
      () => evaluateWith([{ ...one!, strongScore: 0 }], [0.5]),
      'no-performance-gap',
      /which of the two/,
    ],
    [
      'a score that is no number',
      () => evaluateWith([{ ...one!, weakScore: Number.NaN }], [0.5]),
      'benchmark-score',
      /Row 1/,
    ],
    ['a weight of 0', () => evaluateWith([{ ...one!, weight: 0 }], [0.5]), 'benchmark-score', /above 0/],
    ['too few win rates', () => evaluateWith(fiveRows, [0.5]), 'win-rate-count', /1 win rates for 5/],
    [
      'a win rate that is NaN',
      () => evaluateWith(fiveRows, [1, 1, Number.NaN, 1, 1]),
      'win-rate-not-finite',
      /row 3 is NaN/,
    ],
    [
      'one name twice',
      () => evaluateWith(fiveRows, fiveWinRates, fiveWinRates),
      'router-name-twice',
      /"mine"/,
    ],
    [
      'no samples',
      () => evaluate({ benchmark: benchmarkOf(fiveRows), routers: [], samples: 0 }),
      'samples',
      /got 0/,
    ],
    [
      'ties in reference mode',
      () =>
        evaluate({
          benchmark: benchmarkOf(fiveRows),
          routers: [{ name: 'mine', winRates: fiveWinRates }],
          metrics: 'reference',
        }),
      'tied-deciles',
      /50 % and 60 % of its win rates are below the same 0\.7/,
    ],
  ])('%s', (_, run, code, message) => {
    expect(run).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })
})
