import type { Interval } from '../../base/math/statistics/quantile.ts'
import type { Savings } from './savings-sum.ts'

export type NetSaving = {
  readonly saved: number
  /** 95 %; null with too few sessions. */
  readonly savedInterval: Interval | null
  /** The saved part of the baseline's dollars; null if there are none. */
  readonly fraction: number | null
  readonly fractionInterval: Interval | null
}

/** What was saved less what routing itself has cost, in dollars: shadow calls, judges and embeddings. */
export function toNetSaving(
  { savedUsd, savedInterval, fractionInterval, baselineUsd }: Savings,
  overheadUsd: number,
): NetSaving {
  const saved = savedUsd - overheadUsd
  return {
    saved,
    savedInterval: shift(savedInterval, overheadUsd),
    fraction: baselineUsd > 0 ? saved / baselineUsd : null,
    fractionInterval: baselineUsd > 0 ? shift(fractionInterval, overheadUsd / baselineUsd) : null,
  }
}

function shift(interval: Interval | null, by: number): Interval | null {
  return interval === null ? null : [interval[0] - by, interval[1] - by]
}
