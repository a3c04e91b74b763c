const fewestDigits = 4
const mostDigits = 17

/**
 * Formats a threshold or a tolerance for a person: `0.7072`, with four digits that count, or as many as tell it from others.
 * What is put in service, or asked for by name, is written with `formatExactSetting`.
 *
 * @param others settings that must not read the same; 0 and 1 never do.
 */
export function formatSetting(setting: number, others: readonly number[] = []): string {
  const different = [0, 1, ...others].filter((other) => other !== setting)
  for (let digits = fewestDigits; digits < mostDigits; digits++) {
    const text = formatDigits(setting, digits)
    if (!different.some((other) => formatDigits(other, digits) === text)) return text
  }
  return formatExactSetting(setting)
}

/** Formats a setting as it is, as a plain decimal: the number of the text is the setting. */
export function formatExactSetting(setting: number): string {
  return formatDigits(setting, mostDigits)
}

/** By their digits: `toLocaleString` makes one for each number, which takes longer than drawing the curve. */
const formatters = new Map<number, Intl.NumberFormat>()

function formatDigits(setting: number, digits: number): string {
  let formatter = formatters.get(digits)
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat('en', { maximumSignificantDigits: digits, useGrouping: false })
    formatters.set(digits, formatter)
  }
  return formatter.format(setting)
}
