import { type CostQuality, nonDecreasingConvexHull } from './pool.ts'
import type { PoolChoices, PoolOutcomes } from './pool-outcomes.ts'

/** The mean dollars and score of each setting if prompt i counts `counts[i]` times its weight. */
export type PoolCurve = (counts: ArrayLike<number>) => CostQuality[]

/** Cost and quality of a policy at all its settings, for a bootstrap: the outcomes are looked up once. */
export function createPoolCurve(
  { models, scores, usd, weights }: PoolOutcomes,
  settings: readonly PoolChoices[],
): PoolCurve {
  const columns = settings.map(({ chosen }) => ({
    scores: Float64Array.from(chosen, (model, prompt) => scores[prompt * models.length + model]!),
    usd: Float64Array.from(chosen, (model, prompt) => usd[prompt * models.length + model]!),
  }))
  const counted = new Float64Array(weights.length)
  return (counts) => {
    let total = 0
    for (let prompt = 0; prompt < counted.length; prompt++) {
      counted[prompt] = counts[prompt]! * weights[prompt]!
      total += counted[prompt]!
    }
    return columns.map((column) => {
      let cost = 0
      let quality = 0
      for (let prompt = 0; prompt < counted.length; prompt++) {
        cost += counted[prompt]! * column.usd[prompt]!
        quality += counted[prompt]! * column.scores[prompt]!
      }
      return { cost: cost / total, quality: quality / total }
    })
  }
}

/** The points with each prompt counted once times its weight. */
export function poolPoints(outcomes: PoolOutcomes, settings: readonly PoolChoices[]): CostQuality[] {
  return createPoolCurve(outcomes, settings)(new Uint8Array(outcomes.prompts.length).fill(1))
}

/**
 * The lowest mean cost at which the points, or a random mix of two of them, reach a quality: the hull's cost there. NaN if they
 * never do.
 */
export function leastCostForQuality(points: readonly CostQuality[], quality: number): number {
  const hull = nonDecreasingConvexHull(points)
  const after = hull.findIndex((point) => point.quality >= quality)
  if (after === -1) return Number.NaN
  if (after === 0) return hull[0]!.cost
  const [from, to] = [hull[after - 1]!, hull[after]!]
  return from.cost + ((quality - from.quality) / (to.quality - from.quality)) * (to.cost - from.cost)
}

/** The lowest cost of one point that reaches a quality by itself, without mixing. NaN if none does. */
export function leastCostOfOnePoint(points: readonly CostQuality[], quality: number): number {
  const costs = points.filter((point) => point.quality >= quality).map(({ cost }) => cost)
  return costs.length === 0 ? Number.NaN : Math.min(...costs)
}
