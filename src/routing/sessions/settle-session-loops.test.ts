import { describe, expect, it } from 'vitest'
import {
  at,
  candidates,
  model,
  pairChoice,
  scoredChoice,
  strong,
  weak,
} from '../../../test/support/conversations/settled-choices.ts'
import type { Choice } from '../policies/choice.ts'
import type { Verifier } from '../verifiers/verifier.ts'
import { noSignals } from './conversation/failure-signals.ts'
import { settleSession } from './settle-session.ts'

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
