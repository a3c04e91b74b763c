import { expect, it } from 'vitest'
import { describePace } from '../../web/views/keys/cost/describe-pace.ts'

const dayMs = 86_400_000
const today = Date.UTC(2026, 11, 11)
const paced = {
  days: [1, 3].map((usd, index) => ({ time: today - (2 - index) * dayMs, usd })),
  forecast: { kind: 'unknown' as const, days: 2, neededDays: 21 },
  today,
  monthEnd: Date.UTC(2027, 0, 1),
  monthUsd: 5,
  todayUsd: 1,
  usdPerMonth: 14,
}

it('divides what is left by the mean of a day: $2 a day, $10 from today on, so five days', () => {
  const text = describePace(paced)
  expect(text).toMatch(/^Plain arithmetic, no forecast: \$2\.00 a day on average of the last 2 whole days\. /)
  expect(text).toMatch(/used up on .*16.*\. A forecast is possible from .*30.* on\.$/)
})

it('says that a budget would last, and gives the mean alone without a budget or with one that is used up', () => {
  expect(describePace({ ...paced, usdPerMonth: 100 })).toMatch(/would last until its end/)
  for (const usdPerMonth of [null, 5])
    expect(describePace({ ...paced, usdPerMonth })).not.toMatch(/At that pace/)
})

it('says nothing beside a forecast or of a key that has used nothing', () => {
  const forecast = { kind: 'known' as const, usd: 1, low: 1, high: 1, days: [] }
  expect(describePace({ ...paced, forecast })).toBeNull()
  expect(describePace({ ...paced, days: [] })).toBeNull()
  expect(describePace({ ...paced, days: [{ time: today - dayMs, usd: 0 }] })).toBeNull()
})
