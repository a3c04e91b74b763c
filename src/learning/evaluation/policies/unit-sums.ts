import type { Random } from '../../../base/math/random.ts'
import {
  effectiveNumber,
  leastEffectiveUnits,
  leastUnits,
  wideningOfFewUnits,
} from '../../../base/math/statistics/few-units.ts'
import type { UnitKind } from './traffic.ts'

/** Sums of several columns over the rows of each unit: [units, columns]. */
export type UnitSums = {
  readonly units: number
  readonly columns: number
  readonly sums: Float64Array
  /** Intervals of these units are to be widened by this factor, 1 or more. */
  readonly widening: number
}

/** Units are numbered below this, so that a resample costs the same for any log. Two that share a number are one unit. */
const mostUnits = 4096

/**
 * The sums by unit; undefined if the units are too few to be resampled: users and days need 14, of which none dominates, and
 * every row must have a day. Rows without a user are one further unit.
 *
 * @param valuesOf writes a row's values, already times its weight.
 */
export function sumByUnit(
  kind: UnitKind,
  unitOf: Float64Array,
  columns: number,
  valuesOf: (row: number, into: Float64Array) => void,
): UnitSums | undefined {
  const numbers = new Map<number, number>()
  const places = Uint32Array.from(unitOf, (unit) => {
    const key = Number.isNaN(unit) ? -1 : unit % mostUnits
    const known = numbers.get(key) ?? numbers.size
    numbers.set(key, known)
    return known
  })
  if (kind === 'days' && numbers.has(-1)) return undefined
  const units = numbers.size
  const sums = new Float64Array(units * columns)
  const sizes = new Float64Array(units)
  const values = new Float64Array(columns)
  for (const [row, place] of places.entries()) {
    values.fill(0)
    valuesOf(row, values)
    sizes[place]!++
    const from = place * columns
    for (let column = 0; column < columns; column++) sums[from + column]! += values[column]!
  }
  if (kind === 'prompts') return { units, columns, sums, widening: 1 }
  const effective = effectiveNumber(sizes)
  if (units < leastUnits || effective < leastEffectiveUnits) return undefined
  return { units, columns, sums, widening: wideningOfFewUnits(effective) }
}

/** The totals of all columns over all units. */
export function totalsOf({ units, columns, sums }: UnitSums): Float64Array {
  const totals = new Float64Array(columns)
  for (let unit = 0; unit < units; unit++) addUnit(sums, unit, 1, totals)
  return totals
}

/** The totals of as many units as there are, drawn with replacement. */
export function drawTotals({ units, columns, sums }: UnitSums, random: Random): Float64Array {
  const counts = new Uint32Array(units)
  for (let draw = 0; draw < units; draw++) counts[random.nextInt(units)]!++
  const totals = new Float64Array(columns)
  for (let unit = 0; unit < units; unit++) if (counts[unit]! > 0) addUnit(sums, unit, counts[unit]!, totals)
  return totals
}

function addUnit(sums: Float64Array, unit: number, times: number, totals: Float64Array): void {
  const from = unit * totals.length
  for (let column = 0; column < totals.length; column++) totals[column]! += times * sums[from + column]!
}
