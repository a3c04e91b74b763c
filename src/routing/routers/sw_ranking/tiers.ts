import { bradleyTerryRatings } from '../../../base/math/statistics/bradley-terry.ts'
import type { BattleColumns } from './battle-columns.ts'

/** Elo's scale: 400 points are odds of 10 to 1. */
const eloPerLogOdds = 400 / Math.LN10

/**
 * Elo ratings by maximum likelihood. A tie counts as half a victory for each side. The mean rating is 1,000.
 *
 * Source: `compute_elo_mle_with_tie` in routellm/routers/similarity_weighted/utils.py, which shifts all ratings
 * to give llama-2-70b-chat 1,082; differences between models do not depend on the shift.
 *
 * @returns one rating per model, in the order of `models`.
 */
export function eloRatings(modelCount: number, battles: BattleColumns): Float64Array {
  const wins = new Float64Array(modelCount * modelCount)
  for (let i = 0; i < battles.outcomes.length; i++) {
    const [a, b] = [battles.modelA[i]!, battles.modelB[i]!]
    const share = [1, 0, 0.5][battles.outcomes[i]!]!
    wins[a * modelCount + b]! += share * battles.weights[i]!
    wins[b * modelCount + a]! += (1 - share) * battles.weights[i]!
  }
  const ratings = bradleyTerryRatings({ players: modelCount, wins })
  return ratings.map((rating) => 1000 + eloPerLogOdds * rating)
}

/**
 * Divides models into at most `tierCount` tiers of neighbouring ratings with the least sum of the tiers' variances,
 * by dynamic programming: cost(j, t) = min over l < j of cost(l, t − 1) + variance(l + 1 … j).
 *
 * Source: `compute_tiers` in the same file, with its choice among equal splits (the first). With fewer
 * models than tiers each model has a separate tier.
 *
 * @returns the tier of each model: 0 has the highest ratings, and every number up to the largest is used.
 */
export function tiersOfRatings(ratings: ArrayLike<number>, tierCount: number): Int32Array {
  const order = Array.from(ratings, (_, model) => model).sort((a, b) => ratings[b]! - ratings[a]! || a - b)
  const count = order.length
  const variance = varianceOfRuns(order.map((model) => ratings[model]!))
  let cost = Array.from(order, (_, last) => variance(0, last))
  const splits: number[][] = []
  for (let tier = 1; tier < tierCount; tier++) {
    const next = new Array<number>(count).fill(0)
    const split = new Array<number>(count).fill(0)
    for (let last = 1; last < count; last++) {
      next[last] = Number.POSITIVE_INFINITY
      for (let before = 0; before < last; before++) {
        const candidate = cost[before]! + variance(before + 1, last)
        if (candidate < next[last]!) {
          next[last] = candidate
          split[last] = before
        }
      }
    }
    cost = next
    splits.push(split)
  }
  const starts = new Set([0])
  let last = count - 1
  for (const split of splits.reverse()) {
    if (last === 0) break
    last = split[last]!
    starts.add(last + 1)
  }
  const tiers = new Int32Array(count)
  let tier = -1
  for (const [place, model] of order.entries()) {
    if (starts.has(place)) tier++
    tiers[model] = tier
  }
  return tiers
}

/** Variance of values[first … last], from running sums around the mean, which keeps their digits. */
function varianceOfRuns(values: readonly number[]): (first: number, last: number) => number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const sums = [0]
  const squares = [0]
  for (const value of values) {
    sums.push(sums.at(-1)! + value - mean)
    squares.push(squares.at(-1)! + (value - mean) ** 2)
  }
  return (first, last) => {
    const length = last - first + 1
    if (length === 1) return 0
    const average = (sums[last + 1]! - sums[first]!) / length
    return Math.max(0, (squares[last + 1]! - squares[first]!) / length - average * average)
  }
}
