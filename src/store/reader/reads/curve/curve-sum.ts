import { wilsonInterval } from '../../../../base/math/statistics/proportion.ts'
import { sessionUnit, sessionUnits } from '../../../../gateway/savings/session-unit.ts'
import type { FreeShare } from '../../answers/curve.ts'
import { createIntervals, type Interval } from './curve-intervals.ts'
import { createFinder } from './first-above.ts'

/** Dollars and strong calls of many requests at each setting. */
export type CurveSum = {
  /**
   * @param session null: the request is a unit of its own.
   * @param usd at the setting 0, as `strong`, which is 0 or 1.
   */
  add(session: string | null, usd: number, strong: number): void
  /** The same of a session's `sessionUnit`. */
  addUnit(unit: number | null, usd: number, strong: number): void
  /**
   * What another model changes above a setting, of the request that was added last.
   *
   * @param isFree whether the setting alone decides it. Default: false.
   */
  addStep(at: number, usd: number, strong: number, isFree?: boolean): void
  /** What one model would cost, by its place, for the request that was added last. */
  addAlways(place: number, usd: number): void
  /** The settings of all steps so far. */
  steps(): Float64Array
  /** @param settings by rising value. @param served one of them, with which the others are compared. */
  at(settings: readonly number[], served: number): CurveSums
  readonly sessions: number
}

export type CurveSums = {
  /** Of each setting. */
  readonly settings: readonly SettingSums[]
  /** Of each model that answers everything, by its place. */
  readonly always: readonly AlwaysSums[]
  /** At what is served. */
  readonly free: FreeShare
}

type SettingSums = {
  readonly usd: number
  readonly strong: number
  readonly usdInterval: Interval | null
  /** Of the share of strong calls. */
  readonly strongInterval: Interval | null
  /** Of 1 − `usd` over that of the first setting. */
  readonly savedInterval: Interval | null
  /** Of `usd` less that of what is served: both of the same sessions. */
  readonly changeInterval: Interval | null
}

type AlwaysSums = Pick<SettingSums, 'usd' | 'usdInterval' | 'changeInterval'>

/**
 * Units of the intervals. Beyond about so many sessions, some share a unit; units stay independent, and so many give the standard
 * error to 1 %.
 */
const units = 1 << 12

/** Takes 22 bytes a step. @param models of `addAlways`. */
export function createCurveSum(models = 0): CurveSum {
  const base = new Float64Array(units)
  const strongAtFirst = new Float64Array(units)
  const requestsOf = new Float64Array(units)
  /** The place of each unit among those that are used, from 1. */
  const placeOf = new Uint32Array(units)
  const isSeen = new Uint8Array(sessionUnits)
  const alwaysOf = Array.from({ length: models }, () => new Float64Array(units))
  let [used, sessions, singles, unit, count] = [0, 0, 0, 0, 0]
  let at = new Float64Array(1024)
  let usdOf = new Float64Array(1024)
  let unitOf = new Uint16Array(1024)
  let strongOf = new Int8Array(1024)
  let isFreeOf = new Int8Array(1024)

  function addUnit(ofSession: number | null, ofUsd: number, ofStrong: number): void {
    const session = ofSession ?? singles++ % sessionUnits
    if (isSeen[session] === 0) sessions++
    isSeen[session] = 1
    unit = session % units
    if (placeOf[unit] === 0) placeOf[unit] = ++used
    base[unit]! += ofUsd
    strongAtFirst[unit]! += ofStrong
    requestsOf[unit]!++
  }

  function grow(): void {
    const longer = <Kind extends Float64Array | Uint16Array | Int8Array>(kind: Kind, made: Kind): Kind => {
      made.set(kind)
      return made
    }
    const length = count * 2
    at = longer(at, new Float64Array(length))
    usdOf = longer(usdOf, new Float64Array(length))
    unitOf = longer(unitOf, new Uint16Array(length))
    strongOf = longer(strongOf, new Int8Array(length))
    isFreeOf = longer(isFreeOf, new Int8Array(length))
  }

  /** The steps by the first setting above them: a counting sort. */
  function sortSteps(settings: readonly number[]): {
    readonly order: Uint32Array
    readonly ends: Uint32Array
  } {
    const place = new Uint16Array(count)
    const ends = new Uint32Array(settings.length + 1)
    const findFirstAbove = createFinder(settings)
    for (let step = 0; step < count; step++) {
      place[step] = findFirstAbove(at[step]!)
      ends[place[step]!]!++
    }
    for (let each = 1; each < ends.length; each++) ends[each]! += ends[each - 1]!
    const next = Uint32Array.from(ends, (_, each) => (each === 0 ? 0 : ends[each - 1]!))
    const order = new Uint32Array(count)
    for (let step = 0; step < count; step++) order[next[place[step]!]!++] = step
    return { order, ends }
  }

  /** Those that are used, by their places. */
  function pack(ofUnits: Float64Array): Float64Array {
    const packed = new Float64Array(used)
    for (let each = 0; each < units; each++)
      if (placeOf[each]! > 0) packed[placeOf[each]! - 1] = ofUnits[each]!
    return packed
  }

  /** Sums at the first setting, to be moved to later ones. */
  function createCursor({ order, ends }: ReturnType<typeof sortSteps>) {
    const cursor = {
      ...{ usd: sumUp(base), strong: sumUp(strongAtFirst) },
      ...{ usdOf: pack(base), strongOf: pack(strongAtFirst) },
    }
    let next = 0
    const moveTo = (setting: number): void => {
      for (; next < ends[setting]!; next++) {
        const step = order[next]!
        const place = placeOf[unitOf[step]!]! - 1
        cursor.usd += usdOf[step]!
        cursor.strong += strongOf[step]!
        cursor.usdOf[place]! += usdOf[step]!
        cursor.strongOf[place]! += strongOf[step]!
      }
    }
    return { cursor, moveTo }
  }

  function sumFree(served: number, { ofShare }: ReturnType<typeof createIntervals>): FreeShare {
    const [freeOf, strongFreeOf] = [new Float64Array(used), new Float64Array(used)]
    for (let step = 0; step < count; step++) {
      if (isFreeOf[step] === 0) continue
      const place = placeOf[unitOf[step]!]! - 1
      freeOf[place]!++
      if (at[step]! >= served) strongFreeOf[place]!++
    }
    const [free, strongFree] = [sumUp(freeOf), sumUp(strongFreeOf)]
    const ends = ofShare(strongFree, free, strongFreeOf, freeOf)
    // If all are decided alike, their differences say nothing, but their number does.
    const isAlike = strongFree === 0 || strongFree === free
    const strongInterval = isAlike && ends !== null ? alikeInterval(strongFree / free, freeOf) : ends
    return { requests: free, strong: strongFree, strongInterval }
  }

  return {
    add: (session, ofUsd, ofStrong) =>
      addUnit(session === null ? null : sessionUnit(session), ofUsd, ofStrong),
    addUnit,
    addStep(setting, ofUsd, ofStrong, isFree = false) {
      if (count === at.length) grow()
      at[count] = setting
      usdOf[count] = ofUsd
      unitOf[count] = unit
      strongOf[count] = ofStrong
      isFreeOf[count] = Number(isFree)
      count++
    },
    addAlways(place, ofUsd) {
      alwaysOf[place]![unit]! += ofUsd
    },
    steps: () => at.subarray(0, count),
    at(settings, served) {
      const sorted = sortSteps(settings)
      const { cursor: now, moveTo: moveNow } = createCursor(sorted)
      moveNow(settings.indexOf(served))
      const firstOf = pack(base)
      const requestsOfUnit = pack(requestsOf)
      const [usd, requests] = [sumUp(base), sumUp(requestsOf)]
      const intervals = createIntervals(used)
      const { cursor, moveTo } = createCursor(sorted)
      return {
        settings: settings.map((_, index) => {
          moveTo(index)
          return {
            usd: cursor.usd,
            strong: cursor.strong,
            usdInterval: intervals.ofDollars(cursor.usd, cursor.usdOf),
            strongInterval: intervals.ofShare(cursor.strong, requests, cursor.strongOf, requestsOfUnit),
            savedInterval: intervals.ofSaved(cursor.usd, usd, cursor.usdOf, firstOf),
            changeInterval: intervals.ofChange(cursor.usd - now.usd, cursor.usdOf, now.usdOf),
          }
        }),
        always: alwaysOf.map((ofUnit) => {
          const packed = pack(ofUnit)
          const total = sumUp(packed)
          return {
            usd: total,
            usdInterval: intervals.ofDollars(total, packed),
            changeInterval: intervals.ofChange(total - now.usd, packed, now.usdOf),
          }
        }),
        free: sumFree(served, intervals),
      }
    },
    get sessions() {
      return sessions
    },
  }
}

/** @param share 0 or 1. @param requestsOf of each session. */
function alikeInterval(share: number, requestsOf: Float64Array): Interval {
  const sessions = requestsOf.filter((requests) => requests > 0).length
  return wilsonInterval(share * sessions, sessions)
}

function sumUp(values: Float64Array): number {
  return values.reduce((sum, each) => sum + each, 0)
}
