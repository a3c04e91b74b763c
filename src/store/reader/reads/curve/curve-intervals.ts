import { leastUnits } from '../../../../base/math/statistics/few-units.ts'
import {
  influenceInterval,
  intervalOfDifference,
} from '../../../../base/math/statistics/influence-interval.ts'

export type Interval = readonly [number, number]

const confidence = 0.95

/** Intervals of sums over independent units; null if there are too few. */
export function createIntervals(used: number) {
  const influences = new Float64Array(used)
  const differences = new Float64Array(used)
  const interval = (estimate: number): Interval | null =>
    used < leastUnits ? null : influenceInterval(estimate, influences, confidence).interval
  return {
    ofDollars(total: number, ofUnits: Float64Array): Interval | null {
      const mean = total / used
      for (let each = 0; each < used; each++) influences[each] = ofUnits[each]! - mean
      return clip(interval(total), 0, Number.POSITIVE_INFINITY)
    },
    /** Of a sum of differences. */
    ofChange(total: number, ofUnits: Float64Array, before: Float64Array): Interval | null {
      const mean = total / used
      for (let each = 0; each < used; each++) {
        differences[each] = ofUnits[each]! - before[each]!
        influences[each] = differences[each]! - mean
      }
      return clipToSign(intervalOfDifference(total, differences, influences, confidence), differences)
    },
    /** Of what is saved against `before`. */
    ofSaved(over: number, under: number, ofUnits: Float64Array, before: Float64Array): Interval | null {
      if (!(under > 0)) return null
      const ratio = over / under
      for (let each = 0; each < used; each++) {
        differences[each] = before[each]! - ofUnits[each]!
        influences[each] = (ratio * before[each]! - ofUnits[each]!) / under
      }
      const saved = intervalOfDifference(1 - ratio, differences, influences, confidence)
      return clipToSign(saved, differences)
    },
    /** A ratio of parts of the same units, from 0 to 1. */
    ofShare(over: number, under: number, ofUnits: Float64Array, underOf: Float64Array): Interval | null {
      if (!(under > 0)) return null
      const ratio = over / under
      for (let each = 0; each < used; each++)
        influences[each] = (ofUnits[each]! - ratio * underOf[each]!) / under
      return clip(interval(ratio), 0, 1)
    },
  }
}

/** Where no unit differs in the other direction, others of the same kind do not either: one model is dearer. */
function clipToSign(interval: Interval | null, differences: Float64Array): Interval | null {
  let [least, most] = [0, 0]
  for (let unit = 0; unit < differences.length && (least === 0 || most === 0); unit++) {
    if (differences[unit]! < 0) least = Number.NEGATIVE_INFINITY
    else if (differences[unit]! > 0) most = Number.POSITIVE_INFINITY
  }
  return clip(interval, least, most)
}

function clip(interval: Interval | null, least: number, most: number): Interval | null {
  return interval && [Math.max(least, interval[0]), Math.min(most, interval[1])]
}
