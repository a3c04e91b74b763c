import type { Model } from '../catalogue/model.ts'

/** How a provider charges for its prompt cache, as multiples of the input price. */
export type CacheTerms = {
  readonly read: number
  readonly write: number
  /** Of a cache that lives for an hour. */
  readonly write1h: number
  /** Whether they are those of every model of the provider. */
  readonly isForAllModels: boolean
}

/** Prices of one model in US dollars per million tokens. */
export type CachePrices = {
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly output: number
}

/**
 * The published terms of the kinds of provider that are known to cache. Anthropic: reads .1, writes 1.25 for five
 * minutes and 2 for an hour. OpenAI and Azure: reads .1 for the models since GPT-5, writes at the input price; older
 * models read at .25 or .5, which their own cache prices say.
 */
const termsOfKinds: Readonly<Record<string, CacheTerms>> = {
  anthropic: { read: 0.1, write: 1.25, write1h: 2, isForAllModels: true },
  openai: { read: 0.1, write: 1, write1h: 1, isForAllModels: false },
  azure: { read: 0.1, write: 1, write1h: 1, isForAllModels: false },
}

/** @param kind the kind of a provider. @returns null for a kind that is not known to cache. */
export function findCacheTerms(kind: string): CacheTerms | null {
  return Object.hasOwn(termsOfKinds, kind) ? (termsOfKinds[kind] ?? null) : null
}

/**
 * The model with the cache prices that it lacks, as multiples of its input price, where the provider's terms are those of
 * every model: what it has read and written is then charged as the provider charges it.
 */
export function addCachePrices(model: Model, terms: CacheTerms | null): Model {
  const { inputUsdPerMillionTokens: input } = model
  if (terms === null || !terms.isForAllModels || input === undefined) return model
  return {
    cacheReadUsdPerMillionTokens: input * terms.read,
    cacheWriteUsdPerMillionTokens: input * terms.write,
    cacheWrite1hUsdPerMillionTokens: input * terms.write1h,
    ...model,
  }
}

/** Which prompt cache a model reads: its provider and upstream name. The effort does not change it. */
export function cacheIdentity({ provider, upstream }: Model): string {
  return `${provider}/${upstream}`
}

/**
 * The prices of a model: its own, then multiples of its input price by the provider's terms, then, for a provider that
 * is not known to cache, the input price itself. Null without an input or output price: no dollars are made up.
 */
export function findCachePrices(model: Model, terms: CacheTerms | null, isHour: boolean): CachePrices | null {
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = model
  if (input === undefined || output === undefined) return null
  const write = isHour ? model.cacheWrite1hUsdPerMillionTokens : model.cacheWriteUsdPerMillionTokens
  const writeMultiple = (isHour ? terms?.write1h : terms?.write) ?? 1
  return {
    input,
    cacheRead: model.cacheReadUsdPerMillionTokens ?? input * (terms?.read ?? 1),
    cacheWrite: write ?? input * writeMultiple,
    output,
  }
}

/**
 * Dollars to read a prompt of which `cachedTokens` are in the model's cache; the rest is written to it:
 * (cached · cache read + (prompt − cached) · cache write) / 10⁶.
 */
export function promptUsd(prices: CachePrices, promptTokens: number, cachedTokens: number): number {
  const cached = Math.min(promptTokens, cachedTokens)
  return (cached * prices.cacheRead + (promptTokens - cached) * prices.cacheWrite) / 1e6
}

/** What is expected of a conversation until it ends or the policy wants another model. */
export type ExpectedRest = {
  /** Requests, with this one; 1 or more. */
  readonly requests: number
  readonly promptTokens: number
  /** Tokens that the prompt grows by from one request to the next. */
  readonly growthTokens: number
  /** Tokens of each reply. */
  readonly outputTokens: number
  /**
   * How likely the current model is asked again after these requests, with a cache that has expired by then; in [0, 1].
   */
  readonly coldReturnShare: number
}

/**
 * Dollars for these requests at one model, if its cache holds `cachedTokens` now and stays warm.
 * With R requests, prompt P, growth g, output O and prices read r, write w, output o:
 *
 *     promptUsd(P, cached) + R·O·o + (R−1)·(P·r + g·w) + g·r·(R−1)(R−2)/2
 *
 * Each later request reads what the one before it has written, and writes what is new.
 */
export function restUsd(prices: CachePrices, rest: ExpectedRest, cachedTokens: number): number {
  const { requests, promptTokens, growthTokens, outputTokens } = rest
  const later = Math.max(0, requests - 1)
  const grown = (growthTokens * later * Math.max(0, later - 1)) / 2
  const read = later * promptTokens + grown
  const written = later * growthTokens
  const tokensUsd =
    read * prices.cacheRead + written * prices.cacheWrite + requests * outputTokens * prices.output
  return promptUsd(prices, promptTokens, cachedTokens) + tokensUsd / 1e6
}

/**
 * Dollars expected for coming back to a model whose cache has expired meanwhile: what its prompt costs written beyond what
 * it costs read, times `coldReturnShare`.
 */
export function returnUsd(prices: CachePrices, rest: ExpectedRest): number {
  const tokens = rest.promptTokens + rest.growthTokens * rest.requests
  return (rest.coldReturnShare * tokens * (prices.cacheWrite - prices.cacheRead)) / 1e6
}
