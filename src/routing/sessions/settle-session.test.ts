import { describe, expect, it } from 'vitest'
import type { Effort, Model } from '../catalogue/model.ts'
import type { Candidate, Choice, RoutedChoice } from '../policies/choice.ts'
import type { Verifier } from '../verifiers/verifier.ts'
import { cacheIdentity, findCachePrices, findCacheTerms } from './cache-costs.ts'
import { noSignals } from './conversation/failure-signals.ts'
import { type SessionMoment, settleSession } from './settle-session.ts'

function model(name: string, input?: number, effort?: Effort, upstream = name): Model {
  const prices =
    input === undefined ? {} : { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: 5 * input }
  return { name, provider: 'anthropic', upstream, ...prices, ...(effort && { effort }) }
}

const strong = model('strong', 5)
const weak = model('weak', 1)
const anthropic = findCacheTerms('anthropic')

function candidates(models: readonly Model[]): Candidate[] {
  return models.map((each) => ({ model: each, usd: null, excluded: null }))
}

const routed: Omit<RoutedChoice, 'model' | 'candidates' | 'scores' | 'side'> = {
  kind: 'routed',
  policy: null,
  router: 'mf',
  threshold: 0.5,
  strongWinRate: 0.5,
  check: null,
}

/** By default certain: a win rate of 1 or 0. */
function pairChoice(side: 'strong' | 'weak', strongWinRate = side === 'strong' ? 1 : 0): RoutedChoice {
  const chosen = side === 'strong' ? strong : weak
  const models = { model: chosen, candidates: candidates([strong, weak]), scores: null }
  return { ...routed, ...models, side, strongWinRate }
}

function scoredChoice(chosen: Model, scores: readonly (readonly [Model, number])[]): Choice {
  const models = scores.map(([each]) => each)
  return {
    ...routed,
    model: chosen,
    side: null,
    candidates: candidates(models),
    scores: scores.map(([, score]) => score),
  }
}

type Situation = Partial<Omit<SessionMoment, 'rest'>> & {
  readonly requests?: number
  readonly coldReturnShare?: number
  /** Tokens in the cache of each upstream model. */
  readonly cached?: Readonly<Record<string, number>>
}

/** A prompt of 50,000 tokens that does not grow and replies of no tokens, unless told. */
function at({ requests = 1, coldReturnShare = 0, cached = {}, ...situation }: Situation): SessionMoment {
  return {
    id: 's',
    turn: 2,
    moment: 'user-turn',
    current: 'strong',
    signals: noSignals,
    rest: { requests, promptTokens: 50_000, growthTokens: 0, outputTokens: 0, coldReturnShare },
    cachedTokens: (each) => cached[cacheIdentity(each).split('/')[1] ?? ''] ?? 0,
    pricesOf: (each) => findCachePrices(each, anthropic, false),
    ...situation,
  }
}

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

describe('a tool loop', () => {
  const loop = { moment: 'tool-loop', requests: 1000 } as const

  it('keeps its model, whatever the policy wants', () => {
    const kept = settleSession(pairChoice('weak'), at(loop))
    expect(kept).toMatchObject({ choice: { model: strong, side: 'strong' }, session: { kept: 'tool-loop' } })
    const back = settleSession(pairChoice('strong'), at({ ...loop, current: 'weak' }))
    expect(back).toMatchObject({ choice: { model: weak }, session: { kept: 'tool-loop', switched: null } })
    const signals = { ...noSignals, toolErrors: 9 }
    expect(settleSession(pairChoice('strong'), at({ ...loop, current: 'weak', signals })).choice.model).toBe(
      weak,
    )
  })

  it('keeps it if the router fails', () => {
    const fallback: Choice = {
      kind: 'fallback',
      fallback: 'router-error',
      model: strong,
      policy: null,
      router: 'mf',
      threshold: 0.5,
      side: 'strong',
      problem: 'it threw',
      candidates: candidates([strong, weak]),
    }
    expect(settleSession(fallback, at({ ...loop, current: 'weak' })).choice).toMatchObject({
      model: weak,
      side: 'weak',
      kind: 'fallback',
    })
    const spoken = settleSession(fallback, at({ current: 'weak' }))
    expect(spoken).toMatchObject({ choice: { model: strong }, session: { switched: 'user-turn' } })
  })

  it('does not have its answer read for an escalation', () => {
    const verifier: Verifier = {
      name: 'v',
      pair: { strong: 'strong', weak: 'weak' },
      strongWinRate: () => 1,
      crossFittedWinRate: () => undefined,
      winRateQuantiles: [0, 1],
    }
    const check = { verifier, threshold: 0.4, strong, timeoutMs: 1, prompt: 'x', samples: 0 }
    const choice: Choice = { ...pairChoice('weak'), check }
    expect(settleSession(choice, at({ ...loop, current: 'weak' })).choice).toMatchObject({
      model: weak,
      check: null,
    })
    expect(settleSession(choice, at({ current: 'weak' })).choice).toMatchObject({ model: weak, check })
    expect(settleSession(choice, at({ moment: 'first', current: null })).choice).toBe(choice)
  })

  it.each(['context', 'unavailable', 'region'] as const)(
    'ends if the model can no longer answer (%s), which is said',
    (excluded) => {
      const choice = pairChoice('weak')
      const left = { ...choice, candidates: [{ ...choice.candidates[0]!, excluded }, choice.candidates[1]!] }
      const { choice: made, session } = settleSession(left, at(loop))
      expect([made.model.name, session.switched, session.kept]).toEqual(['weak', 'cannot-answer', null])
    },
  )

  it('ends if the model is no longer a candidate', () => {
    const { choice, session } = settleSession(pairChoice('weak'), at({ ...loop, current: 'gone' }))
    expect([choice.model.name, session.switched]).toEqual(['weak', 'cannot-answer'])
  })
})

describe('failure signals', () => {
  const failing = {
    signals: { ...noSignals, toolErrors: 3 },
    current: 'weak',
    cached: { weak: 50_000 },
  } as const

  it('lead to the better model, though the policy is content', () => {
    const { choice, session } = settleSession(pairChoice('weak'), at(failing))
    expect([choice.model.name, session.switched]).toEqual(['strong', 'failure-signal'])
    expect(session.signals.toolErrors).toBe(3)
  })

  it.each([
    [{ toolErrors: 2, repeatedCalls: 1, noProgress: 1, complaints: 0 }, 'weak'],
    [{ ...noSignals, repeatedCalls: 2 }, 'strong'],
    [{ ...noSignals, noProgress: 2 }, 'strong'],
    [{ ...noSignals, complaints: 1 }, 'strong'],
  ])('%j: %s', (signals, name) => {
    expect(settleSession(pairChoice('weak'), at({ ...failing, signals })).choice.model.name).toBe(name)
  })

  it('keep the better model, though another would be cheaper', () => {
    const { choice, session } = settleSession(
      pairChoice('weak'),
      at({ ...failing, current: 'strong', requests: 1000 }),
    )
    expect([choice.model.name, session.kept]).toEqual(['strong', 'failure-signal'])
  })

  it('raise the effort before the model', () => {
    const [low, high, other] = [model('low', 1, 'low', 'm'), model('high', 1, 'high', 'm'), model('other', 1)]
    const scores = [
      [low, 0.5],
      [high, 0.7],
      [other, 0.6],
    ] as const
    const { choice } = settleSession(scoredChoice(low, scores), at({ ...failing, current: 'low' }))
    expect(choice.model.name).toBe('high')
    const without = scores.filter(([{ name }]) => name !== 'high')
    expect(
      settleSession(scoredChoice(low, without), at({ ...failing, current: 'low' })).choice.model.name,
    ).toBe('other')
  })
})

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
