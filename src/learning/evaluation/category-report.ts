import { type Benchmark, columnsOf, type ScoredRouter } from './benchmark.ts'
import { averageGapRecovered, strongCallPercentForGap } from './metrics/metrics.ts'
import { routingCurve } from './metrics/routing-curve.ts'

/** The result in each category of a benchmark, with the best router at the point where it recovers 80 % of the gap. */
export type CategoryReport = {
  readonly router: string
  readonly gapPercent: number
  /** By descending number of rows. */
  readonly lines: readonly CategoryLine[]
}

export type CategoryLine = {
  readonly category: string
  readonly rows: number
  readonly strongScore: number
  readonly weakScore: number
  /** Percent of the category's prompts that the router sends to the strong model. */
  readonly strongCallPercent: number
  /** The mean score of the answers with the router. */
  readonly score: number
}

const gapPercent = 80

/** Undefined with fewer than two categories, or without a router. Rows without a category are left out. */
export function categoryReport(
  { rows }: Benchmark,
  routers: readonly ScoredRouter[],
): CategoryReport | undefined {
  const categories = new Set(rows.flatMap(({ category }) => (category === undefined ? [] : [category])))
  if (categories.size < 2 || routers.length === 0) return undefined
  const columns = columnsOf(rows)
  const curves = routers.map((router) => ({ router, curve: routingCurve(router.winRates, columns) }))
  const best = curves.reduce((one, other) =>
    averageGapRecovered(other.curve) > averageGapRecovered(one.curve) ? other : one,
  )
  const { winRates, name } = best.router
  const sent = sentToStrong(winRates, columns.weights, strongCallPercentForGap(best.curve, gapPercent) / 100)
  const sums = new Map<
    string,
    { rows: number; weight: number; strong: number; weak: number; calls: number; score: number }
  >()
  rows.forEach(({ category, strongScore, weakScore, weight = 1 }, row) => {
    if (category === undefined) return
    const sum = sums.get(category) ?? { rows: 0, weight: 0, strong: 0, weak: 0, calls: 0, score: 0 }
    sums.set(category, sum)
    sum.rows++
    sum.weight += weight
    sum.strong += weight * strongScore
    sum.weak += weight * weakScore
    sum.calls += weight * sent[row]!
    sum.score += weight * (sent[row]! * strongScore + (1 - sent[row]!) * weakScore)
  })
  const lines = [...sums].map(([category, { rows, weight, strong, weak, calls, score }]) => ({
    category,
    rows,
    strongScore: strong / weight,
    weakScore: weak / weight,
    strongCallPercent: (100 * calls) / weight,
    score: score / weight,
  }))
  return { router: name, gapPercent, lines: lines.sort((one, other) => other.rows - one.rows) }
}

/** The part of each row that goes to the strong model: 1, 0, or the same fraction for all rows that tie at the limit. */
function sentToStrong(winRates: ArrayLike<number>, weights: Float64Array, share: number): Float64Array {
  const order = Array.from(winRates, (_, row) => row).sort((a, b) => winRates[b]! - winRates[a]!)
  const sent = new Float64Array(weights.length)
  let left = share * weights.reduce((sum, weight) => sum + weight, 0)
  for (let from = 0; from < order.length && left > 0; ) {
    let to = from
    let weight = 0
    while (to < order.length && winRates[order[to]!] === winRates[order[from]!])
      weight += weights[order[to++]!]!
    const part = Math.min(1, left / weight)
    for (let index = from; index < to; index++) sent[order[index]!] = part
    left -= weight
    from = to
  }
  return sent
}
