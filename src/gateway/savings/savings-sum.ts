import { leastUnits } from '../../base/math/statistics/few-units.ts'
import { influenceInterval } from '../../base/math/statistics/influence-interval.ts'
import type { Interval } from '../../base/math/statistics/quantile.ts'
import type { LengthRatio, RequestSaving } from './savings-meter.ts'
import type { SavingsPart, UnitUsd } from './savings-part.ts'
import { sessionUnit, sessionUnits } from './session-unit.ts'

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
  addPart(part: SavingsPart, ratio: LengthRatio): void
  result(): Savings
}

const confidence = 0.95

/** Adds up savings, in bounded memory. */
export function createSavingsSum(): SavingsSum {
  const spent = new Float64Array(sessionUnits)
  const baseline = new Float64Array(sessionUnits)
  const isUsed = new Uint8Array(sessionUnits)
  const requests = { counted: 0, direct: 0, failed: 0, unpriced: 0 }
  let [usd, baselineUsd, warmCacheUsd, singles] = [0, 0, 0, 0]

  function add(session: string | null, saving: RequestSaving): void {
    requests[saving.kind]++
    if (saving.kind !== 'counted') return
    usd += saving.usd
    baselineUsd += saving.baselineUsd
    warmCacheUsd += saving.warmCacheUsd
    const unit = session === null ? singles++ % sessionUnits : sessionUnit(session)
    isUsed[unit] = 1
    spent[unit]! += saving.usd
    baseline[unit]! += saving.baselineUsd
  }

  function addPart(part: SavingsPart, ratio: LengthRatio): void {
    for (const kind of ['counted', 'direct', 'failed', 'unpriced'] as const)
      requests[kind] += part.requests[kind]
    usd += part.spent.total
    baselineUsd += part.baseline.total
    warmCacheUsd += part.warmCacheUsd
    const { units } = part.spent
    for (let each = 0; each < units.length; each++) isUsed[units[each]!] = 1
    addTo(spent, part.spent, 1)
    addTo(baseline, part.baseline, 1)
    for (const { model, baseline: of, usd: written } of part.written) {
      const factor = model === of ? 1 : ratio(model, of)
      baselineUsd += factor * written.total
      addTo(baseline, written, factor)
    }
  }

  function result(): Savings {
    const savedUsd = baselineUsd - usd
    const units = findUsed(isUsed)
    const fraction = baselineUsd > 0 ? savedUsd / baselineUsd : null
    const influences = new Float64Array(units.length)
    const intervalOf = (estimate: number, influence: (unit: number) => number) => {
      if (units.length < leastUnits) return null
      for (let each = 0; each < units.length; each++) influences[each] = influence(units[each]!)
      return influenceInterval(estimate, influences, confidence).interval
    }
    const mean = savedUsd / units.length
    return {
      requests: { ...requests },
      usd,
      baselineUsd,
      warmCacheUsd,
      savedUsd,
      savedInterval: intervalOf(savedUsd, (unit) => baseline[unit]! - spent[unit]! - mean),
      fraction,
      fractionInterval:
        fraction === null
          ? null
          : intervalOf(
              fraction,
              (unit) => (baseline[unit]! - spent[unit]! - fraction * baseline[unit]!) / baselineUsd,
            ),
    }
  }

  return { add, addPart, result }
}

function addTo(sums: Float64Array, { units, usd }: UnitUsd, factor: number): void {
  for (let each = 0; each < units.length; each++) sums[units[each]!]! += factor * usd[each]!
}

/** The places that are not 0. Loops, because an iterator takes several times as long. */
function findUsed(isUsed: Uint8Array): Uint16Array {
  const used = new Uint16Array(isUsed.length)
  let count = 0
  for (let unit = 0; unit < isUsed.length; unit++) if (isUsed[unit] === 1) used[count++] = unit
  return used.subarray(0, count)
}
