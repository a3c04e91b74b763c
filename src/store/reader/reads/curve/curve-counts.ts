/** What is counted of the requests of a curve beside their dollars at each setting. */
export type CurveCounts = {
  requests: number
  held: number
  unscored: number
  unpriced: number
  ofOtherRouters: number
  paidUsd: number
  unpricedModel: string | null
  /** All requests so far are decided as they were at settings above the first and up to the second. */
  least: number
  most: number
}

export function createCurveCounts(): CurveCounts {
  return {
    ...{ requests: 0, held: 0, unscored: 0, unpriced: 0, ofOtherRouters: 0, paidUsd: 0 },
    unpricedModel: null,
    ...{ least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY },
  }
}
