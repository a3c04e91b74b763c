import type { PolicyChoices, PolicyTraffic } from './traffic.ts'

/**
 * What is known of a policy on its traffic. Means are over the requests that it answers.
 *
 * - `usd`: dollars of all requests.
 * - `score`: mean score.
 * - `loss`: the best single candidate's mean score minus the policy's; below 0 if the policy is better.
 * - `oracleLoss`: the oracle's mean score minus the policy's.
 * - `randomUsd`, `randomLoss`: the same if each model got the policy's share of the requests at random.
 * - `lengthUsd`, `lengthLoss`: the same if the shortest prompts went to the cheapest model, and so on (`chooseByLength`).
 * - `gainOverRandom`, `gainOverLength`: their loss minus the policy's.
 */
export const figureNames = [
  'usd',
  'score',
  'loss',
  'oracleLoss',
  'randomUsd',
  'randomLoss',
  'gainOverRandom',
  'lengthUsd',
  'lengthLoss',
  'gainOverLength',
] as const
export type PolicyFigure = (typeof figureNames)[number]

/** Where plans of a kind are in the list of plans. */
export type PlanPlaces = {
  /** The number of policies, which come first. */
  readonly policies: number
  readonly firstModel: number
  /** Absent without scores. */
  readonly oracle?: number
  /** The first of the length baselines, one for each policy. */
  readonly firstLength: number
}

/** Everything that figures are computed from, as sums over rows. */
export type Columns = {
  readonly count: number
  readonly valuesOf: (row: number, into: Float64Array) => void
  /** [plans, figures]; NaN for what is not known. @param totals [count] */
  readonly figuresOf: (totals: Float64Array) => Float64Array
  /** The candidate with the highest mean score, of several the cheapest; null without scores. */
  readonly best: number | null
}

// Of each plan: answered requests, dollars, scores, and the requests that each model answers.
const [answeredColumn, usdColumn, scoreColumn, firstShare] = [1, 2, 3, 4]

export function createColumns(
  { models, weights, usd, scores }: PolicyTraffic,
  plans: readonly PolicyChoices[],
  places: PlanPlaces,
): Columns {
  // Only policies need the requests of each model.
  const width = (plan: number) => 3 + (plan < places.policies ? models.length : 0)
  const starts = plans.map((_, plan) => {
    let start = 0
    for (let before = 0; before < plan; before++) start += width(before)
    return start
  })
  // Column 0 has all requests.
  const count = 1 + plans.reduce((sum, _, plan) => sum + width(plan), 0)

  function valuesOf(row: number, into: Float64Array): void {
    const weight = weights[row]!
    into[0] = weight
    for (const [plan, { chosen, askedBefore }] of plans.entries()) {
      const model = chosen[row]!
      if (model < 0) continue
      const start = starts[plan]!
      const before = askedBefore?.[row] ?? -1
      into[start + answeredColumn] = weight
      into[start + usdColumn] = weight * (usd[model]![row]! + (before < 0 ? 0 : usd[before]![row]!))
      into[start + scoreColumn] = scores === null ? Number.NaN : weight * scores[model]![row]!
      if (plan < places.policies) into[start + firstShare + model] = weight
    }
  }

  const best = scores === null ? null : findBest()

  function findBest(): number {
    const totals = new Float64Array(count)
    const values = new Float64Array(count)
    for (let row = 0; row < weights.length; row++) {
      values.fill(0)
      valuesOf(row, values)
      for (let column = 0; column < count; column++) totals[column]! += values[column]!
    }
    const at = (model: number, column: number) => totals[starts[places.firstModel + model]! + column]!
    return models.reduce((top, _, model) => {
      const difference = at(model, scoreColumn) - at(top, scoreColumn)
      const isCheaper = difference === 0 && at(model, usdColumn) < at(top, usdColumn)
      return difference > 0 || isCheaper ? model : top
    }, 0)
  }

  function figuresOf(totals: Float64Array): Float64Array {
    const mean = (plan: number, column: number) =>
      totals[starts[plan]! + column]! / totals[starts[plan]! + answeredColumn]!
    const allUsd = (plan: number) => (totals[starts[plan]! + usdColumn]! / totals[0]!) * requests
    const bestScore = best === null ? Number.NaN : mean(places.firstModel + best, scoreColumn)
    const oracleScore = places.oracle === undefined ? Number.NaN : mean(places.oracle, scoreColumn)
    const figures = new Float64Array(plans.length * figureNames.length).fill(Number.NaN)
    for (const plan of plans.keys()) {
      const score = mean(plan, scoreColumn)
      const loss = bestScore - score
      const from = plan * figureNames.length
      figures.set([allUsd(plan), score, loss, oracleScore - score], from)
      if (plan >= places.policies) continue
      const randomLoss = bestScore - mixed(totals, plan, scoreColumn)
      const answered = totals[starts[plan]! + answeredColumn]!
      const randomUsd = mixed(totals, plan, usdColumn) * (answered / totals[0]!) * requests
      const length = places.firstLength + plan
      const lengthLoss = bestScore - mean(length, scoreColumn)
      figures.set(
        [randomUsd, randomLoss, randomLoss - loss, allUsd(length), lengthLoss, lengthLoss - loss],
        from + 4,
      )
    }
    return figures
  }

  /** The mean of the models' means, weighted by the policy's shares. A model without a share does not count. */
  function mixed(totals: Float64Array, plan: number, column: number): number {
    const start = starts[plan]!
    let sum = 0
    for (const model of models.keys()) {
      const share = totals[start + firstShare + model]! / totals[start + answeredColumn]!
      if (share === 0) continue
      const own = starts[places.firstModel + model]!
      sum += share * (totals[own + column]! / totals[own + answeredColumn]!)
    }
    return sum
  }

  const requests = weights.reduce((sum, weight) => sum + weight, 0)
  return { count, valuesOf, figuresOf, best }
}
