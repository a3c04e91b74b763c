import type { Policy } from '../policy.ts'

/** Learns from what comes of its choices. Each method returns at once, and memory is bounded. */
export type LearningPolicy = Policy & {
  /** A request that it routed is over. */
  observe(outcome: RoutedOutcome): void
  /** How good an answer was. Each request counts once, and one that is not remembered not at all. */
  reward(reward: Reward): void
  readonly learnt: Learnt
  /** Goes on with what a policy of the same basis has learnt, and shares it with that policy from then on. */
  takeOver(learnt: Learnt): void
}

/** What a policy has learnt. */
export type Learnt = {
  /** All that it depends on besides outcomes and rewards: the candidates, and how they are learnt. */
  readonly basis: string
}

export type RoutedOutcome = {
  /** Of the request. */
  readonly id: string
  /** The model that answered. */
  readonly model: string
  readonly task: string | null
  /** What all its calls cost, or are expected to have cost; null if that is not known. */
  readonly usd: number | null
  /** The vector of the prompt; null if none is known. Is called only if the request is rewarded. */
  readonly vector: () => Float32Array | null
}

export type Reward = {
  readonly requestId: string
  /** Of the answer, from 0 to 1; null if only `scores` are given. */
  readonly score: number | null
  /** Of models' answers to the request. */
  readonly scores: Readonly<Record<string, number>> | null
  /** The name of the key of whoever said it; null without keys. */
  readonly key: string | null
}

export function isLearningPolicy(policy: Policy): policy is LearningPolicy {
  return 'reward' in policy
}

/** What a policy learnt before a restart, from the requests that it routed. @param rows in the order of time. */
export function replayOutcomes(
  policy: LearningPolicy,
  rows: Iterable<{ readonly outcome: RoutedOutcome; readonly rewards: readonly Reward[] }>,
): void {
  for (const { outcome, rewards } of rows) {
    policy.observe(outcome)
    for (const reward of rewards) policy.reward(reward)
  }
}
