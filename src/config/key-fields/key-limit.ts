import { toDisplayText } from '../../base/text/display.ts'

export const keyLimitNames = ['usdPerDay', 'usdPerMonth', 'requestsPerMinute', 'tokensPerMinute'] as const
export type KeyLimitName = (typeof keyLimitNames)[number]

export type ParsedKeyLimit =
  | { readonly kind: 'none' }
  | { readonly kind: 'limit'; readonly limit: number }
  | { readonly kind: 'problem'; readonly problem: string }

/**
 * Parses a limit that a person has typed: a plain decimal, with a dollar sign or spaces if they like. What it accepts is what the
 * settings of `keys` accept; empty is no limit.
 */
export function parseKeyLimit(name: KeyLimitName, text: string): ParsedKeyLimit {
  const written = text.replaceAll(/\s/g, '')
  if (written === '') return { kind: 'none' }
  const typed = written.replace(/^\$|\$$/, '') || written
  const limit = decimal.test(typed) ? Number(typed) : Number.NaN
  const { isWhole, least } = rules[name]
  const isAccepted = limit >= least && limit <= (isWhole ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE)
  return isAccepted && (!isWhole || Number.isInteger(limit))
    ? { kind: 'limit', limit }
    : findProblem(name, typed)
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
/** Commas between groups of three digits, as in `1,000`. */
const grouped = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/
const withDecimalComma = /^\d*,\d+$/

const usd = { isWhole: false, least: 0, example: '1.5' }
const perMinute = { isWhole: true, least: 1, example: '60' }
const rules = { usdPerDay: usd, usdPerMonth: usd, requestsPerMinute: perMinute, tokensPerMinute: perMinute }

function findProblem(name: KeyLimitName, typed: string): ParsedKeyLimit {
  const { isWhole, least, example } = rules[name]
  const shown = toDisplayText(typed, 40)
  const explain = (): string => {
    if (grouped.test(typed)) return `"${shown}" has a comma: write ${typed.replaceAll(',', '')}`
    if (withDecimalComma.test(typed) && !isWhole)
      return `"${shown}" has a comma: write ${typed.replace(',', '.')}`
    if (!decimal.test(typed)) return `"${shown}" is not a number: write one such as ${example}`
    if (Number(typed) < least) return `${shown} is too small: at least ${least}`
    if (isWhole && !Number.isInteger(Number(typed))) return `${shown} is not a whole number`
    return `${shown} is too large`
  }
  return { kind: 'problem', problem: explain() }
}
