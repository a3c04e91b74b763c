import { isSameModel } from '../../../routing/catalogue/model-names.ts'
import type { TokenPrices } from '../../../routing/catalogue/prices.ts'

/** A model that a policy may choose. */
export type NamedCandidate = {
  /** The configured name. */
  readonly name: string
  readonly upstream: string
}

export type PricedCandidate = NamedCandidate & {
  /** Absent: unpriced. */
  readonly prices?: TokenPrices
}

/**
 * The position of the candidate that a log or a file of labels calls so; −1 if there is none, or if it could be several, such
 * as two efforts of one model. Its configured name comes first, then the upstream name, then that without provider and date.
 */
export function findCandidate(candidates: readonly NamedCandidate[], called: string): number {
  const byName = candidates.findIndex(({ name }) => name === called)
  if (byName >= 0) return byName
  for (const isIt of [
    ({ upstream }: NamedCandidate) => upstream === called,
    ({ upstream }: NamedCandidate) => isSameModel(upstream, called),
  ]) {
    const first = candidates.findIndex(isIt)
    if (first >= 0) return first === candidates.findLastIndex(isIt) ? first : -1
  }
  return -1
}

/** A column of labels, such as `scores`, by candidate: [candidates], undefined for one that the column does not name. */
export function byCandidate<Value>(
  candidates: readonly NamedCandidate[],
  column: Readonly<Record<string, Value>>,
): (Value | undefined)[] {
  const found: (Value | undefined)[] = candidates.map(() => undefined)
  for (const [called, value] of Object.entries(column)) {
    const place = findCandidate(candidates, called)
    // The candidate's own name counts before any other of the same model.
    if (place >= 0 && (found[place] === undefined || candidates[place]!.name === called)) found[place] = value
  }
  return found
}
