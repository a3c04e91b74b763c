/** How much quality dollars have to bring, so that requests cost no more than a ceiling on average. */
export type DollarPrice = {
  /** Quality, from 0, that as many dollars as the ceiling have to bring. */
  readonly value: number
  /** A request has cost this. */
  add(usd: number): void
}

/**
 * The dual variable of the ceiling, by gradient steps: λ ← max(0, λ + η (usd/ceiling − 1)), at most 5.
 *
 * Of n requests the mean is at most ceiling · (1 + (λₙ − λ₀)/(η n)) as long as λ stays below 5, whatever the prompts and the
 * answers: each step adds up. So λ begins high, and falls as long as requests cost less. Primal–dual bandits with budgets: Agrawal and
 * Devanur (NeurIPS 2016); a ceiling for each request of an endless stream is the setting of ParetoBandit.
 */
export function createDollarPrice(ceilingUsd: number): DollarPrice {
  let price = firstPrice
  return {
    get value() {
      return price
    },
    add(usd) {
      price = Math.min(highestPrice, Math.max(0, price + step * (usd / ceilingUsd - 1)))
    },
  }
}

const firstPrice = 0.2
const step = 0.004
/** So that a time in which even the cheapest candidate is too dear does not last in it. */
const highestPrice = 5
