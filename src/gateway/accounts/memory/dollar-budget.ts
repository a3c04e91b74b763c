import { findPace } from '../pace.ts'
import type { Period } from './periods.ts'

/** Dollars settled and reserved within the current period, a day or a month. */
export class DollarBudget {
  readonly #periodOf: (time: number) => Period
  #period: Period
  #settledUsd = 0
  #reservedUsd = 0
  /** Reservations that are not settled. */
  #open = 0

  /** @param findSpent the dollars that were settled in a period before. */
  constructor(periodOf: (time: number) => Period, time: number, findSpent: (period: Period) => number) {
    this.#periodOf = periodOf
    this.#period = periodOf(time)
    this.#settledUsd = findSpent(this.#period)
  }

  /** What is left, without what is reserved; negative once more was spent than the limit. */
  left(time: number, limitUsd: number): number {
    this.#advance(time)
    return limitUsd - this.#settledUsd - this.#reservedUsd
  }

  /**
   * The dollars that can be reserved for a request: its own, or all that is left (`Estimate.leastUsd`); null if it cannot
   * be admitted. A request that costs nothing always can.
   */
  findRoom(time: number, limitUsd: number, usd: number, leastUsd: number): number | null {
    const left = this.left(time, limitUsd)
    if (usd === 0 || usd <= left + limitUsd * rounding) return usd
    return this.#open === 0 && left > 0 && leastUsd <= left ? left : null
  }

  /** @returns the period, for `settle`. */
  reserve(time: number, usd: number): Period {
    this.#advance(time)
    this.#reservedUsd += usd
    this.#open++
    return this.#period
  }

  /**
   * The dollars that can be reserved beside `reservedUsd` for a request that needs `usd` in all; null if there are too few.
   * If nothing else is reserved, all that is left is enough for `leastUsd` in all.
   */
  findRaise(time: number, period: Period, { limitUsd, reservedUsd, usd, leastUsd }: Raise): number | null {
    const left = this.left(time, limitUsd)
    if (period !== this.#period || usd <= reservedUsd) return 0
    const more = usd - reservedUsd
    if (more <= left + limitUsd * rounding) return more
    return this.#open === 1 && left > 0 && leastUsd - reservedUsd <= left ? left : null
  }

  /** Adds to a reservation of the current period. */
  raise(usd: number): void {
    this.#reservedUsd += usd
  }

  /** Dollars of a period that is over change nothing any more. */
  settle(time: number, period: Period, reservedUsd: number, usedUsd: number): void {
    this.#advance(time)
    if (period !== this.#period) return
    this.#open--
    this.#reservedUsd = this.#open === 0 ? 0 : this.#reservedUsd - reservedUsd
    this.#settledUsd += usedUsd
  }

  /** Seconds, from 1, until a request of so many dollars may be admitted. */
  secondsUntil(time: number, limitUsd: number, leastUsd: number): number {
    this.#advance(time)
    // Only reservations stand in its way, and most requests use less than was reserved.
    if (this.#settledUsd + leastUsd <= limitUsd) return 1
    return Math.max(1, Math.ceil((this.#period.end - time) / 1000))
  }

  pace(time: number, limitUsd: number): number {
    this.#advance(time)
    if (limitUsd === 0) return 1 // nothing can be saved for later
    const { start, end } = this.#period
    return findPace((this.#settledUsd + this.#reservedUsd) / limitUsd, (time - start) / (end - start))
  }

  #advance(time: number): void {
    if (time < this.#period.end) return // a clock that goes back stays in its period
    this.#period = this.#periodOf(time)
    this.#settledUsd = 0
    this.#reservedUsd = 0
    this.#open = 0
  }
}

/** A request that needs more dollars than are reserved for it. */
export type Raise = {
  readonly limitUsd: number
  readonly reservedUsd: number
  readonly usd: number
  readonly leastUsd: number
}

/** Of the limit: five times a fifth of it are not more than it. */
const rounding = 1e-9
