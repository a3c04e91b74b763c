import type { Colors } from '../../terminal/terminal.ts'

/** What a threshold does and what to write to use it. */
export function thresholdLines(
  router: string,
  threshold: number,
  colors: Colors,
  strongPercent?: number,
): string[] {
  const written = plainDecimal(threshold)
  const byShare = strongPercent === undefined ? '' : `, or router-${router}-${strongPercent}pct`
  return [
    `Threshold ${colors.bold(written)}: prompts with a win rate of at least that go to the strong model, all others to the weak one.`,
    `Ask for the model ${colors.bold(`router-${router}-${written}`)}${byShare}.`,
  ]
}

/** Dollars with the digits that small sums need. */
export function dollars(usd: number): string {
  return `$${Number(usd.toPrecision(4))}`
}

/** As model names take it: no exponent, nothing rounded away that tells two win rates apart. */
function plainDecimal(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text
}
