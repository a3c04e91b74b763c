import { normalCdf, normalQuantile } from '../../../../base/math/statistics/normal.ts'
import { type Guarantee, guaranteedThreshold } from '../../../../routing/calibration/guarantee.ts'
import { lossBound } from '../../../../routing/calibration/loss-limit.ts'
import { roundThreshold } from '../../../../routing/calibration/threshold.ts'
import type { HeldOutSession } from '../../promotion/decide-promotion.ts'
import { compareSessions, type HeldOutRow } from './held-out-row.ts'
import { oneOfEachSession } from './one-of-each-session.ts'

export type ThresholdOptions = {
  readonly maxLoss: number
  readonly confidence: number
  readonly qualityMargin: number
  /** Of one attempt. */
  readonly errorRate: number
  /** Sessions of the comparison that is to show it. */
  readonly comparedSessions: number
  readonly seed: number
}

export type ChosenThreshold =
  | {
      readonly possible: true
      readonly threshold: number
      readonly lossBound: number
      readonly losses: number
      readonly independentLabels: number
    }
  | Extract<Guarantee, { readonly possible: false }>

/** Thresholds that are tried. */
const mostTried = 100

/**
 * The threshold that keeps the guarantee and promises most: the dollars that it would save, times the probability that the comparison
 * shows the candidate to be cheaper and to lose no more than the margin.
 *
 * The guarantee gives the cheapest threshold g with at most `maxLoss` lost; it holds for every lower one too, because fewer
 * requests go to the weak model there. At g the candidate may lose more against the router in service than the margin, or more than a
 * comparison of this size can tell from it. The probabilities come from the calibration part; the comparison part is not looked at.
 */
export function chooseThreshold(rows: readonly HeldOutRow[], options: ThresholdOptions): ChosenThreshold {
  const { maxLoss, confidence, seed } = options
  const labels = oneOfEachSession(rows, seed).map(({ candidate, weakLoses }) => ({
    strongWinRate: candidate,
    weakLoses,
  }))
  const guarantee = guaranteedThreshold(labels, { maxLoss, confidence })
  if (!guarantee.possible) return guarantee
  const tried = thresholdsUpTo(guarantee.threshold, rows)
  const prospects = tried.map((threshold) => ({
    threshold,
    ...prospectOf(compareSessions(rows, threshold), options),
  }))
  const { threshold } = prospects.reduce((best, other) => (isBetter(other, best) ? other : best))
  const losses = labels.filter(
    ({ strongWinRate, weakLoses }) => weakLoses && strongWinRate < threshold,
  ).length
  return {
    possible: true,
    threshold,
    lossBound: lossBound(losses, labels.length, { maxLoss, confidence }),
    losses,
    independentLabels: labels.length,
  }
}

/** Evenly spaced by rank among the rows' win rates, with the highest; short decimals that decide the rows alike. */
function thresholdsUpTo(highest: number, rows: readonly HeldOutRow[]): readonly number[] {
  const winRates = [...new Set(rows.map(({ candidate }) => candidate))].sort((one, other) => one - other)
  const count = winRates.findIndex((winRate) => winRate >= highest)
  const below = count === -1 ? winRates : winRates.slice(0, count)
  const step = Math.max(1, below.length / mostTried)
  const tried: number[] = []
  for (let place = 0; place < below.length; place += step) {
    const index = Math.floor(place)
    tried.push(roundThreshold(index === 0 ? 0 : below[index - 1]!, below[index]!))
  }
  return [...tried, highest]
}

type Prospect = {
  /** Dollars of a session that would be saved, times the probability of being promoted. */
  readonly worth: number
  /** How far the comparison is expected to be on the right side, in standard errors; the lower one of quality and dollars. */
  readonly distance: number
}

function isBetter(one: Prospect, other: Prospect): boolean {
  return one.worth > 0 || other.worth > 0 ? one.worth > other.worth : one.distance > other.distance
}

/** Before any session is seen: one that loses half of an answer, so that a part without losses does not promise that there are none. */
const believedLoss = -0.5

/** What a comparison is expected to show, if its sessions are like those of the calibration part. */
function prospectOf(
  sessions: readonly HeldOutSession[],
  { qualityMargin, errorRate, comparedSessions }: ThresholdOptions,
): Prospect {
  const quality = moments([
    ...sessions.map(({ candidate, inService }) => candidate.quality - inService.quality),
    believedLoss,
  ])
  const usd = moments(sessions.map(({ candidate, inService }) => candidate.usd - inService.usd))
  const errorOf = ({ deviation, error }: Moments) =>
    Math.hypot(error, deviation / Math.sqrt(comparedSessions))
  const usdHalf = (normalQuantile(1 - errorRate) * usd.deviation) / Math.sqrt(comparedSessions)
  const qualitySlack =
    quality.mean + qualityMargin - bernsteinHalf(quality.deviation, comparedSessions, errorRate)
  const distances = [
    standardised(qualitySlack, errorOf(quality)),
    standardised(-usd.mean - usdHalf, errorOf(usd)),
  ]
  const probability = distances.reduce((product, distance) => product * normalCdf(distance), 1)
  return { worth: probability * Math.max(0, -usd.mean), distance: Math.min(...distances) }
}

function standardised(value: number, error: number): number {
  return error === 0 ? Math.sign(value) * Number.MAX_VALUE : value / error
}

/** Half the width of the interval of `createConfidenceSequence` for values from −1 to 1 whose standard deviation is known. */
function bernsteinHalf(deviation: number, count: number, errorRate: number): number {
  const logInverse = Math.log(2 / Math.min(0.99, 2 * errorRate))
  // On the scale from 0 to 1, with the quarter that the sequence begins with.
  const variance = (0.25 + (count * deviation ** 2) / 4) / (1 + count)
  const lambda = Math.min(0.75, Math.sqrt((2 * logInverse) / (variance * count)))
  const penalty = count * (deviation ** 2 / 4) * (-Math.log1p(-lambda) - lambda)
  return (2 * (logInverse + penalty)) / (count * lambda)
}

type Moments = { readonly mean: number; readonly deviation: number; readonly error: number }

function moments(values: readonly number[]): Moments {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const deviation = Math.sqrt(squares / Math.max(1, count - 1))
  return { mean, deviation, error: deviation / Math.sqrt(count) }
}
