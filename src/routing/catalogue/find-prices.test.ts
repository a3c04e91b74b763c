import { describe, expect, it } from 'vitest'
import { MissingPackageError } from '../../errors.ts'
import { findPrices } from './find-prices.ts'
import type { PriceTable } from './prices.ts'

const price = (usd: number) => ({ inputUsdPerMillionTokens: usd, outputUsdPerMillionTokens: usd })
const table = (source: string, models: PriceTable['models']): PriceTable => ({
  asOf: '2026-11-01',
  source,
  models,
})
const day = new Date('2026-10-05')
const packaged = async (models: readonly string[]) =>
  table(
    'the package',
    Object.fromEntries(models.filter((model) => model === 'gpt-4o').map((model) => [model, price(9)])),
  )

describe('findPrices', () => {
  it('takes the first table that has a model, then the package, by any of its names', async () => {
    const tables = [
      table('mine', { llama: price(1) }),
      table('config', { llama: price(2), 'gpt-5': price(3) }),
    ]
    const { models, source } = await findPrices(
      ['llama', 'openai/gpt-5-2026-01-01', 'azure/gpt-4o-2024-08-06', 'other'],
      {
        tables,
        day,
        packaged,
      },
    )
    expect(
      [...models].map(([model, { inputUsdPerMillionTokens }]) => [model, inputUsdPerMillionTokens]),
    ).toEqual([
      ['llama', 1],
      ['openai/gpt-5-2026-01-01', 3],
      ['azure/gpt-4o-2024-08-06', 9],
    ])
    expect(source).toBe('mine; config; the package')
  })

  it('says what would help where the package is missing, and prices what the tables have', async () => {
    const missing = async () => {
      throw new MissingPackageError('missing-package', 'x')
    }
    const { models, advice } = await findPrices(['a', 'b'], {
      tables: [table('mine', { a: price(1) })],
      day,
      packaged: missing,
    })
    expect([...models.keys()]).toEqual(['a'])
    expect(advice).toMatch(/npm install @pydantic\/genai-prices/)
  })

  it('does not need the package where the tables have everything', async () => {
    const never = async () => {
      throw new Error('asked')
    }
    expect(
      (await findPrices(['a'], { tables: [table('mine', { a: price(1) })], day, packaged: never })).models
        .size,
    ).toBe(1)
  })
})
