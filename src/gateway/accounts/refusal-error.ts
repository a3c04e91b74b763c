import { RouteLLMError } from '../../errors.ts'
import type { Refusal } from './ledger.ts'

/** The error of a request that a ledger refused: `rate-limit-exceeded` or `budget-exceeded`, both 429. */
export function toRefusalError({ account, limit, retryAfterSeconds }: Refusal): RouteLLMError {
  const details = { status: 429, ...(retryAfterSeconds !== null && { retryAfterSeconds }) }
  const wait = retryAfterSeconds === null ? '' : ` Try again in ${formatSeconds(retryAfterSeconds)}.`
  switch (limit) {
    case 'requestsPerMinute':
    case 'tokensPerMinute': {
      const most = account[limit]?.toLocaleString('en')
      const what = limit === 'requestsPerMinute' ? 'requests' : 'tokens'
      return new RouteLLMError(
        'rate-limit-exceeded',
        `The limit of ${account.label} is ${most} ${what} a minute, and this request is more than is left of it.${wait}`,
        details,
      )
    }
    case 'usdPerDay':
    case 'usdPerMonth': {
      const period = limit === 'usdPerDay' ? 'day' : 'month'
      return new RouteLLMError(
        'budget-exceeded',
        `The budget of ${account.label} is $${account[limit]} a ${period} (UTC), and this request may cost more than is left of it.${wait}`,
        details,
      )
    }
    case 'unpriced':
      return new RouteLLMError(
        'budget-exceeded',
        `The dollars of ${account.label} are limited, and the model has no price, so it cannot be used. Give it prices, or name another model.`,
        details,
      )
  }
}

function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`
}
