import { expect, it } from 'vitest'
import { describeDetail } from '../../../web/views/routers/describe-detail.ts'

it('says from what to what the limits of a key were changed, and not what stays', () => {
  const before = { name: 'trial', usdPerDay: 5, tokensPerMinute: 100, pacing: true }
  expect(describeDetail('change-key', { before, after: { ...before, usdPerDay: 1 } })).toBe(
    'From $5.00 a day to $1.00 a day.',
  )
  const after = { name: 'trial', usdPerDay: 5, pacing: true }
  expect(describeDetail('change-key', { before, after })).toBe('From 100 tokens a minute to no limit.')
})

it('says what limits a key has that is made or revoked, and what a run does', () => {
  expect(describeDetail('create-key', { usdPerMonth: 20, pacing: false })).toBe(
    'With the limits: $20.00 a month; not paced.',
  )
  expect(describeDetail('revoke-key', {})).toBe('Its limits were: none.')
  expect(describeDetail('learn-start', { policy: 'desk', isDryRun: true })).toBe('Only compares.')
  expect(describeDetail('promote', { router: 'learned-1', why: 'It is cheaper.' })).toBe('It is cheaper.')
  expect(describeDetail('create-key', null)).toBe('–')
})
