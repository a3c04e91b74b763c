/** What a person calls a setting of a key, by its name in the file. */
export const keyFieldTitles = {
  name: 'Name',
  usdPerDay: 'Daily budget',
  usdPerMonth: 'Monthly budget',
  pacing: 'Pacing',
  requestsPerMinute: 'Requests a minute',
  tokensPerMinute: 'Tokens a minute',
  models: 'Models',
  policies: 'Policies',
  region: 'Region',
  tags: 'Tags',
} as const
