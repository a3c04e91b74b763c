import { expect, it } from 'vitest'
import { describeServedChange, type Served } from '../../../web/served/describe-served.ts'

const served: Served = { name: 'desk', router: 'mf', threshold: 0.45, canary: null, state: 'a' }
const canary = {
  ...{ router: 'learned-1', artifact: 'artifacts/learned-1', sha256: 'f00', threshold: 0.3 },
  ...{ share: 0.1, sessions: 500, since: '2026-11-28T00:00:00Z' },
}

it.each([
  [{ threshold: 0.450_01 }, 'mf at 0.45001 is in service for desk now, in place of mf at 0.45.'],
  [{ router: 'learned-1' }, 'learned-1 at 0.45 is in service for desk now, in place of mf at 0.45.'],
  [{ canary }, 'The canary learned-1 at 0.3 answers 10 % of the sessions of desk now.'],
  [{}, 'What the lock file has of desk is another now.'],
] satisfies [Partial<Served>, string][])('says what was changed to %o', (change, sentence) => {
  expect(describeServedChange(served, { ...served, state: 'b', ...change })).toBe(sentence)
})

it('says that a canary was removed', () => {
  expect(describeServedChange({ ...served, canary }, served)).toBe(
    'The canary learned-1 of desk was removed.',
  )
})
