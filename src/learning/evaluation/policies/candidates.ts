import { isSameModel } from '../../../routing/catalogue/model-names.ts'
import type { TokenPrices } from '../../../routing/catalogue/prices.ts'

/** A model that a compared policy may choose. */
export type PricedCandidate = {
  /** The configured name. */
  readonly name: string
  readonly upstream: string
  /** Absent: unpriced. */
  readonly prices?: TokenPrices
}

/**
 * The position of the candidate that a log or a file of labels calls so; −1 if there is none, or if it could be several, such
 * as two efforts of one model. Its configured name comes first, then the upstream name, then that without provider and date.
 */
export function findCandidate(candidates: readonly PricedCandidate[], called: string): number {
  const byName = candidates.findIndex(({ name }) => name === called)
  if (byName >= 0) return byName
  for (const isIt of [
    ({ upstream }: PricedCandidate) => upstream === called,
    ({ upstream }: PricedCandidate) => isSameModel(upstream, called),
  ]) {
    const first = candidates.findIndex(isIt)
    if (first >= 0) return first === candidates.findLastIndex(isIt) ? first : -1
  }
  return -1
}
