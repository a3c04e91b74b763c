import { studentQuantile } from '../../../base/math/statistics/student.ts'
import { type DailyFit, describeDay, dot, fitDailyCosts, parameterCount } from './fit-daily-costs.ts'

/** What the coming 30 days will cost, if they go on as the days before. Dollars. */
export type CostForecast =
  /** Too few whole days to tell. */
  | { readonly kind: 'unknown'; readonly days: number; readonly neededDays: number }
  | ({ readonly kind: 'known'; readonly days: readonly ForecastDay[] } & Estimated)

export type Estimated = {
  readonly usd: number
  /** The true value is between these 9 times of 10. */
  readonly low: number
  readonly high: number
}

/** One day, and all from the first one to it. */
export type ForecastDay = Estimated & { readonly total: Estimated }

export const neededDays = 21
export const forecastDays = 30
/** Older days say little of the next month. */
const mostDays = 42
const confidence = 0.9
/** Of drift and noise; a priori each is as likely. */
const drifts = [0, 0.003, 0.01, 0.03, 0.1, 0.3]
/** Of the mean day: the deviation of the prior of the slope a day. */
const slopeShare = 0.006

/**
 * Extrapolates the dollars of whole days by their level, slope and weekdays. The level may drift: the fits of several ratios of
 * drift and noise (`fitDailyCosts`) are averaged by their likelihoods. The interval is that of Student's t with the mean and the
 * variance of the average, and nothing is below 0 dollars.
 *
 * It assumes that weeks are alike, that the slope is seldom above 1 % of the mean day, and that nothing new comes.
 * `forecast-costs.test.ts` measures how often the interval holds.
 *
 * @param usd one value for each whole day, the oldest first; the latest 42 count.
 */
export function forecastCosts(usd: readonly number[]): CostForecast {
  if (usd.length < neededDays) return { kind: 'unknown', days: usd.length, neededDays }
  const recent = usd.slice(-mostDays)
  const mean = recent.reduce((sum, value) => sum + value, 0) / recent.length
  if (recent.every((value) => value === recent[0])) return repeat(mean)
  const fits = drifts.map((drift) => ({ drift, fit: fitDailyCosts(recent, drift, mean * slopeShare) }))
  const best = Math.max(...fits.map(({ fit }) => fit.logLikelihood))
  const weighted = fits.map((each) => ({ ...each, weight: Math.exp(each.fit.logLikelihood - best) }))
  const quantile = studentQuantile(confidence, recent.length - parameterCount)
  const summed = new Float64Array(parameterCount)
  const days: ForecastDay[] = []
  for (let ahead = 1; ahead <= forecastDays; ahead++) {
    const row = describeDay(ahead)
    for (const [index, value] of row.entries()) summed[index]! += value
    // The drift of day i is in all days from i on: Σ i² of the numbers of days that have it.
    const shared = (ahead * (ahead + 1) * (2 * ahead + 1)) / 6
    days.push({
      ...combine(weighted, { regressors: row, days: 1, drifts: ahead, noises: 1 }, quantile),
      total: combine(weighted, { regressors: summed, days: ahead, drifts: shared, noises: ahead }, quantile),
    })
  }
  return { kind: 'known', days, ...days.at(-1)!.total }
}

type WeightedFit = { readonly drift: number; readonly fit: DailyFit; readonly weight: number }

/** A sum of coming days. */
type Sum = {
  /** Of its days, added up. */
  readonly regressors: ArrayLike<number>
  /** How often it has the last level. */
  readonly days: number
  /** Its variance by drift, in q·σ². */
  readonly drifts: number
  /** Its variance by noise, in σ². */
  readonly noises: number
}

/** The mean of a mixture, and the interval by its variance: the mean variance and the variance of the means. */
function combine(fits: readonly WeightedFit[], sum: Sum, quantile: number): Estimated {
  let [weights, means, squares] = [0, 0, 0]
  for (const { fit, drift, weight } of fits) {
    const mean = dot(sum.regressors, fit.coefficients) + sum.days * fit.level
    const errors = Float64Array.from(
      fit.levelByCoefficient,
      (effect, index) => sum.regressors[index]! - sum.days * effect,
    )
    const variance =
      fit.variance *
      (findSpread(errors, fit.covariance) +
        sum.days ** 2 * fit.levelVariance +
        drift * sum.drifts +
        sum.noises)
    weights += weight
    means += weight * mean
    squares += weight * (variance + mean ** 2)
  }
  const mean = means / weights
  const half = quantile * Math.sqrt(Math.max(0, squares / weights - mean ** 2))
  return { usd: Math.max(0, mean), low: Math.max(0, mean - half), high: Math.max(0, mean + half) }
}

/** Of days that were all alike nothing says how they could differ. */
function repeat(usd: number): CostForecast {
  const exact = (value: number) => ({ usd: value, low: value, high: value })
  const days = Array.from({ length: forecastDays }, (_, index) => ({
    ...exact(usd),
    total: exact(usd * (index + 1)),
  }))
  return { kind: 'known', days, ...exact(usd * forecastDays) }
}

/** x'·C·x */
function findSpread(regressors: ArrayLike<number>, covariance: Float64Array): number {
  let sum = 0
  for (let one = 0; one < parameterCount; one++)
    for (let other = 0; other < parameterCount; other++)
      sum += regressors[one]! * covariance[one * parameterCount + other]! * regressors[other]!
  return sum
}
