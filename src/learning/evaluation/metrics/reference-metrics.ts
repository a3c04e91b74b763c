import { quantile } from '../../../base/math/statistics/quantile.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { type Benchmark, type BenchmarkRow, singleModelScores } from '../benchmark.ts'
import type { CurvePoint, RouterEvaluation } from '../evaluation.ts'
import { checkWinRates } from './routing-curve.ts'

/**
 * A router's numbers as the upstream project computes them (lm-sys/RouteLLM at 0b64fda, `evals/evaluate.py` and
 * `evals/benchmarks.py`), so that published figures can be compared. It keeps two faults:
 * eleven thresholds at the deciles of the win rates instead of every threshold; CPT by interpolating share over
 * score as if score always rose with share. The default metrics have neither.
 *
 * Throws `InvalidRequestError` (`tied-deciles`) if two deciles are equal, because the reference crashes then.
 */
export function referenceRouter(
  name: string,
  winRates: ArrayLike<number>,
  benchmark: Benchmark,
): RouterEvaluation {
  const { rows } = benchmark
  checkWinRates(winRates, rows.length)
  const sorted = Float64Array.from(winRates).sort()
  const thresholds = Array.from({ length: 11 }, (_, decile) => quantile(sorted, decile / 10))
  const tied = thresholds.findIndex((threshold, decile) => threshold === thresholds[decile + 1])
  if (tied !== -1) {
    throw new InvalidRequestError(
      'tied-deciles',
      `--metrics reference cannot take ${JSON.stringify(name)}: ${tied * 10} % and ${tied * 10 + 10} % of its win ` +
        `rates are below the same ${thresholds[tied]}, and the reference needs eleven distinct deciles. The default ` +
        'metrics take ties.',
    )
  }
  const points = thresholds
    .map((threshold, decile) => referencePoint(rows, winRates, threshold, decile === 10))
    .sort((one, other) => one.strongCallPercent - other.strongCallPercent)
  return { name, apgrInterval: null, cptIntervals: null, points, ...summaryOf(points, benchmark) }
}

/**
 * The best score that a share of 0, 10, … 100 % strong calls allows, as the reference draws it. In percent it is
 * exact. For MT-Bench it averages all questions, contaminated ones included, while the budget counts only the
 * others; so at 0 % it is not the weak model's score.
 */
export function referenceOptimum(benchmark: Benchmark): RouterEvaluation {
  const { rows, contaminated, unit } = benchmark
  const scored = unit === 'percent' ? rows : [...rows, ...contaminated]
  const gains = scored.map((row) => row.strongScore - row.weakScore).filter((gain) => gain > 0)
  gains.sort((one, other) => other - one)
  const weak = scored.reduce((sum, row) => sum + row.weakScore, 0)
  const points = Array.from({ length: 11 }, (_, tenth): CurvePoint => {
    const budget = rows.length * ((tenth * 10) / 100)
    const calls = unit === 'percent' ? budget : Math.floor(budget)
    const gained = gains.reduce((sum, gain, index) => sum + gain * Math.min(1, Math.max(0, calls - index)), 0)
    return { threshold: null, strongCallPercent: tenth * 10, score: (weak + gained) / scored.length }
  })
  return { name: 'oracle', apgrInterval: null, cptIntervals: null, points, ...summaryOf(points, benchmark) }
}

function referencePoint(
  rows: readonly BenchmarkRow[],
  winRates: ArrayLike<number>,
  threshold: number,
  isHighest: boolean,
): CurvePoint {
  let calls = 0
  let score = 0
  rows.forEach((row, index) => {
    const strong = isHighest ? winRates[index]! > threshold : winRates[index]! >= threshold
    if (strong) calls += 1
    score += strong ? row.strongScore : row.weakScore
  })
  return { threshold, strongCallPercent: (calls / rows.length) * 100, score: score / rows.length }
}

function summaryOf(points: readonly CurvePoint[], { rows }: Benchmark) {
  const { strong, weak } = singleModelScores(rows)
  const percents = points.map((point) => point.strongCallPercent)
  const scores = points.map((point) => point.score)
  const shares = percents.map((percent) => percent / 100)
  const width = trapezoid(
    shares,
    shares.map(() => 1),
  )
  const auc = trapezoid(shares, scores)
  const percentFor = (part: number) => numpyInterp(part * (strong - weak) + weak, scores, percents)
  return {
    apgr: (auc - weak * width) / ((strong - weak) * width),
    auc,
    cpt: { 20: percentFor(0.2), 50: percentFor(0.5), 80: percentFor(0.8) },
  }
}

function trapezoid(xs: readonly number[], ys: readonly number[]): number {
  let area = 0
  for (let i = 1; i < xs.length; i++) area += ((xs[i]! - xs[i - 1]!) * (ys[i]! + ys[i - 1]!)) / 2
  return area
}

/**
 * `numpy.interp(x, xs, ys)` for one x, also if `xs` does not ascend. The result then depends on the interval that
 * numpy's search finds first (it tries the first three, then bisects the rest), so this follows that search.
 */
export function numpyInterp(x: number, xs: readonly number[], ys: readonly number[]): number {
  const last = xs.length - 1
  if (x > xs[last]!) return ys[last]!
  if (x < xs[0]!) return ys[0]!
  const at = numpySearch(x, xs)
  if (at === last || xs[at] === x) return ys[at]!
  return ((ys[at + 1]! - ys[at]!) / (xs[at + 1]! - xs[at]!)) * (x - xs[at]!) + ys[at]!
}

function numpySearch(x: number, xs: readonly number[]): number {
  if (xs.length <= 4) {
    let at = 1
    while (at < xs.length && x >= xs[at]!) at += 1
    return at - 1
  }
  if (x < xs[1]!) return 0
  if (x < xs[2]!) return 1
  if (x < xs[3]!) return 2
  let low = 3
  let high = xs.length > 10 && x < xs[9]! ? 9 : xs.length
  while (low < high) {
    const middle = low + ((high - low) >> 1)
    if (x >= xs[middle]!) low = middle + 1
    else high = middle
  }
  return low - 1
}
