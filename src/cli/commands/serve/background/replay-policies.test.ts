import { expect, it } from 'vitest'
import type { LearningPolicy, Learnt } from '../../../../routing/policies/learning/learning-policy.ts'
import { replayPolicies } from './replay-policies.ts'

const small = { name: 'small', provider: 'p', upstream: 's' }

function learner(name: string, basis: string) {
  const taken: Learnt[] = []
  const policy: LearningPolicy = {
    name,
    models: [small],
    safest: small,
    choose: () => {
      throw new Error('is not asked')
    },
    observe: () => {},
    reward: () => {},
    learnt: { basis },
    takeOver: (learnt) => void taken.push(learnt),
  }
  return { policy, taken }
}

it('a policy goes on with what the one of its name and basis has learnt; others are read from the store', async () => {
  const old = [learner('same', 'a').policy, learner('changed', 'a').policy]
  const same = learner('same', 'a')
  const changed = learner('changed', 'b')
  const renamed = learner('renamed', 'a')
  const warnings: string[] = []
  const log = {
    warn: (_fields: object, message: string) => void warnings.push(message),
    error: (_fields: object, message: string) => void warnings.push(message),
  }
  const learning = [same.policy, changed.policy, renamed.policy]
  // A file, so that reading it as a store fails: that happens only if something is left to be read.
  await replayPolicies({ learning }, { folder: import.meta.filename, log, before: { learning: old } })
  expect(same.taken).toEqual([old[0]!.learnt])
  expect([changed.taken, renamed.taken]).toEqual([[], []])
  expect(warnings).toEqual(['policies that learn begin anew: the store cannot be read'])
  await replayPolicies(
    { learning: [same.policy] },
    { folder: import.meta.filename, log, before: { learning: old } },
  )
  expect(warnings).toHaveLength(1)
})
