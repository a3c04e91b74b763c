import { describe, expect, it } from 'vitest'
import {
  at,
  pairChoice,
  scoredChoice,
  strong,
  weak,
} from '../../../test/support/conversations/settled-choices.ts'
import { noSignals } from './conversation/failure-signals.ts'
import { settleSession } from './settle-session.ts'

it('leaves the choice of a first request as it is', () => {
  const choice = pairChoice('weak')
  const { choice: made, session } = settleSession(choice, at({ moment: 'first', current: null, turn: 1 }))
  expect(made).toBe(choice)
  expect(session).toEqual({
    id: 's',
    turn: 1,
    switched: null,
    kept: null,
    switchUsd: null,
    cachedTokens: 0,
    signals: noSignals,
  })
})

describe('a switch to a cheaper model', () => {
  const cached = { strong: 50_000 }
  // Reads cost 0.5 and 0.1 dollars per million, writes of the weak model 1.25. Per request the strong model reads for
  // 0.025; the weak one writes for 0.0625, then reads for 0.005.
  it.each([
    [1, 'strong', 'dollars'], // 0.025 < 0.0625
    [2, 'strong', 'dollars'], // 0.050 < 0.0675
    [3, 'weak', null], // 0.075 > 0.0725
  ] as const)('over %d requests: %s', (requests, name, kept) => {
    const { choice, session } = settleSession(pairChoice('weak'), at({ requests, cached }))
    expect(choice).toMatchObject({ model: { name }, side: name })
    expect(session).toMatchObject({ kept, switched: kept === null ? 'user-turn' : null })
    // 50,000 · (1.25 − 0.10) / 10⁶
    expect(session.switchUsd).toBeCloseTo(0.0575, 12)
    expect(session.cachedTokens).toBe(name === 'strong' ? 50_000 : 0)
  })

  it('also pays for coming back to a cache that has expired meanwhile', () => {
    // 3 requests save 0.075 − 0.0725 = 0.0025. Coming back costs 50,000 · (6.25 − 0.50) / 10⁶ = 0.2875, if at all.
    const chosen = (coldReturnShare: number) =>
      settleSession(pairChoice('weak'), at({ requests: 3, cached, coldReturnShare })).choice.model.name
    expect([chosen(0.008), chosen(0.009)]).toEqual(['weak', 'strong'])
  })

  it('costs nothing more where the cheaper model’s cache is as full', () => {
    const { choice, session } = settleSession(
      pairChoice('weak'),
      at({ cached: { strong: 50_000, weak: 50_000 } }),
    )
    expect(choice.model.name).toBe('weak')
    expect(session).toMatchObject({ switched: 'user-turn', switchUsd: 0, cachedTokens: 50_000 })
  })

  it('is made after idle time and after a compaction, when all caches are cold', () => {
    for (const moment of ['idle', 'compaction'] as const) {
      const { choice, session } = settleSession(pairChoice('weak'), at({ moment }))
      expect([choice.model.name, session.switched, session.kept]).toEqual(['weak', moment, null])
    }
  })
})

describe('a switch to a better model', () => {
  // 40,000 of 50,000 tokens are in the weak model's cache. With R requests the strong model costs beyond it, in millionths:
  // as the caches are  312,500 + (R−1) · 25,000 − 16,500 − (R−1) · 5,000
  // were they as full   82,500 + (R−1) · 25,000 − 16,500 − (R−1) · 5,000
  it.each([
    [10, 0.97, 'strong'], // 0.5 · 476 / 246 = 0.967
    [10, 0.96, 'weak'],
    [100, 0.56, 'strong'], // 0.5 · 2,276 / 2,046 = 0.556
    [100, 0.55, 'weak'],
    [1, 1, 'weak'], // 0.5 · 296 / 66 = 2.24
  ] as const)('over %d requests at the win rate %d: %s', (requests, winRate, name) => {
    const situation = at({ current: 'weak', cached: { weak: 40_000 }, requests })
    const { choice, session } = settleSession(pairChoice('strong', winRate), situation)
    expect(choice).toMatchObject({ model: { name }, side: name })
    const isSwitch = name === 'strong'
    expect([session.switched, session.kept]).toEqual(isSwitch ? ['user-turn', null] : [null, 'dollars'])
    // 40,000 · (6.25 − 0.50) / 10⁶
    expect(session.switchUsd).toBeCloseTo(0.23, 12)
  })

  it('follows the threshold if no cache is worth anything', () => {
    for (const [winRate, name] of [
      [0.5, 'strong'],
      [0.49, 'weak'],
    ] as const) {
      const choice = pairChoice(name, winRate)
      expect(settleSession(choice, at({ current: 'weak' })).choice.model.name).toBe(name)
      expect(settleSession(choice, at({ current: 'strong' })).choice.model.name).toBe(name)
    }
  })

  it('keeps the strong model below the threshold if its warm cache makes it cheaper', () => {
    // Strong 0.025 + 9 · 0.025, weak 0.0625 + 9 · 0.005: 0.1425 apart, and 0.2 as full: 0.5 · 0.1425 / 0.2 = 0.356
    const chosen = (winRate: number) =>
      settleSession(pairChoice('weak', winRate), at({ requests: 10, cached: { strong: 50_000 } })).choice
        .model
    expect([chosen(0.36).name, chosen(0.35).name]).toEqual(['strong', 'weak'])
  })

  it('is made for a choice with scores, whose worth in dollars is not known', () => {
    const situation = at({ current: 'weak', cached: { weak: 40_000 } })
    const scored = scoredChoice(strong, [
      [strong, 0.9],
      [weak, 0.5],
    ])
    expect(settleSession(scored, situation).session).toMatchObject({ switched: 'user-turn', kept: null })
  })
})
