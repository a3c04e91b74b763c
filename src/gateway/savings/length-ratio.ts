import type { Model } from '../../routing/catalogue/model.ts'
import type { LengthRatio } from './savings-meter.ts'

/** What two models have written to the same prompts. */
export type ComparedLengths = {
  readonly model: string
  readonly otherModel: string
  readonly pairs: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly otherUsd: number
}

/** Pairs from which a ratio is used. */
export const leastPairs = 30

/**
 * Σ output tokens of the baseline / Σ output tokens of the model, over the prompts that both answered. Those of the other
 * model are what its dollars leave after the prompt: (dollars · 10⁶ − prompt · input price) / output price.
 *
 * @returns 1 for two models with fewer than 30 pairs, or whose dollars do not say how much was written.
 */
export function createLengthRatio(
  lengths: readonly ComparedLengths[],
  models: readonly Model[],
): LengthRatio {
  const ratios = new Map<string, number>()
  for (const { model, otherModel, pairs, inputTokens, outputTokens, otherUsd } of lengths) {
    const other = models.find(({ name }) => name === otherModel)
    const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = other ?? {}
    if (
      pairs < leastPairs ||
      outputTokens === 0 ||
      input === undefined ||
      !(output !== undefined && output > 0)
    )
      continue
    const otherTokens = (otherUsd * 1e6 - inputTokens * input) / output
    if (otherTokens > 0) ratios.set(JSON.stringify([model, otherModel]), otherTokens / outputTokens)
  }
  return (model, baseline) => ratios.get(JSON.stringify([model, baseline])) ?? 1
}
