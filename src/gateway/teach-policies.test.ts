import { expect, it } from 'vitest'
import { encodeFeatures } from '../routing/embedding/builtin/features.ts'
import type { LearningPolicy, Reward, RoutedOutcome } from '../routing/policies/learning/learning-policy.ts'
import type { Feedback } from './feedback.ts'
import type { RequestRecord } from './request-record.ts'
import { createPolicyTeacher, toReward, toRoutedOutcome } from './teach-policies.ts'

const small = { name: 'small', provider: 'p', upstream: 's' }
const call = {
  model: 'small',
  tokens: null,
  events: null,
  usd: 0.002,
  isRefused: false,
  isAborted: false,
  sentMs: 1,
  firstByteMs: 2,
}
const record = (changes: Partial<RequestRecord> = {}) =>
  ({
    id: 'r1',
    policy: 'learner',
    model: 'small',
    task: 'proof',
    usd: 0.002,
    call,
    candidates: [{ model: small, usd: 0.001, excluded: null }],
    features: encodeFeatures(Float32Array.of(1, -1)),
    ...changes,
  }) as RequestRecord
const feedback = (changes: Partial<Feedback> = {}): Feedback => ({
  id: 'f1',
  requestId: 'r1',
  time: 0,
  thumbs: null,
  score: null,
  correction: null,
  scores: null,
  key: null,
  ...changes,
})

function learner(name: string) {
  const seen: (RoutedOutcome | Reward)[] = []
  const policy: LearningPolicy = {
    name,
    models: [small],
    safest: small,
    choose: () => {
      throw new Error('is not asked')
    },
    observe: (outcome) => void seen.push(outcome),
    reward: (reward) => void seen.push(reward),
    learnt: { basis: name },
    takeOver: () => {
      throw new Error('is not asked')
    },
  }
  return { policy, seen }
}

it('tells a policy of its own requests, and of all feedback', () => {
  const [one, other] = [learner('learner'), learner('other')]
  const plain = { ...learner('plain').policy }
  const teacher = createPolicyTeacher([one.policy, other.policy, plain])
  teacher.observe(record())
  teacher.observe(record({ policy: null }))
  teacher.observe(record({ call: null }))
  teacher.reward(feedback({ thumbs: 'up' }))
  expect(one.seen).toEqual([
    { id: 'r1', model: 'small', task: 'proof', usd: 0.002, vector: expect.any(Function) },
    { requestId: 'r1', score: 1, scores: null, key: null },
  ])
  expect(other.seen).toEqual([expect.objectContaining({ requestId: 'r1' })])
})

it('reads the vector as it was kept, and expects dollars that are not known', () => {
  expect(toRoutedOutcome(record())!.vector()).toEqual(Float32Array.of(1, -1))
  expect(toRoutedOutcome(record({ features: null }))!.vector()).toBeNull()
  expect(toRoutedOutcome(record({ usd: null }))!.usd).toBe(0.001)
  expect(toRoutedOutcome(record({ usd: null, call: { ...call, isRefused: true } }))!.usd).toBeNull()
  expect(toRoutedOutcome(record({ usd: null, candidates: null }))!.usd).toBeNull()
})

it.each([
  [{ thumbs: 'up' }, 1],
  [{ thumbs: 'down' }, 0],
  [{ thumbs: 'up', score: 0.3 }, 0.3],
  [{ correction: 'no' }, 0],
  [{ correction: 'nearly', score: 0.8 }, 0.8],
  [{ scores: { small: 1 } }, null],
] as const)('%j is the score %d', (changes, score) => {
  expect(toReward(feedback(changes)).score).toBe(score)
})
