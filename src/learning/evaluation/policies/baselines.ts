import type { PolicyChoices, PolicyTraffic } from './traffic.ts'

/** Every request to one model. */
export function chooseOneModel({ models, weights }: PolicyTraffic, model: number): PolicyChoices {
  return {
    name: models[model] ?? '',
    kind: 'model',
    chosen: new Int32Array(weights.length).fill(model),
    askedBefore: null,
  }
}

/** For each row the cheapest of the models with the highest score: what no policy can beat. Null without scores. */
export function chooseByOracle({ models, weights, usd, scores }: PolicyTraffic): PolicyChoices | null {
  if (scores === null) return null
  const chosen = Int32Array.from(weights, (_, row) => {
    let best = 0
    for (let model = 1; model < models.length; model++) {
      const [score, most] = [scores[model]![row]!, scores[best]![row]!]
      const isCheaper = dollarsOf(usd[model]![row]!) < dollarsOf(usd[best]![row]!)
      if (score > most || (score === most && isCheaper)) best = model
    }
    return best
  })
  return { name: 'oracle', kind: 'oracle', chosen, askedBefore: null }
}

/**
 * Prompt length in place of the policy: the shortest prompts go to the cheapest model, and so on, each model with the share
 * of the requests that the policy gives it. Rows that the policy refuses stay refused. Of equal lengths the earlier row is
 * first.
 */
export function chooseByLength(traffic: PolicyTraffic, { name, chosen }: PolicyChoices): PolicyChoices {
  const { models, weights, lengths } = traffic
  const room = new Float64Array(models.length)
  for (const [row, model] of chosen.entries()) if (model >= 0) room[model]! += weights[row]!
  const byPrice = models
    .map((_, model) => ({ model, usd: dollarsOf(meanOf(traffic.usd[model]!, weights)) }))
    .sort((one, other) => compareNumbers(one.usd, other.usd) || one.model - other.model)
    .map(({ model }) => model)
  const byLength = Array.from(weights, (_, row) => row)
    .filter((row) => chosen[row]! >= 0)
    .sort((one, other) => lengths[one]! - lengths[other]! || one - other)
  const assigned = new Int32Array(chosen.length).fill(-1)
  let place = 0
  let taken = 0
  for (const row of byLength) {
    // A row belongs to the model in whose room its middle is.
    while (place < byPrice.length - 1 && taken + weights[row]! / 2 > room[byPrice[place]!]!) {
      taken -= room[byPrice[place]!]!
      place++
    }
    assigned[row] = byPrice[place]!
    taken += weights[row]!
  }
  return { name, kind: 'by-length', chosen: assigned, askedBefore: null }
}

function meanOf(values: Float64Array, weights: Float64Array): number {
  let sum = 0
  let total = 0
  for (const [row, value] of values.entries()) {
    sum += weights[row]! * value
    total += weights[row]!
  }
  return sum / total
}

/** An unknown price counts as the highest. */
function dollarsOf(usd: number): number {
  return Number.isNaN(usd) ? Number.POSITIVE_INFINITY : usd
}

function compareNumbers(one: number, other: number): number {
  return one === other ? 0 : one - other
}
