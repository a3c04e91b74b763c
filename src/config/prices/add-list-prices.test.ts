import { describe, expect, it } from 'vitest'
import { MissingPackageError } from '../../errors.ts'
import { loadPriceList, type PriceList } from '../../routing/catalogue/packaged/list-prices.ts'
import { parseConfig } from '../parse-config.ts'
import { addListPrices } from './add-list-prices.ts'

const day = new Date('2026-11-29T12:00:00Z')
const list: PriceList = {
  source: 'a list',
  find: (baseUrl, upstream) =>
    baseUrl === 'https://api.openai.com/v1' && upstream === 'gpt-5'
      ? {
          entry: 'openai gpt-5',
          prices: { inputUsdPerMillionTokens: 1.25, outputUsdPerMillionTokens: 10 },
          contextTokens: 400_000,
        }
      : undefined,
}

function parse(models: string) {
  return parseConfig(
    `version: 1
providers:
  openai: { kind: openai-compatible, baseUrl: https://api.openai.com/v1/ }
  local: { kind: openai-compatible, baseUrl: http://127.0.0.1:11434/v1 }
  demo: { kind: demo }
models: ${models}
policy: { strong: a, weak: b }
`,
    'f.yaml',
  )
}
const never = async () => {
  throw new Error('loaded')
}

describe('addListPrices', () => {
  it('gives a model at a provider’s own address its list price and context, and others none', async () => {
    const config = parse(
      '{ a: { provider: openai, upstream: gpt-5 }, b: { provider: local, upstream: gpt-5 }, c: { provider: demo, upstream: gpt-5 }, d: { provider: openai, upstream: gpt-6 } }',
    )
    const priced = await addListPrices(config, day, async () => list)
    expect(priced.models).toEqual([
      {
        name: 'a',
        provider: 'openai',
        upstream: 'gpt-5',
        inputUsdPerMillionTokens: 1.25,
        outputUsdPerMillionTokens: 10,
        contextTokens: 400_000,
      },
      ...config.models.slice(1),
    ])
    expect([...priced.listed]).toEqual([['a', { entry: 'openai gpt-5', prices: true, contextTokens: true }]])
    expect(priced).toMatchObject({ source: 'a list, prices of 2026-11-29', problem: null })
  })

  it.each([
    ['{ inputUsdPerMillionTokens: 1 }', { inputUsdPerMillionTokens: 1, contextTokens: 400_000 }, false, true],
    ['{ inputUsdPerMillionTokens: 0 }', { inputUsdPerMillionTokens: 0, contextTokens: 400_000 }, false, true],
    [
      '{ contextTokens: 8000 }',
      { contextTokens: 8000, inputUsdPerMillionTokens: 1.25, outputUsdPerMillionTokens: 10 },
      true,
      false,
    ],
  ])('leaves what the configuration states: %s', async (own, expected, prices, contextTokens) => {
    const stated = own.slice(1, -1)
    const config = parse(`{ a: { provider: openai, upstream: gpt-5, ${stated} }, b: { provider: local } }`)
    const { models, listed } = await addListPrices(config, day, async () => list)
    expect(models[0]).toEqual({ name: 'a', provider: 'openai', upstream: 'gpt-5', ...expected })
    expect(listed.get('a')).toEqual({ entry: 'openai gpt-5', prices, contextTokens })
  })

  it('loads no list that no model needs', async () => {
    const own = 'inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2, contextTokens: 3'
    for (const models of [
      `{ a: { provider: openai, ${own} }, b: { provider: local } }`,
      '{ a: { provider: local }, b: { provider: demo } }',
    ])
      expect((await addListPrices(parse(models), day, never)).source).toBeNull()
  })

  it('leaves every model unpriced and says why if the list cannot be loaded', async () => {
    const config = parse('{ a: { provider: openai, upstream: gpt-5 }, b: { provider: local } }')
    const priced = await addListPrices(config, day, async () => {
      throw new MissingPackageError('missing-package', 'it is not there')
    })
    expect(priced).toEqual({
      models: config.models,
      listed: new Map(),
      source: null,
      problem: 'it is not there',
    })
    await expect(addListPrices(config, day, never)).rejects.toThrow('loaded')
  })
})

describe('the price list of the package', () => {
  it('knows models by the address of their provider', async () => {
    const { find, source } = await loadPriceList(day)
    expect(source).toMatch(/@pydantic\/genai-prices \d+\.\d+\.\d+$/)
    expect(find('https://api.openai.com/v1', 'gpt-5')).toEqual({
      entry: 'openai gpt-5',
      prices: {
        inputUsdPerMillionTokens: 1.25,
        outputUsdPerMillionTokens: 10,
        cacheReadUsdPerMillionTokens: 0.125,
      },
      contextTokens: 400_000,
    })
    expect(find('https://api.anthropic.com/v1', 'claude-sonnet-4-5')?.prices).toEqual({
      inputUsdPerMillionTokens: 3,
      outputUsdPerMillionTokens: 15,
      cacheReadUsdPerMillionTokens: 0.3,
      cacheWriteUsdPerMillionTokens: 3.75,
      cacheWrite1hUsdPerMillionTokens: 6,
    })
    expect(find('https://api.openai.com/v1', 'gpt-99')).toBeUndefined()
    expect(find('http://litellm.internal:4000/v1', 'gpt-5')).toBeUndefined()
  })

  it('does not take a missing price for 0', async () => {
    const { find } = await loadPriceList(day)
    expect(find('https://openrouter.ai/api/v1', 'meta-llama/llama-3.3-70b-instruct:free')?.prices).toEqual({})
  })
})
