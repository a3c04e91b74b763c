import { expect, it } from 'vitest'
import type { Model } from '../../../routing/catalogue/model.ts'
import type { SavingBasis } from '../saving-basis.ts'
import { findDecider, findTurnCosts, type Turn } from './session-costs.ts'
import { sumTurnCosts } from './session-totals.ts'

const model = (name: string, input: number, read: number | undefined, output: number): Model => ({
  name,
  provider: 'p',
  upstream: name,
  inputUsdPerMillionTokens: input,
  outputUsdPerMillionTokens: output,
  ...(read !== undefined && { cacheReadUsdPerMillionTokens: read }),
})
const large = model('large', 10, 1, 30)
const small = model('small', 2, 0.5, 4)
const basis: SavingBasis = {
  models: [large, small],
  pairBaseline: large,
  policyBaselines: {},
  embeddingUsd: 0,
  energy: { powerUsageEffectiveness: { low: 1, high: 1 }, gramsCo2PerKwh: { low: 0, high: 0 }, sources: [] },
}
const minute = 60_000

const turn = (time: number, changes: Partial<Turn> = {}): Turn => ({
  time: time * minute,
  policy: 'halves',
  router: 'mf',
  model: 'small',
  status: 200,
  tokens: { input: 5000, cachedInput: 0, cacheWriteInput: 0, cacheWrite1hInput: 0, output: 100 },
  usd: 0.01,
  hasHead: true,
  threshold: 0.5,
  strongWinRate: 0.2,
  side: 'weak',
  fallback: null,
  sessionDecision: null,
  pace: null,
  propensity: null,
  ...changes,
})
const strong = { model: 'large', strongWinRate: 0.8, side: 'strong' }
const tokens = (input: number, cachedInput: number, cacheWriteInput = 0) => ({
  ...{ input, cachedInput, cacheWriteInput, cacheWrite1hInput: 0, output: 100 },
})

it('a switch costs the tokens that the model before had in its cache, at input less cache price', () => {
  const [first, second] = findTurnCosts([turn(0), turn(1, { ...strong, tokens: tokens(6000, 0) })], basis)
  expect(first).toMatchObject({ cache: 'cold', switch: null })
  // Of 6,000 tokens the 5,000 of the turn before would be read at 1 instead of 10.
  expect(second?.switch).toMatchObject({ from: 'small', coldTokens: 5000, decidedBy: { kind: 'policy' } })
  expect(second?.switch?.coldUsd).toBeCloseTo(5000 * 9e-6, 12)
})

it('what the new model has in its cache is not paid for, nor what nobody had any more', () => {
  const costOf = (changes: Partial<Turn>, time = 1, before: Partial<Turn> = {}) =>
    findTurnCosts([turn(0, before), turn(time, { ...strong, ...changes })], basis)[1]?.switch
  expect(costOf({ tokens: tokens(6000, 2000) })?.coldUsd).toBeCloseTo(3000 * 9e-6, 12)
  expect(costOf({ tokens: tokens(6000, 6000) })).toMatchObject({ coldTokens: 0, coldUsd: 0 })
  expect(costOf({}, 5.1)).toMatchObject({ coldTokens: 0, coldUsd: 0 })
  expect(costOf({}, 1, { tokens: tokens(1000, 0) })).toMatchObject({ coldTokens: 0, coldUsd: 0 })
  expect(costOf({ tokens: tokens(3000, 0) })?.coldTokens).toBe(3000)
  expect(costOf({ model: 'unknown' })).toMatchObject({ coldTokens: 5000, coldUsd: null })
})

it('says who decided a switch, and which turns a session has held', () => {
  const decided = (changes: Partial<Turn>) =>
    findTurnCosts([turn(0), turn(1, { model: 'large', ...changes })], basis)[1]?.switch?.decidedBy
  expect(decided({ strongWinRate: 0.8, side: 'strong' })).toEqual({
    ...{ kind: 'policy', policy: 'halves', moment: null, hasPace: false },
  })
  expect(decided({ strongWinRate: 0.2, side: 'strong' })).toEqual({ kind: 'session', reason: null })
  expect(decided({ fallback: 'upstream-error' })).toEqual({ kind: 'fallback', reason: 'upstream-error' })
  expect(decided({ policy: null, router: null })).toEqual({ kind: 'client' })
  const held = findTurnCosts([turn(0), turn(1, { strongWinRate: 0.8 }), turn(2)], basis)
  expect(held.map(({ isHeld }) => isHeld)).toEqual([false, true, false])
  // What was recorded is taken before what the score says.
  const switched = (reason: string | null) => ({ sessionDecision: { kept: null, switched: reason } })
  expect(decided(switched('failure-signal'))).toEqual({ kind: 'session', reason: 'failure-signal' })
  expect(decided({ ...strong, ...switched('cannot-answer') })).toEqual({
    ...{ kind: 'session', reason: 'cannot-answer' },
  })
  expect(decided({ ...strong, ...switched('idle') })).toEqual({
    ...{ kind: 'policy', policy: 'halves', moment: 'idle', hasPace: false },
  })
  expect(decided({ strongWinRate: 0.2, side: 'strong', ...switched('user-turn') })).toEqual({
    ...{ kind: 'session', reason: 'dollars' },
  })
  const kept = turn(1, { sessionDecision: { kept: 'tool-loop', switched: null } })
  expect(findTurnCosts([turn(0), kept], basis)[1]?.isHeld).toBe(true)
  expect(findDecider(kept)).toEqual({ kind: 'session', reason: 'tool-loop' })
})

it('says that a budget that is spent too fast decided, if the score is between both thresholds', () => {
  const paced = (strongWinRate: number | null, ownThreshold: number | null) =>
    findDecider(turn(1, { strongWinRate, pace: { factor: 2, ownThreshold, budget: null } }))
  expect(paced(0.4, 0.3)).toMatchObject({ kind: 'policy', hasPace: true })
  expect(paced(0.2, 0.3)).toMatchObject({ kind: 'policy', hasPace: false })
  expect(paced(null, null)).toMatchObject({ kind: 'policy', hasPace: true })
})

it('says that a model against the score was drawn, if anything was, and holds no session for it', () => {
  const drawn = turn(1, {
    ...{ strongWinRate: 0.2, side: 'strong', model: 'large', propensity: 0.05 },
    sessionDecision: { kept: null, switched: 'user-turn' },
  })
  expect(findDecider(drawn)).toEqual({ kind: 'draw', propensity: 0.05 })
  expect(findTurnCosts([turn(0), drawn], basis)[1]).toMatchObject({ isHeld: false })
  expect(findDecider(turn(1, { propensity: 0.95 }))).toMatchObject({ kind: 'policy' })
})

it('a turn that failed neither switches nor warms a cache', () => {
  const costs = findTurnCosts(
    [
      turn(0),
      turn(1, { ...strong, status: 502, tokens: null, usd: null }),
      turn(2, { tokens: tokens(900, 0) }),
    ],
    basis,
  )
  expect(costs.map((each) => [each.cache, each.switch])).toEqual([
    ['cold', null],
    ['unknown', null],
    ['short', null],
  ])
})

it('adds up a session, without what is not known', () => {
  const turns = [
    turn(0, { usd: 0.0104 }),
    turn(1, { ...strong, tokens: tokens(6000, 2000), usd: 0.045 }),
    turn(2, { model: 'unknown', tokens: tokens(7000, 0), usd: null }),
  ]
  const totals = sumTurnCosts(turns, findTurnCosts(turns, basis))
  expect(totals).toMatchObject({ unpriced: 1, inputTokens: 18_000, cachedTokens: 2000, switches: 2 })
  expect(totals.usd).toBeCloseTo(0.0554, 12)
  expect(totals.switchUsd).toBeCloseTo(3000 * 9e-6, 12)
  expect(totals.unpricedSwitches).toBe(1)
  // The large model alone: 5,000 at 10, then 5,000 from its cache and 1,000 new; 100 at 30 written each time.
  const baselineUsd = (5000 * 10 + 5000 * 1 + 1000 * 10 + 200 * 30) / 1e6
  expect(totals.saved.baselineUsd).toBeCloseTo(baselineUsd, 12)
  expect(totals.saved.savedUsd).toBeCloseTo(baselineUsd - 0.0554, 12)
  expect(totals.saved).toMatchObject({ counted: 2, baselines: ['large'] })
})
