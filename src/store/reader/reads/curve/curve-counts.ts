import type { OtherRouter } from '../../answers/curve.ts'

/** What is counted of the requests of a curve beside their dollars at each setting. */
export type CurveCounts = {
  requests: number
  held: number
  unscored: number
  unpriced: number
  /** Of routers other than that of the curve, by name. */
  readonly others: Map<string, { requests: number; usd: number }>
  paidUsd: number
  unpricedModel: string | null
  /** All requests so far are decided as they were at settings above the first and up to the second. */
  least: number
  most: number
}

export function createCurveCounts(): CurveCounts {
  return {
    ...{ requests: 0, held: 0, unscored: 0, unpriced: 0, paidUsd: 0 },
    others: new Map(),
    unpricedModel: null,
    ...{ least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY },
  }
}

/** Counts a request that another router has scored. @param usd NaN: not known. */
export function countOther({ others }: CurveCounts, router: string, usd: number): void {
  const found = others.get(router) ?? { requests: 0, usd: 0 }
  others.set(router, found)
  found.requests++
  if (!Number.isNaN(usd)) found.usd += usd
}

/** The router with the most requests first. */
export function listOthers({ others }: CurveCounts): readonly OtherRouter[] {
  return [...others]
    .map(([router, found]) => ({ router, ...found }))
    .toSorted((one, other) => other.requests - one.requests)
}
