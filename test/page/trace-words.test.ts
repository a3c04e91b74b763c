import { describe, expect, it } from 'vitest'
import type { RequestAnswer } from '../../src/server/admin/api/requests.ts'
import type { TraceMessage } from '../../src/store/reader/answers/trace.ts'
import type { TraceCall } from '../../src/store/reader/answers.ts'
import { findScoreSum } from '../../web/decision/find-score-sum.ts'
import { describeDecision } from '../../web/decision/words/describe-decider.ts'
import { findTags } from '../../web/views/requests/trace/decision/tags.ts'
import { describeCall, sortCalls } from '../../web/views/requests/trace/failure/describe-call.ts'
import { describeNoRescue } from '../../web/views/requests/trace/failure/describe-no-rescue.ts'
import { findLastTurn } from '../../web/views/requests/trace/text/question.tsx'

const call = (changes: Partial<TraceCall> = {}): TraceCall => ({
  ...{ model: 'm', usd: null, inputTokens: null, outputTokens: null },
  ...{ isRefused: false, status: null, isAborted: false, sentMs: 10, firstByteMs: 190 },
  ...changes,
})

describe('describeCall', () => {
  const describeLast = (of: TraceCall, status: number) =>
    describeCall(of, { status, calls: [of] } as unknown as RequestAnswer)
  it.each([
    [{ isRefused: true }, 503, 'answered with an error after 180 ms'],
    [{ isRefused: true, status: 429 }, 503, 'answered with status 429 after 180 ms'],
    [{ firstByteMs: null }, 502, 'gave no reply: it was not reached, was too late, or closed the connection'],
    [{ firstByteMs: null }, 504, 'did not answer in time'],
    [{ isAborted: true }, 499, 'was given up when the client left'],
    [{}, 502, 'began to answer after 180 ms, and the answer broke off'],
  ])('%j with %d: %s', (changes, status, expected) => {
    expect(describeLast(call(changes), status)).toBe(expected)
  })

  it('says of a call before the last one what became of it, whatever the status', () => {
    const before = call({ model: 'first', sentMs: 1 })
    const given = call({ isAborted: true, firstByteMs: null })
    const calls = [call({ isRefused: true, sentMs: 50 }), before, given]
    const request = { status: 503, calls } as unknown as RequestAnswer
    expect(describeCall(before, request)).toBe('answered after 189 ms, which was not used')
    expect(describeCall(given, request)).toBe('was given up before it answered')
    expect(sortCalls(calls).map(({ sentMs }) => sentMs)).toEqual([1, 10, 50])
  })
})

describe('describeDecision', () => {
  const plain = { pace: null, threshold: null, strongWinRate: null }
  it.each([
    [{ kind: 'client' }, 'the request names its model'],
    [{ kind: 'fallback', reason: 'upstream-timeout' }, 'fallback: the chosen model was too late'],
    [{ kind: 'draw', propensity: 0.05 }, 'a draw at random, to explore, with a chance of 5.0 %'],
    [{ kind: 'session', reason: 'tool-loop' }, 'the session: the model never changes within a tool loop'],
    [{ kind: 'session', reason: null }, 'the session, against the router’s score'],
    [
      { kind: 'policy', policy: 'halves', moment: 'user-turn', hasPace: false },
      'the policy halves, at a turn of the user',
    ],
  ] as const)('%j: %s', (decidedBy, expected) => {
    expect(describeDecision({ ...plain, decidedBy })).toBe(expected)
  })

  it('says what a budget had to do with it only if it decided', () => {
    const paced = (hasPace: boolean) =>
      describeDecision({
        ...{ pace: { factor: 2, ownThreshold: 0.45, budget: null }, threshold: 0.725, strongWinRate: 0.6 },
        decidedBy: { kind: 'policy', policy: 'halves', moment: null, hasPace },
      })
    expect(paced(true)).toMatch(
      /^the policy halves: the threshold was raised from 0\.450 to 0\.725, because a budget/,
    )
    expect(paced(false)).toBe('the policy halves')
  })
})

describe('findScoreSum', () => {
  it('has the base that all effects are added to, so that they make the win rate', () => {
    const effects = [0.5, -1.25].map((effect) => ({ feature: 'f', value: 1, effect }))
    const { base, sum } = findScoreSum(effects, 0.25)!
    expect(sum).toBeCloseTo(Math.log(1 / 3), 12)
    expect(base + 0.5 - 1.25).toBeCloseTo(sum, 12)
  })

  it.each([null, 0, 1])('has none for the win rate %s', (winRate) => {
    expect(findScoreSum([], winRate)).toBe(null)
  })
})

describe('findLastTurn', () => {
  const message = (role: TraceMessage['role'], kind: TraceMessage['parts'][number]['kind'] = 'text') => ({
    ...{ role, parts: [{ kind, name: null, text: '' }] },
  })
  it('is the last message that a user wrote, with what followed it', () => {
    const [user, assistant] = [message('user'), message('assistant')]
    const result = message('user', 'tool-result')
    expect(findLastTurn([user])).toBe(0)
    expect(findLastTurn([message('instructions'), user, assistant, user])).toBe(3)
    expect(findLastTurn([user, assistant, user, message('assistant', 'tool-call'), result])).toBe(2)
    expect(findLastTurn([message('instructions'), result])).toBe(1)
    expect(findLastTurn([])).toBe(0)
  })
})

describe('findTags', () => {
  const tagsOf = (status: number, ...calls: readonly TraceCall[]) =>
    Object.fromEntries(findTags({ status, model: calls[0]?.model ?? 'chosen', calls }))

  it('has one for each model that was called', () => {
    const last = call({ model: 'last', isRefused: true })
    const first = call({ model: 'first', firstByteMs: null })
    const slow = call({ model: 'slow', firstByteMs: null, isAborted: true })
    expect(tagsOf(503, last, first, slow)).toEqual({ last: 'failed', first: 'failed', slow: 'given up' })
    expect(tagsOf(200, call({ model: 'last' }), first)).toEqual({ last: 'answered', first: 'failed' })
    expect(tagsOf(200, call({ model: 'last' }), call({ model: 'read' }))).toMatchObject({ read: 'not used' })
  })

  it('says of one that was not called only that it was chosen', () => {
    expect(tagsOf(429)).toEqual({ chosen: 'chosen' })
  })
})

describe('describeNoRescue', () => {
  const refused = call({ model: 'large', isRefused: true, status: 503 })
  const candidate = (model: string, excluded: string | null = null) => ({ model, excluded })
  const describeOf = (changes: object) =>
    describeNoRescue({
      ...{ status: 503, calls: [refused], policy: 'halves', router: 'mf', overBudget: null, side: 'strong' },
      candidates: [candidate('large'), candidate('small')],
      ...changes,
    } as unknown as RequestAnswer)
  it.each([
    [{}, /^The weak model was not asked: .* only if the policy sets fallback: both/],
    [{ candidates: [], policy: null, router: null }, /because the request names its model/],
    [
      { calls: [call({ model: 'small', isRefused: true }), refused] },
      /^All candidates that could answer were asked/,
    ],
    [{ candidates: [candidate('large'), candidate('small', 'context')] }, /^No other candidate could answer/],
  ])('%j', (changes, expected) => {
    expect(describeOf(changes)).toMatch(expected)
  })
  it.each([
    [{ side: 'weak' }],
    [{ status: 400 }],
    [{ overBudget: 'small' }],
    [{ calls: [call({ model: 'large' })] }],
  ])('is silent if the record does not say: %j', (changes) => {
    expect(describeOf(changes)).toBeNull()
  })
})
