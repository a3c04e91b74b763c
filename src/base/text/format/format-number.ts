/** Formats dollars: `$1,234`, `$12.34`, `$0.0012`. A small amount gets as many digits as it needs to differ from 0. */
export function formatUsd(value: number): string {
  const size = Math.abs(value)
  const digits =
    size === 0 || size >= 100 ? 0 : size >= 0.1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(size)))
  const text = size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${value < 0 ? '−' : ''}$${text}`
}

/**
 * Formats a fraction in percent: `41 %`, `4.1 %`.
 *
 * @param decimals the most decimals. Default: one below 10 %, none from there on.
 */
export function formatPercent(fraction: number, decimals = Math.abs(fraction) < 0.1 ? 1 : 0): string {
  const value = Number((fraction * 100).toFixed(decimals))
  return `${value < 0 ? '−' : ''}${Math.abs(value)} %`
}

/** Formats a whole number with separators of thousands: `12,345`. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US')
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
  return String(Number(value.toPrecision(2)))
}
