import type { RoutedOutcome } from '../../learning/learning-policy.ts'

/** The requests that may still be rewarded: the latest ones. */
export type PendingRequests = {
  add(outcome: RoutedOutcome): void
  /** Forgets the request. Undefined if it is not remembered. */
  take(id: string): RoutedOutcome | undefined
}

/** @param most requests that are remembered; each takes some 500 bytes. */
export function createPendingRequests(most: number): PendingRequests {
  const pending = new Map<string, RoutedOutcome>()
  return {
    add(outcome) {
      if (pending.size >= most && !pending.has(outcome.id)) pending.delete(pending.keys().next().value!)
      pending.set(outcome.id, outcome)
    },
    take(id) {
      const outcome = pending.get(id)
      pending.delete(id)
      return outcome
    },
  }
}
