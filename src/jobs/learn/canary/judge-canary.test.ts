import { describe, expect, it } from 'vitest'
import type { ArmSession } from '../../../store/records/experiment-sessions.ts'
import { judgeCanary } from './judge-canary.ts'

const options = { share: 0.5, sessions: 200, qualityMargin: 0.02, errorRate: 0.05, meanUsd: 0.001 }
const sessionsOf = (count: number, more: (arm: ArmSession['arm']) => Partial<ArmSession>): ArmSession[] =>
  Array.from({ length: count }, (_, at) => {
    const arm = at % 2 === 0 ? 'control' : 'treatment'
    return { session: `s${at}`, arm, began: at, requests: 2, failed: 0, usd: 0.001, ...more(arm) }
  })
const unjudged = () => null

describe('a canary', () => {
  it('without traffic goes on', () => {
    expect(judgeCanary([], unjudged, options)).toEqual({
      kind: 'running',
      why: 'The canary has had 0 of 200 sessions, and nothing speaks against it.',
      sessions: { control: 0, treatment: 0 },
    })
  })

  it('takes over after its sessions if nothing spoke against it', () => {
    expect(
      judgeCanary(
        sessionsOf(398, () => ({})),
        unjudged,
        options,
      ).kind,
    ).toBe('running')
    expect(
      judgeCanary(
        sessionsOf(400, () => ({})),
        unjudged,
        options,
      ).kind,
    ).toBe('promote')
  })

  it('takes from its first sessions what one costs, if none before says it', () => {
    const judge = (count: number, more: (arm: ArmSession['arm']) => Partial<ArmSession>) =>
      judgeCanary(sessionsOf(count, more), unjudged, { ...options, meanUsd: null })
    expect(judge(38, () => ({}))).toEqual({
      kind: 'running',
      why: expect.stringMatching(/^The canary waits for 20 sessions of the router in service/),
      sessions: { control: 19, treatment: 19 },
    })
    // On a scale of a dollar nobody would see that it is three times as dear.
    expect(judge(390, (arm) => ({ usd: arm === 'control' ? 0.001 : 0.003 })).kind).toBe('remove')
    expect(judge(400, () => ({})).kind).toBe('running')
    expect(judge(440, () => ({})).kind).toBe('promote')
    expect(judge(400, () => ({ usd: 0 })).kind).toBe('promote')
    expect(judge(1000, (arm) => ({ usd: null, failed: arm === 'control' ? 0 : 2 })).kind).toBe('remove')
  })

  it('whose requests fail goes, also if nobody knows what they have cost', () => {
    for (const usd of [0.001, null]) {
      const failing = sessionsOf(390, (arm) => (arm === 'treatment' ? { failed: 2, usd } : {}))
      const { kind, why } = judgeCanary(failing, unjudged, options)
      expect(kind).toBe('remove')
      expect(why).toContain('more of its requests are shown to fail')
    }
  })

  it('whose dollars are not known says how many sessions do not count', () => {
    const { kind, why } = judgeCanary(
      sessionsOf(600, () => ({ usd: null })),
      unjudged,
      options,
    )
    expect(kind).toBe('running')
    expect(why).toContain('600 more sessions do not count, because their dollars are not known')
  })
})
