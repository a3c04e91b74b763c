import { describe, expect, it } from 'vitest'
import { mergeModels } from './one-model.ts'
import type { Survey } from './survey.ts'

const price = (usd: number) => ({ inputUsdPerMillionTokens: usd, outputUsdPerMillionTokens: usd })

type Tallies = Readonly<Record<string, readonly [requests: number, routable: number]>>

function merge(
  tallies: Tallies,
  {
    prices = {},
    entries = {},
    answeredAs = {},
  }: {
    prices?: Readonly<Record<string, number>>
    entries?: Readonly<Record<string, string>>
    answeredAs?: Readonly<Record<string, readonly string[]>>
  },
) {
  const survey: Survey = {
    rows: 0,
    requests: 0,
    routable: 0,
    unreadable: { count: 0, first: [] },
    models: Object.entries(tallies).map(([model, [requests, routable]]) => ({
      model,
      requests,
      routable,
      inputTokens: requests,
      outputTokens: requests,
    })),
    frequent: new Map([['model', Object.keys(tallies)]]),
    withText: 0,
    scoredBy: [],
    answeredAs: new Map(Object.entries(answeredAs).map(([asked, names]) => [asked, new Set(names)])),
    unreadTimes: 0,
    period: null,
  }
  const merged = mergeModels(survey, {
    models: new Map(Object.entries(prices).map(([model, usd]) => [model, price(usd)])),
    entries: new Map(Object.entries(entries)),
  })
  return {
    models: merged.survey.models.map(({ model, requests, inputTokens }) => [model, requests, inputTokens]),
    frequent: merged.survey.frequent.get('model'),
    nameOf: merged.nameOf,
  }
}

describe('mergeModels', () => {
  it('makes one model of names that differ by date and provider and cost the same', () => {
    const { models, frequent, nameOf } = merge(
      { 'gpt-4o-2024-08-06': [5, 5], 'gpt-4o': [4, 4], 'openai/gpt-4o': [1, 1], 'gpt-4o-mini': [2, 2] },
      { prices: { 'gpt-4o-2024-08-06': 2, 'gpt-4o': 2, 'openai/gpt-4o': 2, 'gpt-4o-mini': 1 } },
    )
    expect(models).toEqual([
      ['gpt-4o-2024-08-06', 10, 10],
      ['gpt-4o-mini', 2, 2],
    ])
    expect(frequent).toEqual(['gpt-4o-2024-08-06', 'gpt-4o-mini'])
    expect(nameOf('openai/gpt-4o')).toBe('gpt-4o-2024-08-06')
    expect(nameOf('another')).toBe('another')
  })

  it('keeps names apart that the price table prices differently', () => {
    const { models } = merge(
      { 'gpt-4o-2024-05-13': [1, 1], 'gpt-4o': [1, 1] },
      { prices: { 'gpt-4o-2024-05-13': 5, 'gpt-4o': 2 } },
    )
    expect(models).toHaveLength(2)
  })

  it('makes one model of regions of a cloud, and of names with the same entry of the price table', () => {
    const names = [
      'us.anthropic.claude-3-haiku-20240307-v1:0',
      'eu.anthropic.claude-3-haiku-20240307-v1:0',
      'anthropic/claude-3-haiku',
    ]
    expect(merge(Object.fromEntries(names.map((name) => [name, [1, 1]])), {}).models).toHaveLength(1)
    const { models } = merge(
      { 'gemini-2.0-flash': [1, 1], 'gemini-2.0-flash-001': [2, 2] },
      {
        entries: {
          'gemini-2.0-flash': 'google gemini-2.0-flash',
          'gemini-2.0-flash-001': 'google gemini-2.0-flash',
        },
      },
    )
    expect(models).toEqual([['gemini-2.0-flash-001', 3, 3]])
  })

  it('counts a name that only failed under the one that answered it, also if it failed more often', () => {
    const { models } = merge(
      { fast: [9, 0], 'gpt-4o-mini': [5, 5] },
      { prices: { 'gpt-4o-mini': 1 }, answeredAs: { fast: ['gpt-4o-mini'] } },
    )
    expect(models).toEqual([['gpt-4o-mini', 14, 14]])
  })

  it('keeps a name that several models answered', () => {
    const { models } = merge({ auto: [2, 0], a: [5, 5], b: [5, 5] }, { answeredAs: { auto: ['a', 'b'] } })
    expect(models.map(([model]) => model)).toEqual(['a', 'b', 'auto'])
  })
})
