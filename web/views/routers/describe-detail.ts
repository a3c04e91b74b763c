import { describeLimits } from '../keys/form/limits.ts'

/** What an event of the audit trail says besides who did what: its sentence, from what to what, or the router that it is about. */
export function describeDetail(action: string, detail: unknown): string {
  if (!isRecord(detail)) return '–'
  const { why, router, before, after, isDryRun } = detail
  if (typeof why === 'string') return why
  switch (action) {
    case 'create-key':
      return `With the limits: ${listLimits(detail)}.`
    case 'revoke-key':
      return `Its limits were: ${listLimits(detail)}.`
    case 'change-key':
      if (isRecord(before) && isRecord(after)) return describeChange(before, after)
      break
    case 'learn-start':
      return isDryRun === true ? 'Only compares.' : 'Trains, and promotes if better.'
  }
  return typeof router === 'string' ? router : '–'
}

type Settings = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null
}

function listLimits(settings: Settings): string {
  return describeLimits(settings).join('; ') || 'none'
}

/** `From $5.00 a day to $1.00 a day.`: only what differs. */
function describeChange(before: Settings, after: Settings): string {
  const [old, then] = [describeLimits(before), describeLimits(after)]
  const list = (lines: readonly string[]) => lines.join('; ') || 'no limit'
  return `From ${list(old.filter((line) => !then.includes(line)))} to ${list(then.filter((line) => !old.includes(line)))}.`
}
