/**
 * The number that the text of a table's cell stands for: `0.5`, `1e-3`, `1,040` and `1,040.5` with commas between
 * thousands, `0,5` with a comma for the point, `85 %` as 0.85. A text such as `1,040` is read as one thousand and
 * forty, since a comma for the point with three digits after it is as rare as it is ambiguous, except after a zero.
 *
 * @returns undefined if it is no number.
 */
export function parseTableNumber(text: string): number | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || /^[+-]?0[xob]/i.test(trimmed)) return undefined
  const percent = /^(.*\d)\s*%$/.exec(trimmed)
  if (percent !== null) {
    const number = parseTableNumber(percent[1] ?? '')
    return number === undefined ? undefined : number / 100
  }
  if (/^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed.replaceAll(',', ''))
  if (/^[+-]?\d+,\d+$/.test(trimmed)) return Number(trimmed.replace(',', '.'))
  const number = Number(trimmed)
  return Number.isFinite(number) ? number : undefined
}
