/** Weights of battles between players 0 … n − 1. */
export type BattleWeights = {
  readonly players: number
  /** `wins[i · players + j]`: weight of i's victories over j. A tie is half a victory for each. The diagonal is ignored. */
  readonly wins: Float64Array
  /** Battles against a player whose rating is fixed at 0. */
  readonly againstFixed?: { readonly wins: Float64Array; readonly losses: Float64Array }
}

/**
 * Bradley-Terry ratings by maximum likelihood: P(i beats j) = 1 / (1 + exp(r_j − r_i)), r in natural log-odds.
 *
 * Maximises Σ w_ij · ln P(i beats j) − ½ λ Σ r_i² by Newton's method. The battles enter only through the n × n sums
 * of their weights; their number does not affect the steps. λ is `ridge` times the total weight: small enough not
 * to be visible for players who have won and lost. It centres the ratings on 0 and keeps them finite for
 * players who only won or only lost; a player without battles has the rating 0. Multiplying every weight by one factor
 * changes nothing.
 *
 * @returns one rating per player; all 0 if all weights are 0.
 */
export function bradleyTerryRatings(battles: BattleWeights, ridge = 1e-6): Float64Array {
  const { players } = battles
  let ratings = new Float64Array(players)
  const total = totalWeight(battles)
  if (total === 0) return ratings
  const prior = ridge * total
  let best = penalizedLogLikelihood(battles, prior, ratings)
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    const step = newtonStep(battles, prior, ratings)
    // Newton's error is squared at each step: after so small a one nothing is left, and its gain is lost in rounding.
    if (step.every((change) => Math.abs(change) < 1e-6)) return added(ratings, step, 1)
    // Far from the optimum a full step can overshoot; the objective is concave, so a shorter one always gains.
    let fraction = 1
    let next = added(ratings, step, fraction)
    let value = penalizedLogLikelihood(battles, prior, next)
    while (!(value >= best) && fraction > 1e-6) {
      fraction /= 2
      next = added(ratings, step, fraction)
      value = penalizedLogLikelihood(battles, prior, next)
    }
    if (!(value >= best)) return ratings
    ratings = next
    best = value
  }
  return ratings
}

const maximumIterations = 100

function added(ratings: Float64Array, step: Float64Array, fraction: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(ratings, (rating, i) => rating + fraction * step[i]!)
}

function totalWeight({ players, wins, againstFixed }: BattleWeights): number {
  let total = 0
  for (let i = 0; i < players; i++) {
    for (let j = 0; j < players; j++) if (i !== j) total += wins[i * players + j]!
    if (againstFixed !== undefined) total += againstFixed.wins[i]! + againstFixed.losses[i]!
  }
  return total
}

function penalizedLogLikelihood(battles: BattleWeights, prior: number, ratings: Float64Array): number {
  const { players, wins, againstFixed } = battles
  let sum = 0
  for (let i = 0; i < players; i++) {
    const rating = ratings[i]!
    for (let j = 0; j < players; j++)
      if (i !== j) sum += wins[i * players + j]! * logSigmoid(rating - ratings[j]!)
    if (againstFixed !== undefined)
      sum += againstFixed.wins[i]! * logSigmoid(rating) + againstFixed.losses[i]! * logSigmoid(-rating)
    sum -= 0.5 * prior * rating * rating
  }
  return sum
}

function logSigmoid(x: number): number {
  return x > 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x))
}

/** The solution of H · step = gradient, H being the negative Hessian (positive definite). */
function newtonStep(battles: BattleWeights, prior: number, ratings: Float64Array): Float64Array {
  const { players, wins, againstFixed } = battles
  const gradient = ratings.map((rating) => -prior * rating)
  const hessian = new Float64Array(players * players)
  for (let i = 0; i < players; i++) {
    hessian[i * players + i]! += prior
    for (let j = 0; j < i; j++) {
      const won = wins[i * players + j]!
      const fought = won + wins[j * players + i]!
      if (fought === 0) continue
      const expected = 1 / (1 + Math.exp(ratings[j]! - ratings[i]!))
      const information = fought * expected * (1 - expected)
      gradient[i]! += won - fought * expected
      gradient[j]! -= won - fought * expected
      hessian[i * players + i]! += information
      hessian[j * players + j]! += information
      hessian[i * players + j]! -= information
      hessian[j * players + i]! -= information
    }
    if (againstFixed === undefined) continue
    const fought = againstFixed.wins[i]! + againstFixed.losses[i]!
    const expected = 1 / (1 + Math.exp(-ratings[i]!))
    gradient[i]! += againstFixed.wins[i]! - fought * expected
    hessian[i * players + i]! += fought * expected * (1 - expected)
  }
  return solvePositiveDefinite(hessian, gradient)
}

/** Solves A · x = b by Cholesky decomposition, in place; A is [n, n], symmetric and positive definite. */
function solvePositiveDefinite(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!
    }
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= a[i * n + k]! * b[k]!
    b[i] = sum / a[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let k = i + 1; k < n; k++) sum -= a[k * n + i]! * b[k]!
    b[i] = sum / a[i * n + i]!
  }
  return b
}
