import { formatFixed, toMinus } from '../../src/base/text/format/format-number.ts'

/** Numbers as the page shows them. A negative one has a minus (U+2212), as in all of the project. */

const missing = '–'

/** `$12.40`, `$0.0031`, `−$3.20`: two digits after the point, or for small amounts two that count. */
export function formatUsd(usd: number | null): string {
  if (usd === null) return missing
  // A word joiner, because a browser may break the line between a minus and a $.
  const sign = usd < 0 ? '−\u2060' : ''
  const size = Math.abs(usd)
  return `${sign}$${formatAmount(size)}`
}

/** `$12.40 (9.10 to 15.70)` */
export function formatUsdInterval(usd: number, interval: readonly [number, number] | null): string {
  if (interval === null) return formatUsd(usd)
  const [low, high] = interval.map((end) => `${end < 0 ? '−' : ''}${formatAmount(Math.abs(end))}`)
  return `${formatUsd(usd)} (${low} to ${high})`
}

function formatAmount(size: number): string {
  if (size === 0) return '0.00'
  if (size >= 1000) return groupThousands(Math.round(size))
  if (size >= 0.995) return size.toFixed(2)
  if (size < 1e-9) return '0.00'
  const digits = Math.min(9, 1 - Math.floor(Math.log10(size)))
  return size.toFixed(Math.max(2, digits))
}

export function formatCount(count: number | null): string {
  if (count === null) return missing
  if (count >= 10_000_000) return `${(count / 1e6).toFixed(1)} M`
  return toMinus(groupThousands(Math.round(count) || 0))
}

/** By hand: a chart has hundreds of them, and `toLocaleString` makes a formatter for each. */
function groupThousands(whole: number): string {
  return String(whole).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `42 %`; below 10 % with a digit after the point. */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return missing
  const percent = share * 100
  if (percent > 0 && percent < 0.05) return '< 0.1 %'
  if (percent < 0 && percent > -0.05) return '> −0.1 %'
  return `${formatFixed(percent, Math.abs(percent) < 10 && percent !== 0 ? 1 : 0)} %`
}

/** `0.31 ms`, `180 ms`, `1.2 s`, `2 min 5 s` */
export function formatMs(ms: number | null): string {
  if (ms === null) return missing
  if (ms < 0) return `−${formatMs(-ms)}`
  if (ms < 1) return `${ms.toFixed(2)} ms`
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

// Made when a time is first shown: each takes as long as the first drawing of the page.
let dayTime: Intl.DateTimeFormat | null = null
let exactTime: Intl.DateTimeFormat | null = null

export function formatTime(time: number): string {
  dayTime ??= new Intl.DateTimeFormat(undefined, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return dayTime.format(time)
}

export function formatExactTime(time: number): string {
  exactTime ??= new Intl.DateTimeFormat(undefined, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
  })
  return exactTime.format(time)
}

export function formatScore(score: number | null): string {
  return score === null ? missing : formatFixed(score, 3)
}
