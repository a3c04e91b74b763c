// What a conversation costs, billed as the providers publish it and independently of the gateway's own estimates.

const cacheSeconds = 300
const leastCachedTokens = 1024

/** A bill of one conversation. The caches are those of the providers: one per model, each for five minutes. */
export function createBill() {
  const caches = new Map()
  let usd = 0
  return {
    get usd() {
      return usd
    },
    /** @returns the tokens that were read from the cache */
    add(model, { at, promptTokens, outputTokens, kind }) {
      if (kind === 'compaction') caches.clear()
      const cache = caches.get(model.name)
      const held =
        cache !== undefined && at - cache.at < cacheSeconds ? Math.min(cache.tokens, promptTokens) : 0
      const cached = held < leastCachedTokens ? 0 : held
      const { input, read, write, output } = model.prices
      usd += (cached * input * read + (promptTokens - cached) * input * write + outputTokens * output) / 1e6
      caches.set(model.name, { tokens: promptTokens, at })
      return cached
    },
  }
}
