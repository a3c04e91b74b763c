import { type BenchmarkRow, singleModelScores } from '../benchmark.ts'
import type { Baselines } from '../evaluation.ts'

/**
 * Random routing in closed form: on average a share c of strong calls scores r_weak + c · (r_strong − r_weak), so
 * APGR is 0.5 and CPT(x) is x.
 *
 * One random run spreads around that. With gains d_i and places a_j = (n − j + ½) / n of a random order,
 * Var(Σ d_i a_π(i)) = Σ(d_i − d̄)² · Σ(a_j − ā)² / (n − 1), and APGR = Σ d_i a_π(i) / (n d̄). Weights scale the gains
 * but not the places, which is exact for equal weights and close for others.
 */
export function randomBaseline(rows: readonly BenchmarkRow[]): Baselines['random'] {
  const { strong, weak } = singleModelScores(rows)
  const apgrStandardDeviation = randomApgrStandardDeviation(rows)
  const reach = 1.959963984540054 * apgrStandardDeviation
  return {
    name: 'random',
    apgr: 0.5,
    apgrInterval: [0.5 - reach, 0.5 + reach],
    apgrStandardDeviation,
    cpt: { 20: 20, 50: 50, 80: 80 },
    cptIntervals: null,
    auc: (strong + weak) / 2,
    points: [
      { threshold: null, strongCallPercent: 0, score: weak },
      { threshold: null, strongCallPercent: 100, score: strong },
    ],
  }
}

function randomApgrStandardDeviation(rows: readonly BenchmarkRow[]): number {
  const n = rows.length
  if (n < 2) return 0
  const gains = rows.map((row) => (row.strongScore - row.weakScore) * (row.weight ?? 1))
  const total = gains.reduce((sum, gain) => sum + gain, 0)
  const spread = gains.reduce((sum, gain) => sum + (gain - total / n) ** 2, 0)
  // Σ (a_j − ½)² over the n places is (n² − 1) / (12 n).
  const places = (n * n - 1) / (12 * n)
  return Math.sqrt((spread * places) / (n - 1)) / total
}

/** The length of each prompt, as the `length` router counts it (UTF-16 units). */
export function lengthWinRates(rows: readonly BenchmarkRow[]): Float64Array {
  return Float64Array.from(rows, ({ prompt }) => prompt.length)
}

/** The mean gain of each row's category, computed from these rows. Undefined with fewer than two categories. */
export function categoryWinRates(rows: readonly BenchmarkRow[]): Float64Array | undefined {
  const sums = new Map<string, { gain: number; weight: number }>()
  for (const { category = '', strongScore, weakScore, weight = 1 } of rows) {
    const sum = sums.get(category) ?? { gain: 0, weight: 0 }
    sums.set(category, {
      gain: sum.gain + (strongScore - weakScore) * weight,
      weight: sum.weight + weight,
    })
  }
  if (sums.size < 2) return undefined
  return Float64Array.from(rows, ({ category = '' }) => {
    const { gain, weight } = sums.get(category)!
    return gain / weight
  })
}

/** The gain of the strong model on each row: the best possible ranking. */
export function oracleWinRates(rows: readonly BenchmarkRow[]): Float64Array {
  return Float64Array.from(rows, (row) => row.strongScore - row.weakScore)
}
