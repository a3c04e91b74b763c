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
 * Adding takes constant time. Reading sorts the values once after a change, and otherwise reads one of them.
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
  /** The first that is not too old. */
  let oldest = 0
  let sorted = new Float64Array(0)
  let isSorted = true

  function dropOld(): void {
    const earliest = clock() - maximumAgeMs
    const first = Math.max(oldest, added - capacity)
    let kept = first
    while (kept < added && times[kept % capacity]! < earliest) kept++
    if (kept !== oldest) isSorted = false
    oldest = kept
  }

  return {
    add(value) {
      values[added % capacity] = value
      times[added % capacity] = clock()
      added++
      isSorted = false
    },
    read(percentile) {
      dropOld()
      const count = added - oldest
      if (count === 0) return none
      if (!isSorted) {
        sorted = new Float64Array(count)
        for (let index = 0; index < count; index++) sorted[index] = values[(oldest + index) % capacity]!
        sorted.sort()
        isSorted = true
      }
      return { count, value: quantile(sorted, percentile / 100) }
    },
  }
}

const none: Observation = { count: 0, value: 0 }
