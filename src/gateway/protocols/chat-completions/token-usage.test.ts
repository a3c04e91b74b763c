import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readUsage } from './common/reply/usage.ts'
import { parseTokenUsage } from './token-usage.ts'

const counts = (usage: object) => {
  const { promptTokens, cachedPromptTokens, completionTokens } = parseTokenUsage(usage)!
  return [promptTokens, cachedPromptTokens, completionTokens]
}

describe('the usage of a chat completion', () => {
  it('has the reasoning of providers that count it in the total only', () => {
    const ofXai = {
      ...{ prompt_tokens: 32, completion_tokens: 9, total_tokens: 135 },
      ...{ prompt_tokens_details: { cached_tokens: 6 }, completion_tokens_details: { reasoning_tokens: 94 } },
    }
    expect(counts(ofXai)).toEqual([32, 6, 103])
    const ofOpenAI = {
      ...{ prompt_tokens: 32, completion_tokens: 103, total_tokens: 135 },
      completion_tokens_details: { reasoning_tokens: 94 },
    }
    expect(counts(ofOpenAI)).toEqual([32, 0, 103])
  })

  it('has the cached tokens that stand beside the details', () => {
    const shared = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 }
    expect(counts({ ...shared, prompt_cache_hit_tokens: 16, prompt_cache_miss_tokens: 4 })).toEqual([
      20, 16, 5,
    ])
    expect(counts({ ...shared, cached_tokens: 12 })).toEqual([20, 12, 5])
  })

  it('of embeddings has no output, and that of responses none beside its own', () => {
    expect(counts({ prompt_tokens: 8, total_tokens: 8 })).toEqual([8, 0, 0])
    expect(counts({ input_tokens: 8, output_tokens: 3, total_tokens: 50 })).toEqual([8, 0, 3])
  })

  it('property: costs spliced what it costs translated', () => {
    const count = fc.option(fc.oneof(fc.nat(1000), fc.constantFrom(-1, '3')), { nil: undefined })
    const usage = fc.record(
      {
        prompt_tokens: count,
        completion_tokens: count,
        total_tokens: count,
        cached_tokens: count,
        prompt_cache_hit_tokens: count,
        prompt_tokens_details: fc.record({ cached_tokens: count, cache_write_tokens: count }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(usage, (value) => {
        const spliced = parseTokenUsage(value)
        const translated = readUsage(value)
        expect(spliced === null ? null : { ...spliced }).toEqual(
          translated === null
            ? null
            : {
                promptTokens: translated.input,
                cachedPromptTokens: translated.cacheRead,
                cacheWritePromptTokens: translated.cacheWrite,
                cacheWrite1hPromptTokens: translated.cacheWrite1h,
                completionTokens: translated.output,
              },
        )
      }),
      { seed: 3, numRuns: 1000 },
    )
  })
})
