import { leastUnits } from '../../../../base/math/statistics/few-units.ts'
import { influenceInterval } from '../../../../base/math/statistics/influence-interval.ts'
import { hashSession } from '../../../../gateway/savings/savings-sum.ts'

/** Dollars and strong calls of many requests at each setting. */
export type CurveSum = {
  /**
   * @param session null: the request is a unit of its own.
   * @param base dollars and strong calls (0 or 1) at the setting 0.
   */
  add(session: string | null, base: Change): void
  /** What another model changes above a setting, of the session that was added last. */
  addStep(at: number, change: Change): void
  /** The settings of all steps. */
  steps(): Float64Array
  /** @param settings by rising value. */
  at(settings: readonly number[]): readonly SettingSums[]
  readonly sessions: number
}

export type Change = { readonly usd: number; readonly strong: number }

export type SettingSums = Change & { readonly usdInterval: readonly [number, number] | null }

/** Of sessions that are counted apart. Beyond about so many, some share a unit; units stay independent. */
const units = 1 << 16
const confidence = 0.95

/** Takes 21 bytes a step. */
export function createCurveSum(): CurveSum {
  const base = new Float64Array(units)
  /** The place of each unit among those that are used, from 1. */
  const placeOf = new Uint32Array(units)
  let [usd, strong, used, singles, unit, count] = [0, 0, 0, 0, 0, 0]
  let at = new Float64Array(1024)
  let usdOf = new Float64Array(1024)
  let unitOf = new Uint16Array(1024)
  let strongOf = new Int8Array(1024)

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
  }

  /** The steps by the first setting above them: a counting sort. */
  function sortSteps(settings: readonly number[]): {
    readonly order: Uint32Array
    readonly ends: Uint32Array
  } {
    const place = new Uint16Array(count)
    const ends = new Uint32Array(settings.length + 1)
    for (let step = 0; step < count; step++) {
      place[step] = findFirstAbove(settings, at[step]!)
      ends[place[step]!]!++
    }
    for (let each = 1; each < ends.length; each++) ends[each]! += ends[each - 1]!
    const next = Uint32Array.from(ends, (_, each) => (each === 0 ? 0 : ends[each - 1]!))
    const order = new Uint32Array(count)
    for (let step = 0; step < count; step++) order[next[place[step]!]!++] = step
    return { order, ends }
  }

  return {
    add(session, change) {
      unit = session === null ? singles++ % units : hashSession(session) % units
      if (placeOf[unit] === 0) placeOf[unit] = ++used
      base[unit]! += change.usd
      usd += change.usd
      strong += change.strong
    },
    addStep(setting, change) {
      if (count === at.length) grow()
      at[count] = setting
      usdOf[count] = change.usd
      unitOf[count] = unit
      strongOf[count] = change.strong
      count++
    },
    steps: () => at.slice(0, count),
    at(settings) {
      const { order, ends } = sortSteps(settings)
      const usdOfUnit = new Float64Array(used)
      for (let each = 0; each < units; each++)
        if (placeOf[each]! > 0) usdOfUnit[placeOf[each]! - 1] = base[each]!
      const influences = new Float64Array(used)
      const sums = { usd, strong }
      let next = 0
      return settings.map((_, index) => {
        for (; next < ends[index]!; next++) {
          const step = order[next]!
          sums.usd += usdOf[step]!
          sums.strong += strongOf[step]!
          usdOfUnit[placeOf[unitOf[step]!]! - 1]! += usdOf[step]!
        }
        if (used < leastUnits) return { ...sums, usdInterval: null }
        const mean = sums.usd / used
        for (let each = 0; each < used; each++) influences[each] = usdOfUnit[each]! - mean
        return { ...sums, usdInterval: influenceInterval(sums.usd, influences, confidence).interval }
      })
    },
    get sessions() {
      return used
    },
  }
}

/** The place of the first setting above a value; their number if there is none. */
export function findFirstAbove(settings: readonly number[], value: number): number {
  let [low, high] = [0, settings.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (settings[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}
