import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import { estimateOffPolicy, type OffPolicyEstimate, type OffPolicyOptions } from './estimate.ts'
import type { LoggedChoice, TargetPolicy } from './logged-choice.ts'
import type { ValueEstimates } from './value-estimates.ts'

const estimate = <Row extends LoggedChoice>(
  rows: readonly Row[],
  target: TargetPolicy<Row>,
  options?: OffPolicyOptions<Row>,
) => runAtOnce(estimateOffPolicy(rows, target, options))

const estimated = (result: OffPolicyEstimate) => {
  if (result.kind === 'refused') throw new Error(result.message)
  return result as typeof result & { quality: ValueEstimates; usd: ValueEstimates }
}

const choice = (row: Partial<LoggedChoice> = {}): LoggedChoice => ({
  session: null,
  model: 'small',
  propensities: { big: 0.25, small: 0.75 },
  quality: 1,
  usd: 0.01,
  ...row,
})
const alwaysBig = () => ({ big: 1 })

/** 400 requests of which every fourth was answered by the big model: better and dearer. */
const quarterBig = Array.from({ length: 400 }, (_, i) =>
  i % 4 === 0 ? choice({ model: 'big', quality: i % 8 === 0 ? 1 : 0.5, usd: 0.1 }) : choice({ quality: 0.5 }),
)

describe('estimateOffPolicy', () => {
  it('weighs the answers by how much rarer the log has them', () => {
    const { quality, usd, shares, effective } = estimated(estimate(quarterBig, alwaysBig))
    // 100 rows of weight 4: their mean is .75 and $.1; the log's are .5625 and $.0325.
    for (const method of [quality.ips, quality.selfNormalized, quality.doublyRobust])
      expect(method.value).toBeCloseTo(0.75, 2)
    expect(quality.ips.value).toBeCloseTo(0.75, 12)
    expect(usd.selfNormalized.value).toBeCloseTo(0.1, 12)
    expect(quality.logged).toBeCloseTo(0.5625, 12)
    expect(usd.ips.change.value).toBeCloseTo(0.1 - 0.0325, 12)
    expect(shares.big).toBeCloseTo(1, 9)
    expect(effective).toMatchObject({ requests: 100, sessions: 100, expectedSessions: 100, meanWeight: 1 })
    // Every answer of the big model costs the same, so only inverse propensity scoring varies.
    expect(usd.selfNormalized.standardError).toBeCloseTo(0, 12)
    expect(usd.ips.standardError).toBeGreaterThan(0.005)
  })

  it('is the log itself if the policy is the one in service', () => {
    const { quality, usd } = estimated(estimate(quarterBig, (row) => row.propensities))
    for (const value of [quality, usd])
      for (const { value: mean, change } of [value.ips, value.selfNormalized]) {
        expect(mean).toBeCloseTo(value.logged, 12)
        for (const end of [change.value, ...change.interval]) expect(end).toBeCloseTo(0, 12)
      }
  })

  it('is exact in the doubly robust way if the outcome model is right, whatever was drawn', () => {
    const random = createRandom(2)
    const rows = Array.from({ length: 300 }, (_, id) => {
      const model = random.next() < 0.25 ? 'big' : 'small'
      return { ...choice({ model, quality: model === 'big' ? 0.9 : (id % 10) / 10 }), id }
    })
    const expectedQuality = (row: { id: number }, model: string) =>
      model === 'big' ? 0.9 : (row.id % 10) / 10
    const { quality } = estimated(estimate(rows, () => ({ big: 0.5, small: 0.5 }), { expectedQuality }))
    expect(quality.doublyRobust.value).toBeCloseTo(0.675, 12)
    expect(quality.ips.value).not.toBeCloseTo(0.675, 3)
  })

  it('counts a labelled row for those that were not labelled', () => {
    const rows = quarterBig.map((row, i) =>
      row.model === 'small' && i % 4 === 1
        ? { ...row, quality: 0.2 }
        : row.model === 'small'
          ? { ...row, labelProbability: 0.5, quality: i % 4 === 2 ? 0.8 : null }
          : row,
    )
    // Of the small model's 300 answers 100 are labelled .2 for certain, and 100 of the other 200 are labelled .8.
    const { quality } = estimated(estimate(rows, () => ({ small: 1 })))
    expect(quality.ips.value).toBeCloseTo((100 * 0.2 + 200 * 0.8) / 300, 12)
    expect(quality.selfNormalized.value).toBeCloseTo(0.6, 12)
    expect(quality.observed).toBe(300)
  })

  it('takes sessions, not requests, for independent', () => {
    const grouped = quarterBig.map((row, i) => ({ ...row, session: String(Math.floor(i / 2)) }))
    const repeated = Array.from({ length: 5 }, () => grouped).flat()
    const { sessions, effective, quality } = estimated(estimate(repeated, alwaysBig))
    expect([sessions, repeated.length]).toEqual([200, 2000])
    expect(effective.sessions).toBeCloseTo(100, 9)
    // 200 sessions whose requests could all have the same weight: 200 / E[w²] = 50.
    expect(effective.expectedSessions).toBeCloseTo(50, 9)
    const alone = estimated(estimate(grouped, alwaysBig))
    expect(quality.ips.standardError).toBeCloseTo(alone.quality.ips.standardError, 9)
  })

  describe('refuses', () => {
    it('a policy that would choose what the log cannot contain', () => {
      const rows = quarterBig.map((row, i) =>
        i % 8 === 1 ? { ...row, propensities: { big: 0, small: 1 } } : row,
      )
      const result = estimate(rows, alwaysBig)
      expect(result).toMatchObject({ kind: 'refused', reason: 'no-overlap' })
      expect(result).toHaveProperty('message', expect.stringContaining('big for 12.5 % of the requests'))
      expect(estimate(rows, () => ({ large: 1 }))).toMatchObject({ reason: 'no-overlap' })
      expect(estimate(rows, () => ({ small: 1 }))).toMatchObject({ kind: 'estimated' })
    })

    it('weights too heavy for an interval, also if this log happens to have none of them', () => {
      const propensities = { big: 0.02, small: 0.98 }
      const rows = Array.from({ length: 1000 }, () => choice({ propensities }))
      // 1,000 · .02 = 20 effective sessions.
      expect(estimate(rows, alwaysBig)).toMatchObject({
        reason: 'heavy-weights',
        message: expect.stringContaining('1000 sessions are worth 20.0'),
      })
    })

    it('propensities that cannot be those that chose', () => {
      const rows = quarterBig.map((row) => ({ ...row, propensities: { big: 0.75, small: 0.25 } }))
      expect(estimate(rows, alwaysBig)).toMatchObject({
        reason: 'wrong-weights',
        message: expect.stringContaining('average 0.333 in place of 1'),
      })
    })

    it('a log of few sessions, and an outcome that nobody knows', () => {
      const ofSessions = (count: number) =>
        quarterBig.map((row, i) => ({ ...row, session: String(i % count) }))
      expect(estimate(ofSessions(19), alwaysBig)).toMatchObject({ reason: 'few-sessions' })
      const unlabelled = quarterBig.map((row) => ({ ...row, quality: null, labelProbability: 0.1 }))
      expect(estimate(unlabelled, alwaysBig)).toMatchObject({
        kind: 'estimated',
        quality: { reason: 'not-observed' },
        usd: { observed: 400 },
      })
      const unpriced = quarterBig.map((row, i) => (i === 3 ? { ...row, usd: null } : row))
      expect(estimate(unpriced, alwaysBig)).toMatchObject({
        usd: { reason: 'not-observed', message: expect.stringContaining('1 of 400') },
        quality: { observed: 400 },
      })
    })

    it.each([
      [{ propensities: { big: 0.5, small: 0.4 } }, 'sum to 0.9'],
      [{ propensities: { big: -0.5, small: 1.5 } }, 'include -0.5 for big'],
      [{ propensities: { big: 1, small: 0 } }, 'no probability above 0'],
      [{ model: 'other' }, 'no probability above 0'],
      [{ quality: 4 }, '`quality` is 4'],
      [{ quality: Number.NaN }, '`quality` is NaN'],
      [{ quality: null }, 'it has no quality, though its `labelProbability` is 1'],
      [{ labelProbability: 0 }, '`labelProbability` is 0'],
      [{ usd: -1 }, '`usd` is -1'],
    ] as const)('the row %j', (row, message) => {
      const rows = [...quarterBig, choice(row)]
      const run = () => estimate(rows, () => ({ small: 1 }))
      expect(run).toThrow(expect.objectContaining({ code: 'invalid-logged-choice' }))
      expect(run).toThrow(message)
      expect(run).toThrow(/\b400\b/)
    })

    it('a target whose probabilities are none', () => {
      for (const wanted of [{ big: 0.5 }, { big: 2, small: -1 }, { big: Number.NaN }, {}])
        expect(() => estimate(quarterBig, () => wanted)).toThrow(
          expect.objectContaining({ code: 'invalid-target-policy' }),
        )
    })
  })
})
