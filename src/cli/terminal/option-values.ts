import { InvalidArgumentError } from 'commander'

/** Readers of option values. Commander puts the option and the value before each message. */
export function thresholdValue(text: string): number {
  const value = decimal(text)
  if (value >= 0 && value <= 1) return value
  const hint =
    value > 1 && value <= 100
      ? ` A share of strong calls is written in the model name: router-mf-${text}pct.`
      : ''
  throw new InvalidArgumentError(`A threshold is a win rate from 0 to 1, such as 0.5.${hint}`)
}

export function strongFractionValue(text: string): number {
  const value = decimal(text)
  if (value >= 0 && value <= 1) return value
  const hint = value > 1 && value <= 100 ? ` Did you mean ${Number((value / 100).toPrecision(12))}?` : ''
  throw new InvalidArgumentError(
    `The share of strong calls is a fraction from 0 to 1, such as 0.5 for half of the prompts.${hint}`,
  )
}

/** A share: greater than 0, at most 1. */
export function fractionValue(text: string): number {
  const value = decimal(text)
  if (value > 0 && value <= 1) return value
  const hint = value > 1 && value <= 100 ? ` Did you mean ${Number((value / 100).toPrecision(12))}?` : ''
  throw new InvalidArgumentError(`Must be a fraction above 0 and at most 1, such as 0.05 or 0.95.${hint}`)
}

/** A part that leaves something, as a risk or a confidence does: 1 is refused too. */
export function properFractionValue(text: string): number {
  const value = fractionValue(text)
  if (value < 1) return value
  throw new InvalidArgumentError('Must be below 1: nothing measured on a sample is certain.')
}

export function portValue(text: string): number {
  const value = decimal(text)
  if (Number.isInteger(value) && value >= 0 && value <= 65535) return value
  throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.')
}

export function wholeNumber(text: string): number {
  const value = decimal(text)
  if (Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('Must be a whole number, 0 or more.')
}

export function countValue(text: string): number {
  const value = decimal(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('Must be a whole number, 1 or more.')
}

/** `2.5,10`: dollars per million tokens, input and output. */
export function pricePair(text: string): readonly [input: number, output: number] {
  const [input = Number.NaN, output = Number.NaN, ...more] = text
    .split(',')
    .map((part) => decimal(part.trim()))
  if (Number.isFinite(input) && Number.isFinite(output) && more.length === 0) return [input, output]
  throw new InvalidArgumentError(
    'A price is two numbers, dollars per million tokens of input and of output, such as 2.5,10; 0,0 for a model that costs nothing.',
  )
}

export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError(`Must be a JSON object, such as '{"reasoning_effort":"low"}'.`)
}

export function nameList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw new InvalidArgumentError('Names are separated by single commas: mf,random.')
}

/** For an option that can be repeated. */
export function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

/** NaN for anything but digits with at most one point. */
function decimal(text: string): number {
  return /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN
}

export function positiveValue(text: string): number {
  const value = decimal(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Must be a number above 0.')
}

export function numberValue(text: string): number {
  const value = /^(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new InvalidArgumentError('Must be a number, 0 or more.')
}

/** `90m`, `24h`, `7d`: milliseconds. */
export function sinceValue(text: string): number {
  const found = /^(\d+)(m|h|d)$/.exec(text)
  const value = found === null ? 0 : Number(found[1]) * millisecondsOf[found[2] as 'm' | 'h' | 'd']
  if (value > 0 && value <= longestSinceMs) return value
  throw new InvalidArgumentError(
    'Must be minutes, hours or days, such as 90m, 24h or 7d, and at most 36500d.',
  )
}

const millisecondsOf = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const longestSinceMs = 36_500 * 86_400_000
