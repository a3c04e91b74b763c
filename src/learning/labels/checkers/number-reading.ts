/** A number as a text writes it. */
export type ReadNumber = {
  /** As written. */
  readonly text: string
  /** With a percent sign, the number before it: 50 of `50%`. */
  readonly value: number
  readonly isPercent: boolean
}

/** Something that begins like a number and has no one reading: `3,14`, `12:30`, `40-42`, `3/4/2020`, `42k`, `2^5`, `2π`. */
export type UnreadableNumber = { readonly text: string; readonly value: null }

const start = /\d|\.\d|[½⅓⅔¼¾⅕⅛]|\\[dt]?frac\s?\{/gu
const word = /[\p{L}\p{N}_]+/uy
/** Digits, and whatever joins digits; what that means is decided after. */
const digits = /(?:\d+|\.\d+)(?:[,.:/–-]\d+)*/y
const latexFraction = /\\[dt]?frac\s?\{\s?(-?\d{1,20})\s?\}\s?\{\s?(\d{1,20})\s?\}/y
const fractionPart = /\s?([½⅓⅔¼¾⅕⅛])|\s(\d{1,9}\/\d{1,9})(?![\d/])/uy
const powerOfTen =
  /[eE]([+-]?\d{1,3})(?![\p{L}\d])|\s?(?:×|x|\*|\\times|\\cdot)\s?10\s?\^\s?\{?([-−+]?\d{1,3})\}?/uy
const suffix =
  /(?<percent>\s?\\?%|\s?per\s?cent\b)|\s?(?<magnitude>thousand|million|billion|trillion)\b|(?<ordinal>st|nd|rd|th)\b|(?<unclear>[kKMBxyn](?!\p{L})|\s?(?:π|√|\\pi|\\sqrt)|\s?\^(?!\{?\\circ))/uy
const plain = /^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$|^\.\d+$/

const vulgarFractions: Readonly<Record<string, number>> = {
  '½': 1 / 2,
  '⅓': 1 / 3,
  '⅔': 2 / 3,
  '¼': 1 / 4,
  '¾': 3 / 4,
  '⅕': 1 / 5,
  '⅛': 1 / 8,
}
const magnitudes: Readonly<Record<string, number>> = {
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
}

/**
 * Every number of a text, in order. Ordinals (`2nd`), exponents (`m^2`) and digits within words (`H2O`) are not
 * numbers. A minus is a sign if it touches the number and nothing touches it from the left, so `5-3` and a list's `- 3`
 * have no sign. Takes time proportional to the text.
 */
export function readNumbers(text: string): (ReadNumber | UnreadableNumber)[] {
  const numbers: (ReadNumber | UnreadableNumber)[] = []
  start.lastIndex = 0
  for (let found = start.exec(text); found !== null; found = start.exec(text)) {
    const at = found.index
    if (/[\p{L}_^]/u.test(text[at - 1] ?? '') || text.endsWith('^{', at)) {
      start.lastIndex = endOf(word, text, at) ?? at + 1
      continue
    }
    const read = readAt(text, at)
    start.lastIndex = read.end
    if (read.number !== undefined) numbers.push(read.number)
  }
  return numbers
}

type ReadAt = { readonly end: number; readonly number?: ReadNumber | UnreadableNumber }

function readAt(text: string, at: number): ReadAt {
  const size = sizeAt(text, at)
  const power = matchAt(powerOfTen, text, size.end)
  const end = size.end + (power?.[0].length ?? 0)
  const after = matchAt(suffix, text, end)
  const { percent, magnitude, ordinal, unclear } = after?.groups ?? {}
  if (ordinal !== undefined) return { end: end + ordinal.length }
  const { from, isNegative } = signedStart(text, at)
  const last = end + (after?.[0].length ?? 0)
  const written = text.slice(from, last)
  const exponent = (power?.[1] ?? power?.[2] ?? '0').replace('−', '-')
  const value = scaled(size.value, Number(exponent)) * (magnitudes[magnitude ?? ''] ?? 1)
  const isUnclear = unclear !== undefined || /√|sqrt[{(]$/.test(text.slice(Math.max(0, at - 5), at))
  if (isUnclear || !Number.isFinite(value)) return { end: last, number: { text: written, value: null } }
  // Not −0.
  const signed = isNegative && value !== 0 ? -value : value
  return { end: last, number: { text: written, value: signed, isPercent: percent !== undefined } }
}

/** Goes through text because 10⁻³²⁴ alone is 0. NaN if there is no size. */
function scaled(size: number | null, exponent: number): number {
  if (size === null) return Number.NaN
  const text = String(size)
  return exponent === 0 ? size : text.includes('e') ? size * 10 ** exponent : Number(`${text}e${exponent}`)
}

type Size = { readonly value: number | null; readonly end: number }

/** `3`, `1,234.5`, `3/4`, `1 1/2`, `1½`, `\frac{3}{4}`. */
function sizeAt(text: string, at: number): Size {
  const frac = matchAt(latexFraction, text, at)
  if (frac !== null) return { value: quotient(Number(frac[1]), Number(frac[2])), end: at + frac[0].length }
  const whole = matchAt(digits, text, at)?.[0] ?? ''
  const behind = at + whole.length
  const part = matchAt(fractionPart, text, behind)
  if (part === null) return { value: plainOrFraction(whole), end: Math.max(behind, at + 1) }
  const size = whole === '' ? 0 : plain.test(whole) ? Number(whole.replaceAll(',', '')) : null
  const rest = vulgarFractions[part[1] ?? ''] ?? plainOrFraction(part[2] ?? '')
  const value = size === null || rest === null ? null : size + rest
  return { value, end: behind + part[0].length }
}

function plainOrFraction(text: string): number | null {
  if (plain.test(text)) return Number(text.replaceAll(',', ''))
  const [, numerator, denominator] = /^(\d{1,20})\/(\d{1,20})$/.exec(text) ?? []
  return numerator === undefined ? null : quotient(Number(numerator), Number(denominator))
}

function quotient(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator
}

/** The position at which the number begins, with its currency and sign: `-$5`, `$-5`. */
function signedStart(text: string, at: number): { readonly from: number; readonly isNegative: boolean } {
  const hasMinus = (before: number) => /[-−–]/.test(text[before - 1] ?? '') && isFree(text[before - 2])
  if (hasMinus(at)) return { from: at - 1, isNegative: true }
  const from = /[$€£¥]/.test(text[at - 1] ?? '') ? at - 1 : at
  return from < at && hasMinus(from) ? { from: from - 1, isNegative: true } : { from, isNegative: false }
}

/** Nothing that a minus could subtract from. */
function isFree(before: string | undefined): boolean {
  return before === undefined || !/[\p{L}\p{N})\]}%]/u.test(before)
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  const match = matchAt(pattern, text, at)
  return match === null ? undefined : at + match[0].length
}
