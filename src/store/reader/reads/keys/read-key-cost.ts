import { forecastCosts } from '../../../../gateway/accounts/forecast/forecast-costs.ts'
import type { Database } from '../../../database/open-database.ts'
import type { KeyCost, KeyCostQuery } from '../../answers/keys.ts'
import { dayMs, findPeriods, none, readAccountDays } from './account-days.ts'

/** The dollars of a key by day, and those of the coming 30 days. */
export async function readKeyCost(db: Database, { key, now }: KeyCostQuery): Promise<KeyCost> {
  const periods = findPeriods(now)
  const account = key === null ? 'gateway' : `key:${key}`
  const days = (await readAccountDays(db, periods, [account])).get(account)
  const { whole, first, today, month } = days ?? { whole: [], first: 0, today: none, month: none }
  return {
    ...periods,
    days: whole.map((usd, index) => ({ time: first + index * dayMs, usd })),
    todayUsd: today.usd,
    monthUsd: month.usd,
    forecast: forecastCosts(whole),
  }
}
