import type { Interval } from '../savings/savings-curve.ts'

/** `$1,234`, `$12.34`, `$0.0012`: so many digits that a small amount is not 0. */
export function usd(value: number): string {
  const size = Math.abs(value)
  const digits =
    size === 0 || size >= 100 ? 0 : size >= 0.1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(size)))
  const text = size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${value < 0 ? '−' : ''}$${text}`
}

/** `41 %`, `4.1 %`: one decimal below a tenth. */
export function percent(fraction: number): string {
  const value = Number((fraction * 100).toFixed(Math.abs(fraction) < 0.1 ? 1 : 0))
  return `${value < 0 ? '−' : ''}${Math.abs(value)} %`
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

export function range([low, high]: Interval, inWords: (value: number) => string): string {
  return `${inWords(low)} to ${inWords(high)}`
}

/** `17 times`: two digits. */
export function ratio(value: number): string {
  return String(Number(value.toPrecision(2)))
}
