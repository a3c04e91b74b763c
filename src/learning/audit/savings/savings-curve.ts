import { createRandom, type Random } from '../../../base/math/random.ts'
import { type Interval, middleInterval } from '../../../base/math/statistics/quantile.ts'
import { binOf, sumBelow, winRateBins } from './win-rate-bins.ts'

/** A request's part of what was paid. */
export type PaidRequest = {
  readonly paidUsd: number
  /** Days since 1970, if the log has times. */
  readonly day: number | undefined
}

/** A request that a router could decide. */
export type RequestSaving = PaidRequest & {
  readonly winRate: number
  /**
   * What the weak model would have saved: the cost less its price of the same tokens. Undefined for a request that
   * stays with its model at any win rate, because the weak model, or one as cheap, answered it.
   */
  readonly savedUsd: number | undefined
}

/** The effect of a threshold: routed requests below it go to the weak model, all others stay. */
export type Saving = {
  /** Share of all scored requests below the threshold, routed or not. */
  readonly simpleShare: number
  readonly simpleShareInterval: Interval
  /** Share of the routed requests below the threshold. */
  readonly weakShare: number
  readonly weakRequests: number
  /** Negative if the weak model costs more than what was paid. */
  readonly savedUsd: number
  readonly savedUsdInterval: Interval
  /** Share of everything that was paid, including requests that no router could decide. Null if nothing was paid. */
  readonly savedShare: number | null
  readonly savedShareInterval: Interval | null
}

/** Sums of requests by win rate. */
export type SavingsCurve = {
  add(request: RequestSaving): void
  /** Adds a request that no router could decide. It is part of what was paid. */
  addPaid(request: PaidRequest): void
  /** @param edge of `winRateBins`. */
  savingAt(edge: number): Saving
  /** By bin. */
  readonly counts: ArrayLike<number>
  readonly routedCounts: ArrayLike<number>
  readonly requests: number
  readonly routed: number
  /** What the intervals resample: whole days if the log has enough of them, else single requests. */
  readonly resampled: 'days' | 'requests'
}

export type SavingsCurveOptions = {
  readonly seed: number
  /** Resamples of the intervals. Default: 400. */
  readonly resamples?: number
}

/** The minimum number of days to resample days. Fewer say little about how days differ. */
export const leastDays = 14

/**
 * The saving of every threshold in one pass, with 95 % percentile intervals of a Poisson bootstrap: in each resample
 * a request (or a day, with all its requests) counts k times, with k from Poisson(1), the limit of drawing n of n with
 * replacement for large n (Hanley and MacGibbon 2006; Chamandy et al. 2012). This works on a stream with the memory of
 * the bins: resamples × 2,001 sums. A resample draws a little more or less than n, so its sums are scaled to n, because
 * the length of the log is fixed.
 *
 * Requests of one day are alike. So if the log has at least `leastDays` days and every request has a day, days are
 * resampled. Such intervals are wider, and correct.
 */
export function createSavingsCurve({ seed, resamples = 400 }: SavingsCurveOptions): SavingsCurve {
  const bins = winRateBins + 1
  const counts = new Float64Array(bins)
  const routedCounts = new Float64Array(bins)
  const saved = new Float64Array(bins)
  const ofRequests = createReplicates(bins, resamples)
  const ofDays = createReplicates(bins, resamples)
  const random = createRandom(seed)
  const weights = new Uint8Array(resamples)
  const dayWeights = new Uint8Array(resamples)
  const days = new Set<number>()
  let weightedDay: number | undefined
  let requests = 0
  let routed = 0
  let paid = 0
  let dayless = 0

  /** Draws the weights of the request, and of its day if it has one. */
  function addPaid({ paidUsd, day }: PaidRequest): void {
    paid += paidUsd
    drawWeights(random, weights)
    ofRequests.addUnit(weights)
    ofRequests.addPaid(paidUsd, weights)
    if (day === undefined) {
      dayless++
      return
    }
    if (day !== weightedDay) {
      // Seeded by the day, so that a day always has the same weights.
      drawWeights(createRandom(seed * 100_003 + day), dayWeights)
      weightedDay = day
      if (!days.has(day)) ofDays.addUnit(dayWeights)
      days.add(day)
    }
    ofDays.addPaid(paidUsd, dayWeights)
  }

  function add(request: RequestSaving): void {
    const { winRate, savedUsd, day } = request
    const bin = binOf(winRate)
    const value = savedUsd ?? 0
    addPaid(request)
    counts[bin]!++
    saved[bin]! += value
    requests++
    if (savedUsd !== undefined) {
      routedCounts[bin]!++
      routed++
    }
    ofRequests.add(bin, value, weights)
    if (day !== undefined) ofDays.add(bin, value, dayWeights)
  }

  const unit = () => (dayless === 0 && days.size >= leastDays ? 'days' : 'requests')
  return {
    add,
    addPaid,
    savingAt(edge) {
      const { shares, sums, sumShares } = (unit() === 'days' ? ofDays : ofRequests).below(edge)
      const weakRequests = sumBelow(routedCounts, edge)
      return {
        simpleShare: requests === 0 ? 0 : sumBelow(counts, edge) / requests,
        simpleShareInterval: middleInterval(shares),
        weakShare: routed === 0 ? 0 : weakRequests / routed,
        weakRequests,
        savedUsd: sumBelow(saved, edge),
        savedUsdInterval: middleInterval(sums),
        savedShare: paid === 0 ? null : sumBelow(saved, edge) / paid,
        savedShareInterval: paid === 0 ? null : middleInterval(sumShares),
      }
    },
    counts,
    routedCounts,
    get requests() {
      return requests
    },
    get routed() {
      return routed
    },
    get resampled() {
      return unit()
    },
  }
}

type Replicates = {
  /** Counts one more resampled unit. */
  addUnit(weights: Uint8Array): void
  addPaid(paidUsd: number, weights: Uint8Array): void
  add(bin: number, value: number, weights: Uint8Array): void
  /**
   * For each resample: the share of requests below an edge, the sum of their values, and that sum as a share of what
   * was paid.
   */
  below(edge: number): Readonly<Record<'shares' | 'sums' | 'sumShares', Float64Array>>
}

function createReplicates(bins: number, resamples: number): Replicates {
  // [bins, resamples]: a request touches one row.
  const values = new Float64Array(bins * resamples)
  const counts = new Float64Array(bins * resamples)
  const paid = new Float64Array(resamples)
  const drawn = new Float64Array(resamples)
  let units = 0
  return {
    addUnit(weights) {
      units++
      for (let resample = 0; resample < resamples; resample++) drawn[resample]! += weights[resample]!
    },
    addPaid(paidUsd, weights) {
      for (let resample = 0; resample < resamples; resample++) paid[resample]! += weights[resample]! * paidUsd
    },
    add(bin, value, weights) {
      const row = bin * resamples
      for (let resample = 0; resample < resamples; resample++) {
        const weight = weights[resample]!
        if (weight === 0) continue
        values[row + resample]! += weight * value
        counts[row + resample]! += weight
      }
    },
    below(edge) {
      const total = new Float64Array(resamples)
      const shares = new Float64Array(resamples)
      const sums = new Float64Array(resamples)
      for (let bin = 0; bin < bins; bin++) {
        for (let resample = 0; resample < resamples; resample++) {
          const count = counts[bin * resamples + resample]!
          total[resample]! += count
          if (bin >= edge) continue
          shares[resample]! += count
          sums[resample]! += values[bin * resamples + resample]!
        }
      }
      // A resample of a tiny log may be empty.
      const over = (value: number, whole: number) => (whole === 0 ? 0 : value / whole)
      return {
        shares: shares.map((share, resample) => over(share, total[resample]!)),
        sums: sums.map((sum, resample) => over(sum * units, drawn[resample]!)),
        sumShares: sums.map((sum, resample) => over(sum, paid[resample]!)),
      }
    },
  }
}

/** P(Poisson(1) ≤ k) for k = 0, 1, … */
const cumulative = [
  0.36787944, 0.73575888, 0.9196986, 0.98101184, 0.99634015, 0.99940582, 0.99991676, 0.99998975,
]

function drawWeights(random: Random, weights: Uint8Array): void {
  for (let resample = 0; resample < weights.length; resample++) {
    const drawn = random.next()
    let weight = 0
    while (weight < cumulative.length && drawn >= cumulative[weight]!) weight++
    weights[resample] = weight
  }
}
