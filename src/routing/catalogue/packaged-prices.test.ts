import { describe, expect, it } from 'vitest'
import { packagedPrices } from './packaged-prices.ts'

const day = new Date('2026-11-29')

describe('packagedPrices', () => {
  it('leaves out a model whose entry has no price, which would look free', async () => {
    const { models, entries, source } = await packagedPrices(
      ['gpt-4o', 'mistral-nemo:free', 'whisper-1', 'no-such-model-9'],
      day,
    )
    expect(Object.keys(models)).toEqual(['gpt-4o'])
    expect(Object.keys(entries ?? {})).toEqual(['gpt-4o'])
    expect(source).not.toContain('mistral-nemo:free')
  })

  it('has the price of an embedder, which writes nothing', async () => {
    const { models } = await packagedPrices(['voyage-3'], day)
    expect(models['voyage-3']).toEqual({ inputUsdPerMillionTokens: 0.06, outputUsdPerMillionTokens: 0 })
  })
})
