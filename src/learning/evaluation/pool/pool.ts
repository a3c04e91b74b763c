import { InvalidRequestError } from '../../../errors.ts'

/** Cost and quality of a router, or of a model alone. Costs are in one unit. */
export type CostQuality = { readonly cost: number; readonly quality: number }

/**
 * RouterBench's non-decreasing convex hull (arXiv 2403.12031): the highest quality at each cost that mixing the
 * points at random can reach. It never falls as the budget grows. Vertices by ascending cost; beyond the last one the
 * quality is constant. Throws `InvalidRequestError` (`pool-points`) if there is no point or one is not finite.
 */
export function nonDecreasingConvexHull(points: readonly CostQuality[]): CostQuality[] {
  checkPoints(points)
  const sorted = [...points].sort((one, other) => one.cost - other.cost || other.quality - one.quality)
  const hull: CostQuality[] = []
  for (const point of sorted) {
    const top = hull.at(-1)
    if (top !== undefined && point.quality <= top.quality) continue
    while (hull.length >= 2 && !turnsDown(hull.at(-2)!, hull.at(-1)!, point)) hull.pop()
    if (hull.length === 1 && hull[0]!.cost === point.cost) hull.pop()
    hull.push(point)
  }
  return hull
}

/**
 * RouterBench's Average Improvement in Quality: AIQ = ∫ hull(c) dc / (c_max − c_min) over [c_min, c_max].
 *
 * All members of a comparison must use the same range. Above its most expensive point a hull is level. Below its
 * cheapest point it can answer nothing, so its quality is 0 there (as in RouterBench's released code, which takes c_min
 * = 0).
 *
 * Throws `InvalidRequestError` (`cost-range`) if the range is empty.
 */
export function averageImprovementInQuality(
  points: readonly CostQuality[],
  range: { readonly minCost: number; readonly maxCost: number },
): number {
  const { minCost, maxCost } = range
  if (!(maxCost > minCost)) {
    throw new InvalidRequestError(
      'cost-range',
      `AIQ needs a range of costs that is not empty, got ${minCost} to ${maxCost}.`,
    )
  }
  const hull = nonDecreasingConvexHull(points)
  const level = [...hull, { cost: Number.POSITIVE_INFINITY, quality: hull.at(-1)!.quality }]
  let area = 0
  for (let i = 1; i < level.length; i++) {
    const [from, to] = [level[i - 1]!, level[i]!]
    const start = Math.max(minCost, from.cost)
    const end = Math.min(maxCost, to.cost)
    if (end > start)
      area += ((end - start) * (qualityBetween(from, to, start) + qualityBetween(from, to, end))) / 2
  }
  return area / (maxCost - minCost)
}

/**
 * RouterBench's "zero router": the hull of the single models, reached by mixing them at random. A router must beat it
 * to be useful.
 */
export function zeroRouter(models: readonly CostQuality[]): CostQuality[] {
  return nonDecreasingConvexHull(models)
}

/**
 * RouterArena's score, 0 to 100:
 *
 *   S = 100 · (1 + β) · A · C / (β · A + C),  β = 0.1,  C = (log₂ 200 − log₂ c) / (log₂ 200 − log₂ 0.0044)
 *
 * a weighted harmonic mean of accuracy and cheapness. C is limited to 0 to 1: costs outside of the benchmark's range
 * (0.0044 to 200 dollars per 1,000 queries) count as its ends. RouterArena is for evaluation only; do not train on it.
 *
 * @param accuracyPercent A, 0 to 100. @param usdPerThousandQueries c, above 0.
 */
export function routerArenaScore(accuracyPercent: number, usdPerThousandQueries: number): number {
  if (!(accuracyPercent >= 0 && accuracyPercent <= 100 && usdPerThousandQueries > 0)) {
    throw new InvalidRequestError(
      'arena-range',
      `RouterArena's score needs an accuracy of 0 to 100 % and a cost above 0, got ${accuracyPercent} and ` +
        `${usdPerThousandQueries}.`,
    )
  }
  const beta = 0.1
  const [dearest, cheapest] = [Math.log2(200), Math.log2(0.0044)]
  const cheapness = (dearest - Math.log2(usdPerThousandQueries)) / (dearest - cheapest)
  const held = Math.min(1, Math.max(0, cheapness))
  const accuracy = accuracyPercent / 100
  if (accuracy === 0 || held === 0) return 0
  return (100 * (1 + beta) * accuracy * held) / (beta * accuracy + held)
}

/** Whether the slope from `middle` to `end` is below that from `start` to `middle`. */
function turnsDown(start: CostQuality, middle: CostQuality, end: CostQuality): boolean {
  return (
    (middle.quality - start.quality) * (end.cost - middle.cost) >
    (end.quality - middle.quality) * (middle.cost - start.cost)
  )
}

function qualityBetween(from: CostQuality, to: CostQuality, cost: number): number {
  if (to.quality === from.quality) return from.quality
  return from.quality + ((cost - from.cost) / (to.cost - from.cost)) * (to.quality - from.quality)
}

function checkPoints(points: readonly CostQuality[]): void {
  const bad = points.findIndex(({ cost, quality }) => !Number.isFinite(cost) || !Number.isFinite(quality))
  if (points.length > 0 && bad === -1) return
  throw new InvalidRequestError(
    'pool-points',
    points.length === 0
      ? 'A hull needs at least one point, got none.'
      : `Point ${bad + 1} costs ${points[bad]!.cost} at quality ${points[bad]!.quality}; both must be finite.`,
  )
}
