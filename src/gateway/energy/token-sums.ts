import type { CostedRequest } from '../savings/costed-request.ts'
import type { TokenSums } from './estimate-energy.ts'

/** Adds up the tokens of requests by what decided them. */
export function createTokenSums() {
  const sums = new Map<string, { -readonly [Key in keyof TokenSums]: TokenSums[Key] }>()
  return {
    add({
      model,
      policy,
      router,
      tokens,
    }: Pick<CostedRequest, 'model' | 'policy' | 'router' | 'tokens'>): void {
      if (model === null || tokens === null) return
      const names = { model, policy: policy ?? '', router: router ?? '' }
      const key = JSON.stringify(names)
      const sum = sums.get(key) ?? { ...names, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }
      sums.set(key, sum)
      sum.inputTokens += tokens.input
      sum.cachedInputTokens += tokens.cachedInput
      sum.outputTokens += tokens.output
    },
    sums(): readonly TokenSums[] {
      return [...sums.values()]
    },
  }
}
