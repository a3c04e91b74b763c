import { expect, it } from 'vitest'
import type { LockedRouter } from '../../../../config/lock/lock-file.ts'
import type { RouterVersion } from '../../../../store/records/types/versions.ts'
import type { LockablePolicy } from '../../actions/lock-actions.ts'
import { findOptions } from './options.ts'

const base: LockablePolicy = {
  ...{ name: 'auto', policy: 'halves', kind: 'pair', description: '', router: 'mf', measure: 'threshold' },
  ...{ threshold: 0.4, isThresholdLocked: false, problem: null, state: 's', candidates: ['large', 'small'] },
  ...{ serving: null, canary: null, plannedShare: null, settings: 'as auto' },
}
const version = (locked: RouterVersion['locked']): RouterVersion => ({
  ...{ id: JSON.stringify(locked), time: 1, policy: 'auto', state: 'served', locked },
})
const learned: LockedRouter = {
  ...{ router: 'learned-1', artifact: 'a', sha256: 'x', threshold: 0.3 },
  evidence: { against: 'mf', apgr: 0.7, lossBound: 0.04, lost: 20, strongCallFraction: 0.6 },
}

it('places what follows from the scores that are kept, and leaves the rest out with the reason', () => {
  const options = findOptions({
    policy: base,
    policies: [
      base,
      { ...base, name: 'strict', threshold: 0.9 },
      { ...base, name: 'other', router: 'bert' },
      { ...base, name: 'retrained', serving: learned },
      { ...base, name: 'far', candidates: ['large', 'tiny'] },
      { ...base, name: 'near', measure: 'tolerance' },
      { ...base, name: 'same scale', settings: 'another table' },
    ],
    others: [
      { name: 'always', kind: 'fixed', description: '', candidates: ['small'] },
      { name: 'steps', kind: 'cascade', description: '', candidates: ['small', 'large'] },
    ],
    versions: [{ threshold: 0.512345678 }, learned, { threshold: 0.4 }, { threshold: 0.512345678 }].map(
      version,
    ),
  })
  expect(options.map((option) => [option.name, option.at])).toEqual([
    ['large', 'model'],
    ['small', 'model'],
    ['strict', 'setting'],
    ['other', 'left-out'],
    ['retrained', 'left-out'],
    ['far', 'left-out'],
    ['near', 'left-out'],
    ['same scale', 'left-out'],
    ['always', 'model'],
    ['steps', 'left-out'],
    ['mf at 0.5123', 'setting'],
    ['learned-1 at 0.3', 'left-out'],
  ])
  expect(options.at(-1)).toMatchObject({ compared: 'learned-1@0.3' })
  expect(options.find(({ name }) => name === 'other')).toMatchObject({
    why: expect.stringMatching(/^bert decides/),
  })
})

it('places a version of the router in service at another threshold', () => {
  const policy = { ...base, router: 'learned-1', serving: { ...learned, threshold: 0.4 } }
  const options = findOptions({ policy, policies: [policy], others: [], versions: [version(learned)] })
  expect(options.at(-1)).toEqual({
    ...{ kind: 'version', name: 'learned-1 at 0.3', at: 'setting', setting: 0.3 },
    plannedShare: { share: 0.6, by: 'comparison', sessions: null },
  })
})

it('names the router of a version that is a threshold of the configuration, and can ask it about kept prompts', () => {
  const policy = { ...base, router: 'learned-1', serving: learned, threshold: 0.3 }
  const options = findOptions({
    ...{ policy, policies: [policy], others: [] },
    versions: [version({ threshold: 0.5 }), version(learned)],
  })
  expect(options.at(-1)).toMatchObject({
    ...{ name: 'the configuration’s router at 0.5', at: 'left-out', compared: 'configured@0.5' },
  })
})
