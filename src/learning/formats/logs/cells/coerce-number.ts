/**
 * A finite number of 0 or more, also as text: `12`, `$0.0031`, `1,040`, `1 040`, `0,0031` (a decimal comma). Undefined for
 * anything else.
 */
export function coerceNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? parseNumber(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

/** A count, such as tokens. Counts are whole, so `1.040` as text is 1040. */
export function coerceCount(value: unknown): number | undefined {
  return typeof value === 'string' && /^\s*[1-9]\d{0,2}(?:\.\d{3})+\s*$/.test(value)
    ? coerceNumber(value.replaceAll('.', ''))
    : coerceNumber(value)
}

/**
 * A cost in dollars above 0. Loggers write 0 for a model without a price. Of an object (`{"input", "output", "total"}`)
 * its total. `1,040` as text is a thousand or about one, so it is no cost.
 */
export function coerceCost(value: unknown): number | undefined {
  const cost = coerceCostOrZero(value)
  return cost === 0 ? undefined : cost
}

/** As `coerceCost`, for a log whose 0 is a price of nothing. */
export function coerceCostOrZero(value: unknown): number | undefined {
  if (typeof value === 'string' && /^\D*[1-9]\d{0,2},\d{3}\D*$/.test(value.slice(0, 40))) return undefined
  if (typeof value !== 'object' || value === null) return coerceNumber(value)
  const parts: { readonly [name: string]: unknown } = { ...value }
  return (
    coerceNumber(parts.total) ??
    coerceNumber(parts.total_cost) ??
    coerceNumber(parts.totalCost) ??
    coerceNumber(parts.total_usd)
  )
}

const thousands = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/
const spacedThousands = /^[1-9]\d{0,2}(?:[ \u00a0\u202f'’_]\d{3})+(?:[.,]\d+)?$/
const dottedThousands = /^[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})$/
const decimalComma = /^\d+,\d+$/
const longestNumber = 40

function parseNumber(given: string): number | undefined {
  if (given.length > longestNumber) return undefined
  const text = given.trim().replace(/^(?:US\$|USD|\$)\s*|\s*(?:US\$|USD|\$)$/gi, '')
  if (text === '') return undefined
  if (thousands.test(text)) return Number(text.replaceAll(',', ''))
  if (spacedThousands.test(text)) return Number(text.replace(/[ \u00a0\u202f'’_]/g, '').replace(',', '.'))
  if (dottedThousands.test(text)) return Number(text.replaceAll('.', '').replace(',', '.'))
  return Number(decimalComma.test(text) ? text.replace(',', '.') : text)
}
