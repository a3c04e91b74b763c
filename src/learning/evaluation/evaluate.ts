import { middleInterval } from '../../base/math/statistics/quantile.ts'
import { InvalidRequestError } from '../../errors.ts'
import {
  type Benchmark,
  type BenchmarkColumns,
  benchmarkHash,
  checkBenchmark,
  columnsOf,
  type ScoredRouter,
  singleModelScores,
} from './benchmark.ts'
import type { ApgrDifference, Evaluation, RouterEvaluation } from './evaluation.ts'
import { categoryWinRates, lengthWinRates, oracleWinRates, randomBaseline } from './metrics/baselines.ts'
import { operatingPoints } from './metrics/curve-points.ts'
import { gapOf, isGapClear } from './metrics/gap.ts'
import {
  areaUnderCurve,
  averageGapRecovered,
  gapPercents,
  strongCallPercentForGap,
} from './metrics/metrics.ts'
import { referenceOptimum, referenceRouter } from './metrics/reference-metrics.ts'
import { distinctPrompts, pairedInterval, type Resampled, resampleCurves } from './metrics/resampling.ts'
import { type CurveOfCounts, createCurveOfCounts, type RoutingCurve } from './metrics/routing-curve.ts'

export type EvaluateOptions = {
  readonly benchmark: Benchmark
  readonly routers: readonly ScoredRouter[]
  /** Default: `exact`. */
  readonly metrics?: 'exact' | 'reference'
  /** Seed of the bootstrap. Default: 0. The same seed gives the same result. */
  readonly seed?: number
  /** Resamples of the bootstrap. Default: 1,000. */
  readonly samples?: number
}

/**
 * Measures routers on a benchmark: APGR, CPT, the area under the curve and its points, each with a 95 % bootstrap
 * interval. The result also has random routing, prompt length, the category oracle if there are categories, the answer
 * oracle, the two single models, and the paired differences in APGR.
 *
 * With `metrics: 'reference'` the routers and the oracle are computed as the upstream project does (ten bins, no
 * interval). The baselines stay exact.
 *
 * If the gap between the two models is within chance or uncertain (`leastGapErrors`), there are no intervals, and
 * `noIntervals` says so.
 *
 * Throws `DataError` for a benchmark without a gap, and `InvalidRequestError` for win rates that do not fit it or for
 * two routers with one name.
 */
export function evaluate(options: EvaluateOptions): Evaluation {
  const steps = evaluateInSteps(options)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** As `evaluate`, and yields the number of resamples so far, often, so that a caller can pause or stop. */
export function* evaluateInSteps(options: EvaluateOptions): Generator<number, Evaluation> {
  const { benchmark, routers, metrics = 'exact', samples = 1000 } = options
  checkBenchmark(benchmark)
  checkNames(routers)
  if (!Number.isInteger(samples) || samples < 1) {
    throw new InvalidRequestError(
      'samples',
      `The bootstrap takes a whole number of samples above 0, got ${samples}.`,
    )
  }
  return metrics === 'reference' ? referenceEvaluation(options) : yield* exactEvaluation(options)
}

function* exactEvaluation(options: EvaluateOptions): Generator<number, Evaluation> {
  const { benchmark, routers, seed = 0, samples = 1000 } = options
  const { rows } = benchmark
  const { baselines, oracle } = ownRankings(benchmark)
  const ranked = [...routers, ...baselines, oracle]
  const columns = columnsOf(rows)
  const curves: CurveOfCounts[] = []
  const measured: RouterEvaluation[] = []
  for (const { name, winRates } of ranked) {
    const curveOf = createCurveOfCounts(winRates, columns)
    curves.push(curveOf)
    measured.push(measure(name, curveOf(columns.weights)))
    yield 0
  }
  const resampled = yield* resampleCurves(rows, curves, { seed, samples })
  const models = singleModelScores(rows)
  const isClear = isGapClear(gapOf(rows))
  yield samples
  const results =
    resampled && isClear
      ? measured.map((one, index) => withIntervals(one, resampled[index]!, models))
      : measured
  const own = results.slice(routers.length)
  yield samples
  const facts = benchmarkFacts(benchmark, 'exact')
  yield samples

  return {
    ...facts,
    routers: results.slice(0, routers.length).map((result, index) => withTraining(result, routers[index]!)),
    baselines: {
      random: randomBaseline(rows),
      length: own[0]!,
      ...(own.length === 3 && { category: own[1]! }),
    },
    oracle: own.at(-1)!,
    ...(resampled === undefined
      ? { comparisons: [], noIntervals: 'gap-within-chance' }
      : {
          ...(!isClear && { noIntervals: 'gap-uncertain' as const }),
          comparisons: comparisonsOf(results.slice(0, routers.length + 1), resampled, routers.length),
          bootstrap: {
            seed,
            samples,
            confidence: 0.95,
            distinctPrompts: distinctPrompts(rows).prompts,
            apgr: Object.fromEntries(
              routers.map(({ name }, index) => [name, Array.from(resampled[index]!.apgr, sixDigits)]),
            ),
          },
        }),
  }
}

function referenceEvaluation({ benchmark, routers }: EvaluateOptions): Evaluation {
  const columns = columnsOf(benchmark.rows)
  const { baselines } = ownRankings(benchmark)
  const [length, category] = baselines.map(({ name, winRates }) => exactRouter(name, winRates, columns))
  return {
    ...benchmarkFacts(benchmark, 'reference'),
    routers: routers.map((router) =>
      withTraining(referenceRouter(router.name, router.winRates, benchmark), router),
    ),
    baselines: { random: randomBaseline(benchmark.rows), length: length!, ...(category && { category }) },
    oracle: referenceOptimum(benchmark),
    comparisons: [],
    noIntervals: 'reference-metrics',
  }
}

function benchmarkFacts(benchmark: Benchmark, metrics: 'exact' | 'reference') {
  const { name, unit, rows, contaminated, strongModel, weakModel } = benchmark
  const scores = singleModelScores(rows)
  return {
    benchmark: name,
    unit,
    metrics,
    rows: rows.length,
    contaminatedRows: contaminated.length,
    rowsHash: benchmarkHash(benchmark),
    strong: { model: strongModel, score: scores.strong },
    weak: { model: weakModel, score: scores.weak },
    gap: gapOf(rows),
  }
}

function withTraining(result: RouterEvaluation, { training }: ScoredRouter): RouterEvaluation {
  return training === undefined ? result : { ...result, training }
}

function ownRankings({ rows }: Benchmark): { baselines: ScoredRouter[]; oracle: ScoredRouter } {
  const category = categoryWinRates(rows)
  return {
    baselines: [
      { name: 'length', winRates: lengthWinRates(rows) },
      ...(category === undefined ? [] : [{ name: 'category', winRates: category }]),
    ],
    oracle: { name: 'oracle', winRates: oracleWinRates(rows) },
  }
}

function exactRouter(name: string, winRates: ArrayLike<number>, columns: BenchmarkColumns): RouterEvaluation {
  return measure(name, createCurveOfCounts(winRates, columns)(columns.weights))
}

function measure(name: string, curve: RoutingCurve): RouterEvaluation {
  const [at20, at50, at80] = gapPercents.map((percent) => strongCallPercentForGap(curve, Number(percent)))
  return {
    name,
    apgr: averageGapRecovered(curve),
    apgrInterval: null,
    cpt: { 20: at20!, 50: at50!, 80: at80! },
    cptIntervals: null,
    auc: areaUnderCurve(curve),
    points: operatingPoints(curve),
  }
}

function withIntervals(
  router: RouterEvaluation,
  resampled: Resampled,
  models: { readonly strong: number; readonly weak: number },
): RouterEvaluation {
  const { apgr, cpt, gapRecovered } = resampled
  const bands = gapRecovered.map(middleInterval)
  const scoreOf = (recovered: number) => models.weak + recovered * (models.strong - models.weak)
  return {
    ...router,
    apgrInterval: middleInterval(apgr),
    cptIntervals: { 20: middleInterval(cpt[20]), 50: middleInterval(cpt[50]), 80: middleInterval(cpt[80]) },
    points: router.points.map((point) => {
      const below = Math.min(bands.length - 2, Math.floor(point.strongCallPercent))
      const part = point.strongCallPercent - below
      const [low, high] = bands[below]!
      const [nextLow, nextHigh] = bands[below + 1]!
      return {
        ...point,
        scoreInterval: [scoreOf(low + part * (nextLow - low)), scoreOf(high + part * (nextHigh - high))],
      }
    }),
  }
}

/** Every pair of routers, and every router against `length`, which is last, unless a router has that name. */
function comparisonsOf(
  results: readonly RouterEvaluation[],
  resampled: readonly Resampled[],
  routers: number,
): ApgrDifference[] {
  const hasLength = results.slice(0, routers).some(({ name }) => name === 'length')
  const compared = hasLength ? results.slice(0, routers) : results
  return results.slice(0, routers).flatMap((router, one) =>
    compared.slice(one + 1).map((against, offset) => ({
      router: router.name,
      against: against.name,
      apgrDifference: router.apgr - against.apgr,
      interval: pairedInterval(resampled[one]!.apgr, resampled[one + 1 + offset]!.apgr),
    })),
  )
}

function checkNames(routers: readonly ScoredRouter[]): void {
  const seen = new Set<string>()
  for (const { name } of routers) {
    if (seen.has(name)) {
      throw new InvalidRequestError(
        'router-name-twice',
        `Two routers are called ${JSON.stringify(name)}. Give each its own name.`,
      )
    }
    seen.add(name)
  }
}

function sixDigits(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
