import { leastUnits } from '../../../../base/math/statistics/few-units.ts'
import { influenceInterval } from '../../../../base/math/statistics/influence-interval.ts'

export type Interval = readonly [number, number]

const confidence = 0.95

/** Intervals of sums over independent units; null if there are too few. */
export function createIntervals(used: number) {
  const influences = new Float64Array(used)
  const interval = (estimate: number): Interval | null =>
    used < leastUnits ? null : influenceInterval(estimate, influences, confidence).interval
  function ofRatio(
    over: number,
    under: number,
    ofUnits: Float64Array,
    underOf: Float64Array,
  ): Interval | null {
    if (!(under > 0)) return null
    const ratio = over / under
    for (let each = 0; each < used; each++)
      influences[each] = (ofUnits[each]! - ratio * underOf[each]!) / under
    return interval(ratio)
  }
  return {
    ofDollars(total: number, ofUnits: Float64Array): Interval | null {
      const mean = total / used
      for (let each = 0; each < used; each++) influences[each] = ofUnits[each]! - mean
      return clip(interval(total), 0, Number.POSITIVE_INFINITY)
    },
    ofChange(total: number, ofUnits: Float64Array, before: Float64Array): Interval | null {
      const mean = total / used
      for (let each = 0; each < used; each++) influences[each] = ofUnits[each]! - before[each]! - mean
      return interval(total)
    },
    /** A ratio of parts of the same units, from 0 to 1. */
    ofShare: (over: number, under: number, ofUnits: Float64Array, underOf: Float64Array): Interval | null =>
      clip(ofRatio(over, under, ofUnits, underOf), 0, 1),
    ofRatio,
  }
}

function clip(interval: Interval | null, least: number, most: number): Interval | null {
  return interval && [Math.max(least, interval[0]), Math.min(most, interval[1])]
}
