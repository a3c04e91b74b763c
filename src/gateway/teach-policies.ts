import { decodeFeatures } from '../routing/embedding/builtin/features.ts'
import {
  isLearningPolicy,
  type LearningPolicy,
  type Reward,
  type RoutedOutcome,
} from '../routing/policies/learning/learning-policy.ts'
import type { Policy } from '../routing/policies/policy.ts'
import type { Feedback } from './feedback.ts'
import type { RequestObserver, RequestRecord } from './request-record.ts'

/** Tells policies that learn what came of their choices. */
export type PolicyTeacher = {
  /** A request is over. */
  readonly observe: RequestObserver
  /** Feedback that is kept. */
  reward(feedback: Feedback): void
  readonly learning: readonly LearningPolicy[]
}

export function createPolicyTeacher(policies: Iterable<Policy>): PolicyTeacher {
  const learning = new Map<string | null, LearningPolicy>()
  for (const policy of policies) if (isLearningPolicy(policy)) learning.set(policy.name, policy)
  return {
    learning: [...learning.values()],
    observe(record) {
      if (record.policy === null || learning.size === 0) return
      const outcome = toRoutedOutcome(record)
      if (outcome !== null) learning.get(record.policy)?.observe(outcome)
    },
    reward(feedback) {
      // Whose request it was only the policy knows that remembers it.
      for (const policy of learning.values()) policy.reward(toReward(feedback))
    },
  }
}

/** Null for a request that no model answered. */
export function toRoutedOutcome(record: RequestRecord): RoutedOutcome | null {
  const { id, model, task, features, call, candidates } = record
  if (model === null || call === null) return null
  const expected = candidates?.find((candidate) => candidate.model.name === model)?.usd ?? null
  return {
    id,
    model,
    task,
    usd: record.usd ?? (call.isRefused ? null : expected),
    vector: () => (features === null ? null : decodeFeatures(features)),
  }
}

/** A thumb up is 1, a thumb down 0. A correction says what was wrong, so it is 0, unless a score says how wrong. */
export function toReward({ requestId, thumbs, score, correction, scores, key }: Feedback): Reward {
  const ofThumbs = thumbs === null ? null : thumbs === 'up' ? 1 : 0
  return { requestId, score: score ?? ofThumbs ?? (correction === null ? null : 0), scores, key }
}
