import { describe, expect, it } from 'vitest'
import { isSameModel, plainModelName } from '../../../routing/catalogue/model-names.ts'
import { packagedPrices } from '../../../routing/catalogue/packaged-prices.ts'
import type { ModelTally } from '../survey/survey.ts'
import { auditedPair, proposedModels } from './audited-pair.ts'

const tally = (model: string, routable: number): ModelTally => ({
  model,
  requests: routable,
  routable,
  inputTokens: routable * 1000,
  outputTokens: routable * 100,
})
const price = (usd: number) => ({ inputUsdPerMillionTokens: usd, outputUsdPerMillionTokens: usd })
const prices = new Map([
  ['gpt-4o-2024-08-06', price(10)],
  ['gpt-4.1', price(8)],
  ['gpt-4o-mini', price(1)],
  ['gpt-5-mini', price(2)],
])

describe('auditedPair', () => {
  it('is the most expensive model of the log and its cheapest; models that cost more than the cheapest are routed', () => {
    const models = [tally('gpt-4o-2024-08-06', 50), tally('gpt-4.1', 30), tally('gpt-4o-mini', 20)]
    expect(auditedPair(models, prices, undefined)).toEqual({
      kind: 'pair',
      strong: 'gpt-4o-2024-08-06',
      weak: 'gpt-4o-mini',
      basis: 'the most expensive model of the log against the cheapest of the log',
      routed: new Set(['gpt-4o-2024-08-06', 'gpt-4.1']),
      priceRatio: 10,
    })
  })

  it('proposes a sibling where the log has no cheap model, and says so', () => {
    expect(auditedPair([tally('gpt-4o-2024-08-06', 5)], prices, undefined)).toMatchObject({
      weak: 'gpt-4o-mini',
      basis: expect.stringContaining('a proposal'),
    })
  })

  it('does not build on a model that hardly any request used', () => {
    const models = [tally('gpt-4.1', 300), tally('gpt-4o-2024-08-06', 1)]
    expect(auditedPair(models, prices, { weak: 'gpt-4o-mini', basis: 'x' })).toMatchObject({
      strong: 'gpt-4.1',
    })
  })

  it('routes the requests of a strong model that is named, under any of its names, and no others', () => {
    const models = [tally('gpt-4o-2024-08-06', 5), tally('gpt-4.1', 5)]
    const pair = auditedPair(models, prices, {
      strong: 'openai/gpt-4o',
      weak: 'gpt-4o-mini',
      basis: 'the command line',
    })
    expect(pair).toMatchObject({ strong: 'gpt-4o-2024-08-06', routed: new Set(['gpt-4o-2024-08-06']) })
  })

  it('routes what has no price, since a log may have its cost', () => {
    const models = [tally('gpt-4o-2024-08-06', 5), tally('in-house', 5)]
    expect(auditedPair(models, prices, undefined)).toMatchObject({
      routed: new Set(['gpt-4o-2024-08-06', 'in-house']),
    })
  })

  it('is none where nothing has a price, and has no ratio without the price of the weak model', () => {
    expect(auditedPair([tally('in-house', 5)], prices, undefined)).toEqual({ kind: 'no-prices' })
    const requested = { strong: 'gpt-4.1', weak: 'in-house', basis: 'x' }
    expect(auditedPair([tally('gpt-4.1', 5)], prices, requested)).toMatchObject({ priceRatio: null })
  })

  it('finds nothing cheaper than a model that is cheap itself', () => {
    expect(auditedPair([tally('gpt-4o-mini', 5)], prices, undefined)).toEqual({
      kind: 'no-cheaper-model',
      strong: 'gpt-4o-mini',
      isCheap: true,
    })
  })

  it('refuses a strong model that the log does not have, and one model for both', () => {
    const models = [tally('gpt-4.1', 5)]
    expect(() => auditedPair(models, prices, { strong: 'gpt-9', basis: 'x' })).toThrow(
      /no request of gpt-9; its models are gpt-4\.1/,
    )
    expect(() => auditedPair(models, prices, { strong: 'gpt-4.1', weak: 'gpt-4.1', basis: 'x' })).toThrow(
      /are both gpt-4\.1/,
    )
  })

  it('proposes only models that the price package knows', async () => {
    const { models } = await packagedPrices(proposedModels, new Date('2026-10-01'))
    expect(Object.keys(models).sort()).toEqual([...proposedModels].sort())
  })
})

describe('model names', () => {
  it.each([
    ['gpt-4o', 'gpt-4o-2024-08-06'],
    ['gpt-4o', 'openai/gpt-4o'],
    ['gpt-4o', 'azure/eu/GPT-4o-2024-08-06'],
    ['claude-3-haiku', 'us.anthropic.claude-3-haiku-20240307-v1:0'],
    ['claude-sonnet-4', 'claude-sonnet-4@20250514'],
    ['mistral-large', 'mistral-large-latest'],
  ])('%s is %s', (one, other) => expect(isSameModel(one, other)).toBe(true))

  it.each([
    ['gpt-4o', 'gpt-4o-mini'],
    ['gpt-4', 'gpt-4-0613'],
    ['o1', 'o1-mini'],
  ])('%s is not %s', (one, other) => expect(isSameModel(one, other)).toBe(false))

  it('keeps what is no date', () => expect(plainModelName('llama-3.1-70b')).toBe('llama-3.1-70b'))
})
