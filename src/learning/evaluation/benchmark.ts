import { createHash } from 'node:crypto'
import { isAbove } from '../../base/math/decimals.ts'
import { DataError } from '../../errors.ts'
import type { TokenCounts } from '../../routing/catalogue/prices.ts'
import type { LabelBasis } from '../../routing/routers/trained-prompts/label-origins.ts'

/**
 * A benchmark: prompts, and how well each of two models did on them. MMLU, GSM8K and MT-Bench are loaders of
 * this type, and so is any labelled file. It is a test set: do not train or select on it.
 */
export type Benchmark = {
  readonly name: string
  /** The unit of every score here and in what is computed from it; `percent` is 0 to 100. */
  readonly unit: ScoreUnit
  readonly strongModel: string
  readonly weakModel: string
  /** The rows that routers are measured on, in file order. */
  readonly rows: readonly BenchmarkRow[]
  /** Rows left out because upstream's training data holds their prompts. Only `--metrics reference` uses them. */
  readonly contaminated: readonly BenchmarkRow[]
}

export type ScoreUnit = 'percent' | '1-10' | 'points'

export type BenchmarkRow = {
  /** The text that a router scores. */
  readonly prompt: string
  readonly strongScore: number
  readonly weakScore: number
  /** Subject or kind of task. The category oracle ranks by it. */
  readonly category?: string
  /** The weight of the row, above 0. Default: 1. */
  readonly weight?: number
  /** Tokens of each model's call, if they were counted. */
  readonly strongTokens?: TokenCounts
  readonly weakTokens?: TokenCounts
}

/** A router's win rates on the rows of a benchmark. */
export type ScoredRouter = {
  readonly name: string
  /** One finite number per row, in the order of the rows. Only their ranking matters. */
  readonly winRates: ArrayLike<number>
  /** Absent if nothing is known of its training, as for win rates that were computed elsewhere. */
  readonly training?: RowsAndTraining
}

/** How the rows relate to the training of a router. */
export type RowsAndTraining = {
  readonly basis: LabelBasis
  /** Rows whose win rate is from a fit without them, because the router was trained on them. */
  readonly crossFittedRows: number
}

/** The rows of a benchmark as columns. */
export type BenchmarkColumns = {
  readonly strongScores: Float64Array
  readonly weakScores: Float64Array
  readonly weights: Float64Array
}

export function columnsOf(rows: readonly BenchmarkRow[]): BenchmarkColumns {
  return {
    strongScores: Float64Array.from(rows, (row) => row.strongScore),
    weakScores: Float64Array.from(rows, (row) => row.weakScore),
    weights: Float64Array.from(rows, (row) => row.weight ?? 1),
  }
}

/** The weighted mean score of each model alone, in the benchmark's unit. */
export function singleModelScores(rows: readonly BenchmarkRow[]): { strong: number; weak: number } {
  let strong = 0
  let weak = 0
  let weight = 0
  for (const row of rows) {
    const counted = row.weight ?? 1
    strong += row.strongScore * counted
    weak += row.weakScore * counted
    weight += counted
  }
  return { strong: strong / weight, weak: weak / weight }
}

/**
 * Throws `DataError` if nothing can be measured on a benchmark: it has no rows (`benchmark-empty`), a score or weight
 * that is not finite or a weight not above 0 (`benchmark-score`), or a strong model that is not better on average, so
 * that there is no gap to recover (`no-performance-gap`).
 */
export function checkBenchmark(benchmark: Benchmark): void {
  const { name, rows, strongModel, weakModel } = benchmark
  if (rows.length === 0) {
    throw new DataError('benchmark-empty', `Benchmark ${name} has no rows, so there is nothing to measure.`)
  }
  rows.forEach((row, index) => {
    const { strongScore, weakScore, weight = 1 } = row
    if (Number.isFinite(strongScore) && Number.isFinite(weakScore) && Number.isFinite(weight) && weight > 0)
      return
    throw new DataError(
      'benchmark-score',
      `Row ${index + 1} of benchmark ${name} has scores ${strongScore} and ${weakScore} and weight ${weight}. ` +
        'Scores are finite numbers, weights finite and above 0.',
    )
  })
  const { strong, weak } = singleModelScores(rows)
  if (!isAbove(strong, weak)) {
    throw new DataError(
      'no-performance-gap',
      `On benchmark ${name} the strong model ${strongModel} scores ${strong} and the weak model ${weakModel} ` +
        `${weak}: there is no gap to recover. Check which of the two is the strong model.`,
    )
  }
}

/**
 * A SHA-256 of everything that results depend on (prompts, scores, weights, models). Results of two runs are compared
 * only if their hashes are equal.
 */
export function benchmarkHash(benchmark: Benchmark): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([benchmark.strongModel, benchmark.weakModel, benchmark.unit]))
  for (const { prompt, strongScore, weakScore, weight = 1 } of benchmark.rows) {
    hash.update(JSON.stringify([prompt, strongScore, weakScore, weight]))
  }
  return hash.digest('hex')
}
