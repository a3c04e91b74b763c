/**
 * Policies under a dollar budget that is being spent too fast save more: the pace, a factor from 1, says how much more a
 * dollar counts than usual. `src/gateway/accounts/pace.ts` has its formula.
 */

/** 1 − (1 − threshold) / pace: the threshold at pace 1, towards 1, where only a certain win of the strong model pays. */
export function raiseThreshold(threshold: number, pace: number): number {
  return pace === 1 ? threshold : 1 - (1 - threshold) / pace
}

/** tolerance · pace. A tolerance of 0 stays 0: no loss was to be accepted. */
export function raiseTolerance(tolerance: number, pace: number): number {
  return tolerance * pace
}

/** The field of a choice, absent if nothing was raised. */
export function toPaceField(pace: number | undefined): { readonly pace?: number } {
  return isRaised(pace) ? { pace } : {}
}

export function isRaised(pace: number | undefined): pace is number {
  return pace !== undefined && pace > 1
}
