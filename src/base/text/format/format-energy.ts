type Range = { readonly low: number; readonly high: number }

/** `12 Wh`, `1.2 to 1.9 kWh`: two digits that count, in the unit that fits the larger bound. */
export function formatWattHours(wattHours: Range): string {
  return formatInUnits(wattHours, ['Wh', 'kWh', 'MWh'])
}

/** `12 g`, `0.53 to 0.91 kg` */
export function formatGrams(grams: Range): string {
  return formatInUnits(grams, ['g', 'kg', 't'])
}

/** A saving, whose negative bounds are more: `12 to 30 Wh less`, `12 to 30 Wh more`, `0.25 kWh more to 1 kWh less`. */
export function formatLess({ low, high }: Range, format: (range: Range) => string): string {
  if (low >= 0) return `${format({ low, high })} less`
  if (high <= 0) return `${format({ low: -high, high: -low })} more`
  return `${format({ low: -low, high: -low })} more to ${format({ low: high, high })} less`
}

/** Each unit is a thousand of the one before. */
function formatInUnits({ low, high }: Range, units: readonly [string, string, string]): string {
  const size = Math.max(Math.abs(low), Math.abs(high))
  const step = size >= 999_500 ? 2 : size >= 999.5 ? 1 : 0
  const [from, to] = [low, high].map((end) => formatTwoDigits(end / 1000 ** step))
  return `${from === to ? to : `${from} to ${to}`} ${units[step]}`
}

function formatTwoDigits(value: number): string {
  const size = Math.abs(value)
  const rounded = size >= 100 ? Math.round(size) : Number(size.toPrecision(2))
  const text = rounded.toLocaleString('en', { maximumSignificantDigits: 3 })
  return value < 0 && rounded > 0 ? `−${text}` : text
}
