import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import type { Random } from '../../../base/math/random.ts'
import { type Interval, quantile } from '../../../base/math/statistics/quantile.ts'
import { DataError } from '../../../errors.ts'

/**
 * A number computed from resampled rows, where row i counts `counts[i]` times. NaN means that this resample has no
 * value (an APGR without a gap between the models); another one is drawn instead.
 */
export type ResampledStatistic = (counts: ArrayLike<number>) => number

export type BootstrapOptions = {
  /** How many rows there are to draw from, with replacement. */
  readonly rows: number
  readonly random: Random
  /** 1,000 unless told. */
  readonly resamples?: number
  /** Share of the resamples inside the interval, 0.95 unless told. */
  readonly confidence?: number
}

/**
 * The percentile bootstrap interval [low, high] of a statistic (Efron 1979): the rows are drawn anew with
 * replacement, and the interval holds the middle `confidence` of the values. Conditional on the statistic having
 * a value.
 *
 * Throws `DataError` (`too-few-rows`) if most resamples have no value.
 */
export function bootstrapInterval(statistic: ResampledStatistic, options: BootstrapOptions): Interval {
  return runAtOnce(bootstrapIntervalInSteps(statistic, options))
}

/** As `bootstrapInterval`, and yields after each resample, so that a caller can pause or stop. */
export function* bootstrapIntervalInSteps(
  statistic: ResampledStatistic,
  options: BootstrapOptions,
): Generator<void, Interval> {
  const { rows, random, resamples = 1000, confidence = 0.95 } = options
  const values = new Float64Array(resamples)
  const counts = new Uint32Array(rows)
  let kept = 0
  for (let drawn = 0; kept < resamples; drawn++) {
    if (rows === 0 || drawn - kept > resamples) {
      throw new DataError(
        'too-few-rows',
        `${rows} rows are too few for a bootstrap interval: most resamples have no value. Give more rows.`,
      )
    }
    counts.fill(0)
    for (let i = 0; i < rows; i++) counts[random.nextInt(rows)]!++
    const value = statistic(counts)
    if (!Number.isNaN(value)) values[kept++] = value
    yield
  }
  values.sort()
  return [quantile(values, (1 - confidence) / 2), quantile(values, (1 + confidence) / 2)]
}

/**
 * The interval of `one − other` on the same resampled rows. It is narrower than two separate intervals suggest, because
 * both statistics have the same easy and hard rows. It excludes 0 if the difference is more than chance.
 */
export function pairedBootstrapInterval(
  one: ResampledStatistic,
  other: ResampledStatistic,
  options: BootstrapOptions,
): Interval {
  return runAtOnce(pairedBootstrapIntervalInSteps(one, other, options))
}

/** As `pairedBootstrapInterval`, and yields after each resample. */
export function pairedBootstrapIntervalInSteps(
  one: ResampledStatistic,
  other: ResampledStatistic,
  options: BootstrapOptions,
): Generator<void, Interval> {
  return bootstrapIntervalInSteps((counts) => one(counts) - other(counts), options)
}
