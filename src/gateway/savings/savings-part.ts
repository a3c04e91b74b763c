import type { RequestSaving } from './savings-meter.ts'
import { sessionUnits } from './session-unit.ts'

/** Savings of some requests, to be added to those of others. Length ratios are not in them yet, because they change with each shadow call. */
export type SavingsPart = {
  readonly requests: Readonly<Record<RequestSaving['kind'], number>>
  readonly spent: UnitUsd
  /** Of the baselines, without `written`. */
  readonly baseline: UnitUsd
  readonly warmCacheUsd: number
  readonly written: readonly WrittenUsd[]
}

/** What a baseline would cost for the tokens that a model wrote: to be multiplied by the length ratio of the two. */
export type WrittenUsd = { readonly model: string; readonly baseline: string; readonly usd: UnitUsd }

/** Dollars by unit, a number below `sessionUnits`. A unit that is not listed has none. */
export type UnitUsd = {
  readonly total: number
  readonly units: Uint16Array
  /** Of each of `units`. */
  readonly usd: Float64Array
}

/** Adds up dollars by unit. */
export type UnitSum = {
  add(unit: number, usd: number): void
  /** What was added since the call before. */
  take(): UnitUsd
}

export function createUnitSum(): UnitSum {
  const sums = new Float64Array(sessionUnits)
  const isUsed = new Uint8Array(sessionUnits)
  const used = new Uint16Array(sessionUnits)
  let count = 0
  return {
    add(unit, usd) {
      if (isUsed[unit] === 0) {
        isUsed[unit] = 1
        used[count++] = unit
      }
      sums[unit]! += usd
    },
    take() {
      const units = used.slice(0, count)
      const usd = new Float64Array(count)
      let total = 0
      for (let each = 0; each < count; each++) {
        const unit = units[each]!
        usd[each] = sums[unit]!
        total += sums[unit]!
        sums[unit] = 0
        isUsed[unit] = 0
      }
      count = 0
      return { total, units, usd }
    },
  }
}
