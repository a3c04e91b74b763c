import { createRandom } from '../../../base/math/random.ts'
import {
  effectiveNumber,
  leastEffectiveUnits,
  leastUnits,
  widenInterval,
  wideningOfFewUnits,
} from '../../../base/math/statistics/few-units.ts'
import { type Interval, middleInterval } from '../../../base/math/statistics/quantile.ts'
import { createReplicates, drawWeights } from './replicates.ts'

/** What a saving is estimated as, and what its intervals are around. */
export type SavingEstimates = Readonly<Record<'simpleShare' | 'savedUsd' | 'savedShare', number>>
export type SavingIntervals = Readonly<Record<keyof SavingEstimates, Interval>>

/** Intervals of resampled groups of requests, such as days or users. */
export type UnitResampling = {
  addPaid(unit: number | undefined, paidUsd: number): void
  /** After `addPaid` of the same request. */
  add(unit: number | undefined, bin: number, savedUsd: number): void
  /** Whether there are enough units, and none dominates. */
  readonly isPossible: boolean
  /** @param edge of `winRateBins`. */
  intervalsAt(edge: number, estimates: SavingEstimates): SavingIntervals
}

export type UnitResamplingOptions = {
  readonly bins: number
  readonly resamples: number
  readonly seed: number
  /** Whether requests without a unit are one further unit. If not, a single one makes resampling impossible. */
  readonly isMissingUnit: boolean
}

/** Units are numbered below this, so that memory does not grow. Two that share a number are resampled together. */
const mostUnits = 4096

/**
 * Resamples whole units of requests that are alike: a Poisson bootstrap whose weights are those of the unit.
 *
 * The intervals are widened for few units (`wideningOfFewUnits`), by the effective number of requests or of dollars,
 * whichever is less.
 */
export function createUnitResampling({
  bins,
  resamples,
  seed,
  isMissingUnit,
}: UnitResamplingOptions): UnitResampling {
  const replicates = createReplicates(bins, resamples)
  const weights = new Map<number, Uint8Array>()
  const requests = new Float64Array(mostUnits + 1)
  const paid = new Float64Array(mostUnits + 1)
  let missing = 0

  const placeOf = (unit: number | undefined) => (unit === undefined ? mostUnits : unit % mostUnits)

  /** Seeded by the unit, so that a unit always has the same weights. */
  function weightsOf(unit: number | undefined): Uint8Array {
    const place = placeOf(unit)
    const known = weights.get(place)
    if (known !== undefined) return known
    const drawn = new Uint8Array(resamples)
    drawWeights(createRandom(seed * 100_003 + place), drawn)
    weights.set(place, drawn)
    replicates.addUnit(drawn)
    return drawn
  }

  function effectiveUnits(): number {
    return Math.min(effectiveNumber(requests), effectiveNumber(paid))
  }

  return {
    addPaid(unit, paidUsd) {
      if (unit === undefined) missing++
      requests[placeOf(unit)]!++
      paid[placeOf(unit)]! += paidUsd
      replicates.addPaid(paidUsd, weightsOf(unit))
    },
    add(unit, bin, savedUsd) {
      replicates.add(bin, savedUsd, weightsOf(unit))
    },
    get isPossible() {
      if (missing > 0 && !isMissingUnit) return false
      return weights.size >= leastUnits && effectiveUnits() >= leastEffectiveUnits
    },
    intervalsAt(edge, estimates) {
      const units = effectiveUnits()
      const factor = wideningOfFewUnits(units)
      const { shares, sums, sumShares } = replicates.below(edge)
      return {
        simpleShare: widenInterval(middleInterval(shares), estimates.simpleShare, factor, [0, 1]),
        savedUsd: widenInterval(middleInterval(sums), estimates.savedUsd, factor),
        savedShare: widenInterval(middleInterval(sumShares), estimates.savedShare, factor, [-Infinity, 1]),
      }
    },
  }
}
