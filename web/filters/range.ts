/** A time that a view shows, as its query names it. */
export type Range = { readonly from: number; readonly to: number; readonly name: RangeName }
export type RangeName = '24h' | '7d' | '30d' | 'custom'

const hourMs = 3_600_000
const minuteMs = 60_000
export const ranges = [
  { name: '24h', title: '24 h', ms: 24 * hourMs },
  { name: '7d', title: '7 d', ms: 7 * 24 * hourMs },
  { name: '30d', title: '30 d', ms: 30 * 24 * hourMs },
] as const

/** Default: the last 7 days. The present minute counts whole, so that the same minute gives the same range. */
export function readRange(query: URLSearchParams, now: number): Range {
  const [from, to] = [parseDay(query.get('from')), parseDay(query.get('to'))]
  if (from !== null && to !== null && from <= to) return { from, to: to + 24 * hourMs, name: 'custom' }
  const { name, ms } = ranges.find((each) => each.name === query.get('range')) ?? ranges[1]
  const end = Math.ceil(now / minuteMs) * minuteMs
  return { from: end - ms, to: end, name }
}

/** The beginning of a day in the browser's time zone. */
function parseDay(text: string | null): number | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text ?? '')
  if (parts === null) return null
  const time = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])).getTime()
  return Number.isNaN(time) ? null : time
}

export function formatDay(time: number): string {
  const date = new Date(time)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
