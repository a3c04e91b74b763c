/** What a table shows in place of a number that was not measured. */
const noNumber = '–'

/** Formats dollars: `$1,234`, `$12.34`, `$0.0012`. A small amount gets as many digits as it needs to differ from 0. */
export function formatUsd(value: number): string {
  if (!Number.isFinite(value)) return noNumber
  const size = Math.abs(value)
  const digits =
    size === 0 || size >= 100 ? 0 : size >= 0.1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(size)))
  const text = size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${value < 0 ? '−' : ''}$${text}`
}

/** The text of a number with a minus (U+2212) in place of a hyphen. */
export function toMinus(text: string): string {
  return text.replace(/^-/, '−')
}

/** Formats with so many decimals: `0.31`, `−0.60`; zero has no sign. A value that is no finite number is a dash. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return noNumber
  const text = value.toFixed(decimals)
  return Number(text) === 0 ? text.replace('-', '') : toMinus(text)
}

/** Formats a difference with its sign: `+0.0160`, `−0.0010`. What rounds to zero is `+0.0000`. */
export function formatSigned(value: number, decimals: number): string {
  const text = formatFixed(value, decimals)
  if (text === noNumber) return text
  return text.startsWith('−') ? text : `+${text}`
}

/**
 * Formats a fraction in percent: `41 %`, `4.1 %`. A value that is no finite number is a dash.
 *
 * @param decimals the most decimals. Default: one below 10 %, none from there on.
 */
export function formatPercent(fraction: number, decimals = Math.abs(fraction) < 0.1 ? 1 : 0): string {
  if (!Number.isFinite(fraction)) return noNumber
  const value = Number((fraction * 100).toFixed(decimals))
  return `${value < 0 ? '−' : ''}${Math.abs(value)} %`
}

/** Formats a whole number with separators of thousands: `12,345`. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US')
}

/** Formats what there is of what is needed: `12 of 40`, or `358 (59 are enough)`. */
export function formatOfNeeded(count: number, needed: number): string {
  return count < needed
    ? `${formatCount(count)} of ${formatCount(needed)}`
    : `${formatCount(count)} (${formatCount(needed)} are enough)`
}

/** Formats an interval: `4 % to 7 %`. */
export function formatRange(
  [low, high]: readonly [low: number, high: number],
  format: (value: number) => string,
): string {
  return `${format(low)} to ${format(high)}`
}

/** Formats a ratio with two significant digits: `17`, `2.3`. */
export function formatRatio(value: number): string {
  if (!Number.isFinite(value)) return noNumber
  return String(Number(value.toPrecision(2)))
}
