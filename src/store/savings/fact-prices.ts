import type { Model } from '../../routing/catalogue/model.ts'
import type { Facts } from './facts.ts'

export type Prices = readonly [input: number, read: number, write: number, write1h: number, output: number]

export function toPrices(model: Model): Prices | null {
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = model
  if (input === undefined || output === undefined) return null
  return [
    input,
    model.cacheReadUsdPerMillionTokens ?? input,
    model.cacheWriteUsdPerMillionTokens ?? input,
    model.cacheWrite1hUsdPerMillionTokens ?? input,
    output,
  ]
}

/** As `findCallUsd`, of what is read from the cache not being written to it. */
export function callUsd(
  prices: Prices,
  facts: Facts,
  at: number,
  cachedTokens: number,
  output: number,
): number {
  const input = facts.input[at]!
  const cached = Math.min(cachedTokens, input)
  const left = input - cached
  const written1h = Math.min(facts.written1h[at]!, left)
  const written = Math.min(facts.written[at]!, left - written1h)
  const usd =
    (left - written - written1h) * prices[0] +
    cached * prices[1] +
    written * prices[2] +
    written1h * prices[3] +
    output * prices[4]
  return usd / 1e6
}
