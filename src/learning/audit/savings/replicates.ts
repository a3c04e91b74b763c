import type { Random } from '../../../base/math/random.ts'

/** Sums of a Poisson bootstrap: each resample counts a unit (a request, a day, a user) so often as its weight says. */
export type Replicates = {
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

/** @param resamples the number of weights of a unit. */
export function createReplicates(bins: number, resamples: number): Replicates {
  // One row of [resamples] for each bin that a request is in.
  const rows: ({ readonly values: Float64Array; readonly counts: Float64Array } | undefined)[] = Array.from({
    length: bins,
  })
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
      const row = rows[bin] ?? { values: new Float64Array(resamples), counts: new Float64Array(resamples) }
      rows[bin] = row
      for (let resample = 0; resample < resamples; resample++) {
        const weight = weights[resample]!
        if (weight === 0) continue
        row.values[resample]! += weight * value
        row.counts[resample]! += weight
      }
    },
    below(edge) {
      const total = new Float64Array(resamples)
      const shares = new Float64Array(resamples)
      const sums = new Float64Array(resamples)
      for (const [bin, row] of rows.entries()) {
        if (row === undefined) continue
        for (let resample = 0; resample < resamples; resample++) {
          const count = row.counts[resample]!
          total[resample]! += count
          if (bin >= edge) continue
          shares[resample]! += count
          sums[resample]! += row.values[resample]!
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

/** Draws the weights of a unit: from Poisson(1), one per resample. */
export function drawWeights(random: Random, weights: Uint8Array): void {
  for (let resample = 0; resample < weights.length; resample++) {
    const drawn = random.next()
    let weight = 0
    while (weight < cumulative.length && drawn >= cumulative[weight]!) weight++
    weights[resample] = weight
  }
}
