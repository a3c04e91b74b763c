import { describe, expect, it } from 'vitest'
import { at, model, scoredChoice, weak } from '../../../test/support/conversations/settled-choices.ts'
import type { Model } from '../catalogue/model.ts'
import { settleSession } from './settle-session.ts'

describe('efforts', () => {
  const low = model('low', 2, 'low', 'm')
  const high = model('high', 2, 'high', 'm')
  const other = model('other', 2)
  const scores = [
    [low, 0.6],
    [high, 0.8],
    [other, 0.8],
  ] as const

  it('are raised before the model is changed', () => {
    const situation = at({ current: 'low', requests: 3, cached: { m: 50_000 } })
    const { choice, session } = settleSession(scoredChoice(other, scores), situation)
    expect([choice.model.name, session.switched, session.switchUsd]).toEqual(['high', 'user-turn', 0])
  })

  it('but not if the other model is cheaper, cold cache included', () => {
    const cheap = { ...other, inputUsdPerMillionTokens: 0.1, outputUsdPerMillionTokens: 0.5 }
    const situation = at({ current: 'low', requests: 10, cached: { m: 50_000 } })
    const { choice } = settleSession(
      scoredChoice(cheap, [
        [low, 0.6],
        [high, 0.8],
        [cheap, 0.8],
      ]),
      situation,
    )
    expect(choice.model.name).toBe('other')
  })

  it('are lowered where less is needed: they write less', () => {
    const moment = at({ current: 'high', cached: { m: 50_000 } })
    const situation = { ...moment, rest: { ...moment.rest, outputTokens: 1000 } }
    const { choice, session } = settleSession(scoredChoice(low, scores), situation)
    expect([choice.model.name, session.switched, session.switchUsd]).toEqual(['low', 'user-turn', 0])
  })
})

describe('without prices', () => {
  const [big, small] = [model('big'), model('small')]
  const both = (chosen: Model) =>
    scoredChoice(chosen, [
      [big, 0.9],
      [small, 0.5],
    ])

  it('the current model stays, unless the policy scores the other higher', () => {
    const stay = settleSession(both(small), at({ current: 'big' }))
    expect(stay.choice.model.name).toBe('big')
    expect(stay.session).toMatchObject({ kept: 'unpriced', switched: null, switchUsd: null })
    const up = settleSession(both(big), at({ current: 'small' }))
    expect(up.choice.model.name).toBe('big')
    expect(up.session).toMatchObject({ switched: 'user-turn', kept: null, switchUsd: null })
  })

  it('also if one of two is priced', () => {
    const choice = scoredChoice(weak, [
      [big, 0.9],
      [weak, 0.5],
    ])
    expect(settleSession(choice, at({ current: 'big', requests: 1000 })).session.kept).toBe('unpriced')
  })

  it('the policy is followed after idle time and a compaction', () => {
    for (const moment of ['idle', 'compaction'] as const)
      expect(settleSession(both(small), at({ current: 'big', moment })).choice.model.name).toBe('small')
  })

  it('the effort is lowered, which costs no cache', () => {
    const [low, high] = [model('low', undefined, 'low', 'm'), model('high', undefined, 'high', 'm')]
    const scores = [
      [low, 0.6],
      [high, 0.8],
      [small, 0.5],
    ] as const
    expect(settleSession(scoredChoice(low, scores), at({ current: 'high' })).choice.model.name).toBe('low')
    expect(settleSession(scoredChoice(small, scores), at({ current: 'high' })).choice.model.name).toBe('low')
  })

  it('a choice without scores is no reason to switch', () => {
    const unscored = scoredChoice(small, [
      [big, Number.NaN],
      [small, Number.NaN],
    ])
    expect(settleSession(unscored, at({ current: 'big' })).choice.model.name).toBe('big')
  })
})
