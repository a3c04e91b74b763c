import { createRandom } from '../../../base/math/random.ts'
import { type Interval, middleInterval } from '../../../base/math/statistics/quantile.ts'
import { createReplicates, drawWeights } from './replicates.ts'
import { createUnitResampling, type SavingEstimates, type SavingIntervals } from './unit-resampling.ts'
import { binOf, sumBelow, winRateBins } from './win-rate-bins.ts'

/** A request's part of what was paid. */
export type PaidRequest = {
  readonly paidUsd: number
  /** Days since 1970, if the log has times. */
  readonly day: number | undefined
  /** A number that its user has in any request: a hash of the name. Undefined if the log does not name one. */
  readonly user?: number | undefined
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

/**
 * What the intervals resample. `users-and-days`: each of both, and the wider interval is taken. `requests`: the log has
 * neither enough users nor enough days, so the intervals are about this traffic only.
 */
export type Resampled = 'users' | 'days' | 'users-and-days' | 'requests'

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
  readonly resampled: Resampled
}

export type SavingsCurveOptions = {
  readonly seed: number
  /** Resamples of the intervals. Default: 400. */
  readonly resamples?: number
}

/**
 * The saving of every threshold in one pass, with 95 % percentile intervals of a Poisson bootstrap: in each resample
 * a request (or a day, or a user, with all its requests) counts k times, with k from Poisson(1), the limit of drawing n
 * of n with replacement for large n (Hanley and MacGibbon 2006; Chamandy et al. 2012). This works on a stream with the
 * memory of the bins: resamples × 2,001 sums. A resample draws a little more or less than n, so its sums are scaled to
 * n, because the length of the log is fixed.
 *
 * Requests of one user are alike, and so are those of one day. So users are resampled if the log names enough of them,
 * and days if it has enough and every request has a day (`createUnitResampling`); of both, the wider interval is taken.
 * If neither can be, single requests are resampled. Such an interval is about this traffic only: it shows the chance in
 * which requests came, and not how other days or users differ.
 */
export function createSavingsCurve({ seed, resamples = 400 }: SavingsCurveOptions): SavingsCurve {
  const bins = winRateBins + 1
  const counts = new Float64Array(bins)
  const routedCounts = new Float64Array(bins)
  const saved = new Float64Array(bins)
  const ofRequests = createReplicates(bins, resamples)
  const units = { bins, resamples }
  const ofDays = createUnitResampling({ ...units, seed, isMissingUnit: false })
  const ofUsers = createUnitResampling({ ...units, seed: seed + 1, isMissingUnit: true })
  const random = createRandom(seed)
  const weights = new Uint8Array(resamples)
  let requests = 0
  let routed = 0
  let paid = 0

  function addPaid({ paidUsd, day, user }: PaidRequest): void {
    paid += paidUsd
    drawWeights(random, weights)
    ofRequests.addUnit(weights)
    ofRequests.addPaid(paidUsd, weights)
    ofDays.addPaid(day, paidUsd)
    ofUsers.addPaid(user, paidUsd)
  }

  function add(request: RequestSaving): void {
    const { winRate, savedUsd, day, user } = request
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
    ofDays.add(day, bin, value)
    ofUsers.add(user, bin, value)
  }

  function intervalsAt(edge: number, estimates: SavingEstimates): SavingIntervals {
    const ofUnits = [ofUsers, ofDays].filter(({ isPossible }) => isPossible)
    const [first, ...others] = ofUnits.map((resampling) => resampling.intervalsAt(edge, estimates))
    if (first !== undefined) return others.reduce(wider, first)
    const { shares, sums, sumShares } = ofRequests.below(edge)
    return {
      simpleShare: middleInterval(shares),
      savedUsd: middleInterval(sums),
      savedShare: middleInterval(sumShares),
    }
  }

  return {
    add,
    addPaid,
    savingAt(edge) {
      const weakRequests = sumBelow(routedCounts, edge)
      const savedUsd = sumBelow(saved, edge)
      const estimates = {
        simpleShare: requests === 0 ? 0 : sumBelow(counts, edge) / requests,
        savedUsd,
        savedShare: paid === 0 ? 0 : savedUsd / paid,
      }
      const intervals = intervalsAt(edge, estimates)
      return {
        simpleShare: estimates.simpleShare,
        simpleShareInterval: intervals.simpleShare,
        weakShare: routed === 0 ? 0 : weakRequests / routed,
        weakRequests,
        savedUsd,
        savedUsdInterval: intervals.savedUsd,
        savedShare: paid === 0 ? null : estimates.savedShare,
        savedShareInterval: paid === 0 ? null : intervals.savedShare,
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
      if (ofUsers.isPossible) return ofDays.isPossible ? 'users-and-days' : 'users'
      return ofDays.isPossible ? 'days' : 'requests'
    },
  }
}

function wider(one: SavingIntervals, other: SavingIntervals): SavingIntervals {
  const widerOf = (a: Interval, b: Interval) => (b[1] - b[0] > a[1] - a[0] ? b : a)
  return {
    simpleShare: widerOf(one.simpleShare, other.simpleShare),
    savedUsd: widerOf(one.savedUsd, other.savedUsd),
    savedShare: widerOf(one.savedShare, other.savedShare),
  }
}
