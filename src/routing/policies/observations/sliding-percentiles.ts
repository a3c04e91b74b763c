import { quantile } from '../../../base/math/statistics/quantile.ts'
import type { Observation } from './observed-calls.ts'

/** Percentiles of the latest values. */
export type SlidingPercentiles = {
  add(value: number): void
  /** @param percentile 0 to 100. */
  read(percentile: number): Observation
}

/**
 * Keeps the latest `capacity` values, of at most `maximumAgeMs`.
 *
 * The values are kept sorted: adding one moves at most `capacity` numbers, which is less than sorting them again for the
 * next reading.
 *
 * @param clock milliseconds, never descending.
 */
export function createSlidingPercentiles(
  capacity: number,
  maximumAgeMs: number,
  clock: () => number,
): SlidingPercentiles {
  /** Rings: value i of all that were added is at i modulo the capacity. */
  const values = new Float64Array(capacity)
  const times = new Float64Array(capacity)
  let added = 0
  /** The first that is kept. */
  let oldest = 0
  const kept = new Float64Array(capacity)
  /** The kept values, ascending. */
  let sorted = kept.subarray(0, 0)

  /** The first place in `sorted` whose value is not less. */
  function placeOf(value: number): number {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sorted[middle]! < value) low = middle + 1
      else high = middle
    }
    return low
  }

  function dropOldest(): void {
    const place = placeOf(values[oldest % capacity]!)
    kept.copyWithin(place, place + 1, sorted.length)
    sorted = kept.subarray(0, sorted.length - 1)
    oldest++
  }

  function dropOld(): void {
    const earliest = clock() - maximumAgeMs
    while (oldest < added && times[oldest % capacity]! < earliest) dropOldest()
  }

  return {
    add(value) {
      if (added - oldest === capacity) dropOldest()
      const place = placeOf(value)
      kept.copyWithin(place + 1, place, sorted.length)
      kept[place] = value
      sorted = kept.subarray(0, sorted.length + 1)
      values[added % capacity] = value
      times[added % capacity] = clock()
      added++
    },
    read(percentile) {
      dropOld()
      const count = sorted.length
      return count === 0 ? none : { count, value: quantile(sorted, percentile / 100) }
    },
  }
}

const none: Observation = { count: 0, value: 0 }
