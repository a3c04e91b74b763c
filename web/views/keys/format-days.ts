import type { LastUse } from '../../../src/store/reader/answers/keys.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const longDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** `21 December`, of UTC. */
export function formatDate(time: number): string {
  return longDay.format(time)
}

/** `21 Dec`, of UTC. */
export function formatShortDate(time: number): string {
  return shortDay.format(time)
}

/** `this hour`, `3 h ago`, `5 d ago` */
export function formatLastUse(use: LastUse | null, now: number): string {
  if (use === null) return '–'
  const hours = Math.floor((now - use.time) / hourMs)
  if (use.unit === 'hour') return hours <= 0 ? 'this hour' : `${hours} h ago`
  const days = Math.floor((now - use.time) / dayMs)
  return days <= 0 ? 'today' : `${days} d ago`
}
