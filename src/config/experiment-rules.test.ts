import { expect, it } from 'vitest'
import { parseConfig } from './parse-config.ts'

const file = (rule: string) => `version: 1
policies: { one: { kind: fixed, model: strong }, two: { kind: fixed, model: weak } }
experiments:
  cheaper:
    control: one
    treatment: two
    plannedSessions: 10
    mostUsdPerSession: 0.5
    success:
      - { outcome: usd, is: below, limit: 0 }
    guards:
      - ${rule}
`

it.each([
  [
    '{ outcome: quality, is: below, limit: -2 }',
    'no difference of quality can pass; it must be between -1 and 1',
  ],
  ['{ outcome: usd, is: above, limit: 1 }', 'no difference of usd can pass; it must be between -0.5 and 0.5'],
  [
    '{ outcome: usd, of: treatment, is: below, limit: 0 }',
    'no mean of usd can pass; it must be between 0 and 0.5',
  ],
])('refuses the limit of %s at its line', (rule, message) => {
  expect(() => parseConfig(file(rule), 'f.yaml')).toThrow(
    new RegExp(`f\\.yaml:12: experiments\\.cheaper\\.guards.*limit: .*${message}`),
  )
})

it('takes limits that can be passed', () => {
  const [experiment] = parseConfig(
    file('{ outcome: quality, is: below, limit: -0.02 }'),
    'f.yaml',
  ).experiments
  expect(experiment?.guards).toHaveLength(1)
})
