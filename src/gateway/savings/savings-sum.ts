import { leastUnits } from '../../base/math/statistics/few-units.ts'
import { influenceInterval } from '../../base/math/statistics/influence-interval.ts'
import type { Interval } from '../../base/math/statistics/quantile.ts'
import type { RequestSaving } from './savings-meter.ts'

/** Savings of many requests. */
export type Savings = {
  readonly requests: {
    readonly counted: number
    readonly direct: number
    readonly failed: number
    readonly unpriced: number
  }
  readonly usd: number
  readonly baselineUsd: number
  readonly warmCacheUsd: number
  /** Baseline less spent; negative if routing cost more. */
  readonly savedUsd: number
  /** 95 %, sessions being the independent units; null with too few of them. */
  readonly savedInterval: Interval | null
  /** The saved part of the baseline's dollars; null if these are 0. */
  readonly fraction: number | null
  readonly fractionInterval: Interval | null
}

export type SavingsSum = {
  /** @param session null: the request is a unit of its own. */
  add(session: string | null, saving: RequestSaving): void
  /** The same for those who have no object: of a request that is not compared. */
  count(kind: Exclude<RequestSaving['kind'], 'counted'>): void
  /** Of one that is. @param unit `sessionUnit` of its session. */
  addCounted(unit: number | null, usd: number, baselineUsd: number, warmCacheUsd: number): void
  result(): Savings
}

/** Of sessions that are counted apart. Beyond about so many, some share a unit; units stay independent. */
const units = 1 << 16
const confidence = 0.95

/** Adds up savings, in bounded memory. */
export function createSavingsSum(): SavingsSum {
  const saved = new Float64Array(units)
  const baseline = new Float64Array(units)
  const isUsed = new Uint8Array(units)
  const requests = { counted: 0, direct: 0, failed: 0, unpriced: 0 }
  let [usd, baselineUsd, warmCacheUsd, singles] = [0, 0, 0, 0]

  function result(): Savings {
    const savedUsd = baselineUsd - usd
    const used = findUsed(isUsed)
    const fraction = baselineUsd > 0 ? savedUsd / baselineUsd : null
    const intervalOf = (estimate: number, influence: (unit: number) => number) =>
      used.length < leastUnits
        ? null
        : influenceInterval(estimate, new Float64Array(used).map(influence), confidence).interval
    return {
      requests: { ...requests },
      usd,
      baselineUsd,
      warmCacheUsd,
      savedUsd,
      savedInterval: intervalOf(savedUsd, (unit) => saved[unit]! - savedUsd / used.length),
      fraction,
      fractionInterval:
        fraction === null
          ? null
          : intervalOf(fraction, (unit) => (saved[unit]! - fraction * baseline[unit]!) / baselineUsd),
    }
  }

  function count(kind: RequestSaving['kind']): void {
    requests[kind]++
  }

  function addCounted(unit: number | null, spent: number, ofBaseline: number, ofCache: number): void {
    count('counted')
    usd += spent
    baselineUsd += ofBaseline
    warmCacheUsd += ofCache
    const at = unit ?? singles++ % units
    isUsed[at] = 1
    saved[at]! += ofBaseline - spent
    baseline[at]! += ofBaseline
  }

  return {
    add(session, saving) {
      if (saving.kind !== 'counted') count(saving.kind)
      else {
        const unit = session === null ? null : sessionUnit(session)
        addCounted(unit, saving.usd, saving.baselineUsd, saving.warmCacheUsd)
      }
    },
    count,
    addCounted,
    result,
  }
}

/** The places that are not 0. Loops, because an iterator takes several times as long. */
function findUsed(isUsed: Uint8Array): readonly number[] {
  const used: number[] = []
  for (let unit = 0; unit < isUsed.length; unit++) if (isUsed[unit] === 1) used.push(unit)
  return used
}

/** The unit of a session, a whole number below 65,536. */
export function sessionUnit(session: string): number {
  return hashSession(session) % units
}

/** FNV-1a, 32 bits. */
export function hashSession(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0
  return value
}
