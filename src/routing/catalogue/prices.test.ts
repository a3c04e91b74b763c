import { describe, expect, it } from 'vitest'
import { costOfCall } from './prices.ts'

const prices = {
  asOf: '2024-06-01',
  source: 'the price pages of that day',
  models: {
    big: { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 30 },
    free: { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 },
  },
}
const tokens = { inputTokens: 95, outputTokens: 264 }

describe('dollars', () => {
  it('multiplies tokens by prices', () => {
    expect(costOfCall('big', tokens, prices)).toEqual({ kind: 'priced', usd: (950 + 7920) / 1e6 })
    expect(costOfCall('free', tokens, prices)).toEqual({ kind: 'priced', usd: 0 })
  })

  it('calls a model without a price unpriced', () => {
    expect(costOfCall('constructor', tokens, prices)).toEqual({ kind: 'unpriced', models: ['constructor'] })
  })

  it('refuses counts and prices that are none', () => {
    expect(() => costOfCall('big', { inputTokens: -1, outputTokens: 1 }, prices)).toThrow(/-1 input/)
  })
})
