import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../../test/support/store/insert-entries.ts'
import { sumRequests } from '../../../../../test/support/store/sum-requests.ts'
import { createRandom } from '../../../../base/math/random.ts'
import { influenceInterval } from '../../../../base/math/statistics/influence-interval.ts'
import { findCallUsd } from '../../../../routing/catalogue/expected-cost.ts'
import type { Model } from '../../../../routing/catalogue/model.ts'
import { type Database, openDatabase } from '../../../database/open-database.ts'
import type { RequestEntry } from '../../../entries/entry.ts'
import { putLabel } from '../../../records/labels.ts'
import type { CurveQuery } from '../../answers/curve.ts'
import { createCurveCounts } from './curve-counts.ts'
import { type CurveRow, findPairChoices, findToleranceChoices } from './curve-row.ts'
import { createCurveSum } from './curve-sum.ts'
import { readCurve as readCurveOf } from './read-curve.ts'

const large: Model = {
  ...{ name: 'large', provider: 'p', upstream: 'l', inputUsdPerMillionTokens: 10 },
  ...{ outputUsdPerMillionTokens: 30, cacheReadUsdPerMillionTokens: 1 },
}
const small: Model = {
  ...{ name: 'small', provider: 'p', upstream: 's', inputUsdPerMillionTokens: 1 },
  ...{ outputUsdPerMillionTokens: 2, cacheReadUsdPerMillionTokens: 0.1 },
}
const noon = Date.UTC(2026, 10, 30, 12)
const served = 0.4321
const random = createRandom(5)

function usdOf(model: Model, tokens: NonNullable<RequestEntry['tokens']>): number {
  const { input, cachedInput, output } = tokens
  return findCallUsd(model, { inputTokens: input, cachedTokens: cachedInput, outputTokens: output })!
}

/** Three turns of each session; each request by the decision at what is served. */
const entries: readonly RequestEntry[] = Array.from({ length: 600 }, (_, index) => {
  const strongWinRate = Math.round(random.next() * 1e4) / 1e4
  const isStrong = strongWinRate >= served
  const tokens = {
    ...{ input: 1000 + random.nextInt(2000), cachedInput: random.nextInt(900) },
    ...{ cacheWriteInput: 0, cacheWrite1hInput: 0, output: 50 + random.nextInt(500) },
  }
  return requestEntry(`r-${index}`, {
    time: noon + index,
    policy: 'halves',
    threshold: served,
    strongWinRate,
    side: isStrong ? 'strong' : 'weak',
    model: isStrong ? 'large' : 'small',
    session: `s-${Math.floor(index / 3)}`,
    tokens,
    usd: usdOf(isStrong ? large : small, tokens),
    key: index % 2 === 0 ? 'web' : 'batch',
  })
})

const query: CurveQuery = {
  ...{ from: noon, to: noon + 10_000, policy: 'halves', router: 'mf', measure: 'threshold', setting: served },
  models: [large, small],
  always: [large, small],
  trust: { trustedKeys: ['web'], trustsUnnamed: false },
}

let folder = ''
let db: Database
const readCurve = (of: Database, asked: CurveQuery, path = folder) => readCurveOf(of, asked, path)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-curve-'))
  db = await openDatabase(join(folder, 'store.db'))
  await insertAll(db, { requests: entries })
})
afterAll(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

describe('the curve of a pair', () => {
  it('is at what is served exactly what was paid, and elsewhere what each request costs at its model', async () => {
    const curve = await readCurve(db, query)
    const paid = entries.reduce((sum, { usd }) => sum + usd!, 0)
    expect(curve.points[curve.served]).toMatchObject({ setting: served, usd: expect.closeTo(paid, 6) })
    expect(curve).toMatchObject({ requests: 600, held: 0, unscored: 0, unpriced: 0, sessions: 200 })
    expect(curve.paidUsd).toBeCloseTo(paid, 6)
    expect(curve.isServedThroughout).toBe(true)
    expect(curve.points.length).toBeLessThanOrEqual(201)
    for (const { setting, usd, strong } of curve.points) {
      const strongOnes = entries.filter(({ strongWinRate }) => strongWinRate! >= setting)
      expect(strong).toBe(strongOnes.length)
      const expected = entries.reduce(
        (sum, { strongWinRate, tokens }) => sum + usdOf(strongWinRate! >= setting ? large : small, tokens!),
        0,
      )
      expect(usd).toBeCloseTo(expected, 6)
    }
    expect(curve.points[0]!.strong).toBe(600)
    expect(curve.free).toMatchObject({ requests: 600, strong: curve.points[curve.served]!.strong })
    expect(curve.free.strongInterval).toEqual(curve.points[curve.served]!.strongInterval)
    // Without conversations, the ends of the curve are one model for everything.
    expect(curve.always).toMatchObject([
      { model: 'large', usd: expect.closeTo(curve.points[0]!.usd, 6) },
      { model: 'small', usd: expect.closeTo(curve.points.at(-1)!.usd, 6) },
    ])
    const [low, high] = curve.points[curve.served]!.usdInterval!
    expect(low).toBeLessThan(paid)
    expect(high).toBeGreaterThan(paid)
  })

  it('has intervals of what changes by the differences of the same sessions, and of shares by sessions', async () => {
    const { points, served: place, always } = await readCurve(db, query)
    const [first, now] = [points[0]!, points[place]!]
    const bySession = (measure: (entry: RequestEntry) => number) =>
      Float64Array.from({ length: 200 }, (_, session) =>
        entries.slice(3 * session, 3 * session + 3).reduce((sum, entry) => sum + measure(entry), 0),
      )
    const usdAt = (setting: number) =>
      bySession(({ strongWinRate, tokens }) => usdOf(strongWinRate! >= setting ? large : small, tokens!))
    const intervalOf = (estimate: number, influences: Float64Array) =>
      influenceInterval(estimate, influences, 0.95).interval.map((end) => expect.closeTo(end, 9))
    // Nothing changes at these, so that no session says how much others would.
    expect([now.changeInterval, first.savedInterval]).toEqual([null, null])
    for (const point of [points[10]!, points.at(-1)!]) {
      const [usd, before, all] = [usdAt(point.setting), usdAt(now.setting), usdAt(0)]
      const change = point.usd - now.usd
      expect(point.changeInterval).toEqual(
        intervalOf(
          change,
          usd.map((each, unit) => each - before[unit]! - change / 200),
        ),
      )
      const ratio = point.usd / first.usd
      const saved = intervalOf(
        1 - ratio,
        usd.map((each, unit) => (ratio * all[unit]! - each) / first.usd),
      )
      expect(point.savedInterval).toEqual(saved)
      const strong = bySession(({ strongWinRate }) => Number(strongWinRate! >= point.setting))
      expect(point.strongInterval).toEqual(
        intervalOf(
          point.strong / 600,
          strong.map((each) => (each - (3 * point.strong) / 600) / 600),
        ),
      )
    }
    // Always the strong model is the first point.
    expect(always[0]!.changeInterval).toEqual(first.changeInterval!.map((end) => expect.closeTo(end, 9)))
  })

  it('has no interval of a change that few sessions make, and none that crosses 0 if no session does', async () => {
    const { points, served: place } = await readCurve(db, query)
    const now = points[place]!
    const few = points.filter(({ strong }) => strong !== now.strong && Math.abs(strong - now.strong) < 5)
    expect(few.length).toBeGreaterThan(0)
    for (const { changeInterval } of few) expect(changeInterval).toBeNull()
    const many = points.filter(({ changeInterval }) => changeInterval !== null)
    expect(many.length).toBeGreaterThan(100)
    for (const { usd, changeInterval } of many) {
      const [low, high] = changeInterval!
      if (usd > now.usd) expect(low).toBeGreaterThanOrEqual(0)
      else expect(high).toBeLessThanOrEqual(0)
      // What it shows is of the size of the change.
      expect(Math.max(Math.abs(low), Math.abs(high))).toBeLessThanOrEqual(4 * Math.abs(usd - now.usd))
    }
  })

  it('never has more strong calls at a higher threshold, and no point has more than a hundredth of the steps', async () => {
    const { points } = await readCurve(db, query)
    for (const [index, point] of points.entries()) {
      const before = points[index - 1]?.strong ?? 600
      expect(point.strong).toBeLessThanOrEqual(before)
      expect(before - point.strong).toBeLessThanOrEqual(12)
    }
  })

  it('filters, and says so if what is served was not what decided', async () => {
    expect((await readCurve(db, { ...query, key: 'web' })).requests).toBe(300)
    const other = await readCurve(db, { ...query, setting: 0.6 })
    expect(other.isServedThroughout).toBe(false)
    expect(other.points[other.served]!.usd).toBeLessThan(other.paidUsd)
    expect((await readCurve(db, { ...query, router: 'bert' })).otherRouters).toMatchObject([
      {
        router: 'mf',
        requests: 600,
        usd: expect.closeTo(
          entries.reduce((sum, { usd }) => sum + usd!, 0),
          6,
        ),
      },
    ])
    const exact = await readCurve(db, { ...query, exactly: [0.123456789] })
    const at = exact.points.find(({ setting }) => setting === 0.123456789)!
    expect(at.strong).toBe(entries.filter(({ strongWinRate }) => strongWinRate! >= 0.123456789).length)
    expect((await readCurve(db, { ...query, setting: null })).points[0]!.strong).toBe(600)
  })
})

describe('facts', () => {
  it('say what the requests themselves do, whatever they are', async () => {
    const path = await mkdtemp(join(tmpdir(), 'routellm-curve-'))
    const other = await openDatabase(join(path, 'store.db'))
    const chance = createRandom(9)
    const candidatesOf = (models: readonly string[]) =>
      models.map((model) => ({
        ...{ model, usd: chance.next(), score: chance.next() },
        excluded: pick([null, null, 'too slow']),
      }))
    const pick = <Item>(items: readonly Item[]): Item => items[chance.nextInt(items.length)]!
    const requests = entries.map((entry, index) => ({
      ...entry,
      id: `f-${index}`,
      policy: pick(['halves', 'halves', 'halves', null]),
      router: pick(['mf', 'mf', 'mf', 'bert', null]),
      strongWinRate: pick([entry.strongWinRate, entry.strongWinRate, null]),
      side: pick([entry.side, entry.side, 'weak', null] as const),
      model: pick([entry.model, entry.model, 'other', null]),
      tokens: pick([entry.tokens, entry.tokens, null]),
      usd: pick([entry.usd, entry.usd, entry.usd, null]),
      session: pick([entry.session, entry.session, null]),
      tags: pick([[], ['x', 'y']]),
      candidates: pick([null, candidatesOf(['large', 'small']), candidatesOf(['other', 'small', 'large'])]),
    }))
    await insertAll(other, { requests })
    const tolerant: CurveQuery = { ...query, router: null, measure: 'tolerance', setting: 0.2 }
    for (const asked of [
      query,
      tolerant,
      { ...tolerant, router: 'mf', policy: null },
      { ...tolerant, from: noon + 300, key: 'web' },
      { ...query, policy: null },
      { ...query, tag: 'y' },
      { ...query, key: 'web' },
    ]) {
      const [sum, counts] = [createCurveSum(2), createCurveCounts()]
      const findChoices = (row: CurveRow) =>
        asked.measure === 'threshold' ? findPairChoices(row, asked.models) : findToleranceChoices(row)
      await sumRequests(other, asked, findChoices, {
        ratio: () => 1,
        sum,
        counts,
      })
      const { points, ...curve } = await readCurve(other, asked, path)
      const { least, most, others, paidUsd, ...counted } = counts
      const setting = points[curve.served]!.setting
      expect(curve.isServedThroughout).toBe(setting > least && setting <= most)
      expect(curve.otherRouters.map(({ router, requests }) => [router, requests])).toEqual(
        [...others].map(([router, { requests }]) => [router, requests]),
      )
      const settings = points.map(({ setting }) => setting)
      const sums = sum.at(settings, points[curve.served]!.setting)
      for (const [index, { usd, usdInterval }] of sums.always.entries()) {
        expect(curve.always[index]!.usd).toBeCloseTo(usd, 9)
        expect(curve.always[index]!.usdInterval![1]).toBeCloseTo(usdInterval![1], 9)
      }
      expect(curve).toMatchObject({ ...counted, paidUsd: expect.closeTo(paidUsd, 9), sessions: sum.sessions })
      expect(counts.requests).toBeGreaterThan(60)
      for (const [index, { usdInterval, changeInterval, ...at }] of sums.settings.entries()) {
        expect(points[index]).toMatchObject({ strong: at.strong, usd: expect.closeTo(at.usd, 9) })
        expect(points[index]!.usdInterval![0]).toBeCloseTo(usdInterval![0], 9)
        const changed = points[index]!.changeInterval
        expect(changed).toEqual(changeInterval?.map((end) => expect.closeTo(end, 9)) ?? null)
      }
    }
    await other.destroy()
    await rm(path, { recursive: true })
  })
})

describe('a request whose model does not follow from the comparison', () => {
  const one = async (changes: Partial<RequestEntry>, more: Partial<CurveQuery> = {}) => {
    const path = await mkdtemp(join(tmpdir(), 'routellm-curve-'))
    const other = await openDatabase(join(path, 'store.db'))
    await insertAll(other, { requests: [requestEntry('one', { ...entries[0], ...changes })] })
    const curve = await readCurve(other, { ...query, ...more }, path)
    await other.destroy()
    await rm(path, { recursive: true })
    return { ...curve, usd: [curve.points[0]!.usd, curve.points.at(-1)!.usd] }
  }
  const weak = { strongWinRate: 0.3, side: 'weak', model: 'small', usd: 0.5 } as const

  it('is the same everywhere if its conversation kept the model, or if it was not scored', async () => {
    const held = await one({ ...weak, strongWinRate: 0.9 })
    expect(held).toMatchObject({ held: 1, unscored: 0, usd: [0.5, 0.5], paidUsd: 0.5 })
    expect(held.points[0]!.strong).toBe(0)
    expect(held.free.requests).toBe(0)
    const failed = await one({ strongWinRate: null, side: 'strong', model: 'large', usd: 0.7 })
    expect(failed).toMatchObject({ unscored: 1, usd: [0.7, 0.7] })
    expect(failed.points.at(-1)!.strong).toBe(1)
  })

  it('is the same everywhere if a budget that was spent too fast has decided it, and else as the policy decides it', async () => {
    const pace = { factor: 2, ownThreshold: served, budget: { key: null, limit: 'usdPerDay' } } as const
    const raised = { pace, threshold: (1 + served) / 2 }
    const paced = await one({ ...weak, ...raised, strongWinRate: served + 0.01 })
    expect(paced).toMatchObject({ held: 1, usd: [0.5, 0.5], isServedThroughout: true })
    const asEver = await one({ ...weak, ...raised })
    expect(asEver).toMatchObject({ held: 0, isServedThroughout: true, free: { requests: 0 } })
    expect(asEver.points[asEver.served]!.usd).toBeCloseTo(0.5, 9)
    expect(asEver.points[0]!.strong).toBe(1)
    // What is served is the policy's own threshold.
    const latest = await one({ ...weak, ...raised }, { setting: null })
    expect(latest.points[latest.served]!.setting).toBe(served)
  })

  it('is decided as the policy would, if it was drawn at random', async () => {
    const candidates = [{ model: 'small', usd: 0.1, score: null, excluded: null, propensity: 0.1 }]
    const drawn = await one({ ...weak, strongWinRate: 0.9, candidates })
    expect(drawn).toMatchObject({ held: 0, isServedThroughout: false })
    expect(drawn.usd[0]).not.toBe(0.5)
    expect(drawn.usd[1]).toBe(0.5)
  })

  it('costs what was paid for all its calls, where the one that was decided for fell back', async () => {
    const tokens = { ...entries[0]!.tokens!, input: 1000, cachedInput: 0, output: 100 }
    const rescued = await one({ ...weak, model: 'large', fallback: 'upstream-error', attempts: 2, tokens })
    expect(rescued.usd[1]).toBe(0.5)
    expect(rescued.usd[0]).toBeCloseTo(usdOf(large, tokens), 12)
  })

  it('costs nothing at each threshold if no model answered, and is counted if its dollars are not known', async () => {
    expect(await one({ ...weak, status: 502, tokens: null, usd: 0 })).toMatchObject({
      usd: [0, 0],
      unpriced: 0,
    })
    expect(await one({ ...weak, usd: null })).toMatchObject({ usd: [0, 0], unpriced: 1, unpricedModel: null })
    const { inputUsdPerMillionTokens: _, ...free } = large
    expect(await one(weak, { models: [free, small] })).toMatchObject({ unpriced: 1, unpricedModel: 'large' })
  })
})

describe('the quality of a curve', () => {
  it('is the mean of labels by 1/p, with the loss against the strong model and intervals by session', async () => {
    // The weak answer of every fifth request is worse; the requests above .5 are twice as likely to be labelled.
    const labelled = entries.filter((_, index) => index % 5 < 2)
    const isWorse = ({ id }: RequestEntry) => Number(id.slice(2)) % 5 === 0
    for (const entry of labelled)
      await putLabel(db, {
        ...{ requestId: entry.id, time: noon, source: 'shadow', actor: 'judge' },
        scores: { large: isWorse(entry) ? 1 : 0.5, small: isWorse(entry) ? 0 : 0.5 },
        propensity: entry.strongWinRate! > 0.5 ? 0.2 : 0.1,
      })
    const curve = await readCurve(db, query)
    expect(curve.labels).toMatchObject({ used: 240, areDrawn: true, ofOneModel: 0 })
    const weightOf = ({ strongWinRate }: RequestEntry) => (strongWinRate! > 0.5 ? 5 : 10)
    const total = labelled.reduce((sum, entry) => sum + weightOf(entry), 0)
    for (const point of [curve.points[0]!, curve.points[curve.served]!, curve.points.at(-1)!]) {
      const sum = labelled.reduce((all, entry) => {
        const isStrong = entry.strongWinRate! >= point.setting
        return all + weightOf(entry) * (isWorse(entry) ? Number(isStrong) : 0.5)
      }, 0)
      expect(point.quality).toBeCloseTo(sum / total, 12)
    }
    expect(curve.always.map(({ quality, labels }) => [quality, labels])).toEqual([
      [expect.closeTo(curve.points[0]!.quality!, 12), 240],
      [expect.closeTo(curve.points.at(-1)!.quality!, 12), 240],
    ])
    expect(curve.points[0]!.lossInterval).toBeNull()
    const last = curve.points.at(-1)!
    const loss = curve.points[0]!.quality! - last.quality!
    expect(last.lossInterval![0]).toBeLessThan(loss)
    expect(last.lossInterval![1]).toBeGreaterThan(loss)
    expect(last.qualityInterval![1] - last.qualityInterval![0]).toBeGreaterThan(0.02)
  })

  it('has no interval where all answers have the same score: none of them says how often others do not', async () => {
    const labelled = entries.filter((_, index) => index % 5 < 2)
    for (const { id: requestId } of labelled)
      await putLabel(db, {
        ...{ requestId, time: noon, source: 'shadow', actor: 'judge' },
        ...{ scores: { large: 1, small: 1 }, propensity: null },
      })
    const { points } = await readCurve(db, query)
    expect(points[0]!.strong).toBeGreaterThan(points.at(-1)!.strong)
    for (const { quality, qualityInterval, lossInterval } of points)
      expect([quality, qualityInterval, lossInterval]).toEqual([1, null, null])
  })

  it('uses the scores of a client only if its key is trusted', async () => {
    const [third, fourth] = entries.filter((_, index) => index % 5 === 4)
    const scores = { large: 1, small: 0 }
    await insertAll(db, {
      feedback: [third!, fourth!].map(({ id, time }, index) => ({
        ...{ kind: 'feedback', id: `f-${id}`, requestId: id, time, thumbs: null, score: null },
        ...{ correction: null, scores, key: ['web', 'batch'][index]! },
      })),
    })
    const labelsOf = async (time: number, trust: CurveQuery['trust']) =>
      (await readCurve(db, { ...query, from: time, to: time + 1, trust })).labels
    const trust = { trustedKeys: ['web'], trustsUnnamed: false }
    expect(await labelsOf(third!.time, trust)).toMatchObject({ used: 1, untrusted: 0 })
    expect(await labelsOf(fourth!.time, trust)).toMatchObject({ used: 0, untrusted: 1 })
    const none = { trustedKeys: [], trustsUnnamed: true }
    expect(await labelsOf(third!.time, none)).toMatchObject({ used: 0, untrusted: 1 })
  })

  it('takes a person before a judge, and leaves out a label of one model', async () => {
    const [first, second] = entries.filter((_, index) => index % 5 >= 2)
    const put = (entry: RequestEntry, source: 'person' | 'shadow', scores: Record<string, number>) =>
      putLabel(db, { requestId: entry.id, time: noon, source, scores, propensity: null, actor: null })
    const only = { ...query, from: first!.time, to: first!.time + 1 }
    await put(first!, 'shadow', { large: 1, small: 0 })
    await put(first!, 'person', { large: 0, small: 1 })
    const curve = await readCurve(db, only)
    expect(curve.labels).toEqual({ used: 1, sessions: 1, areDrawn: false, ofOneModel: 0, untrusted: 0 })
    expect(curve.points[0]).toMatchObject({ quality: 0, qualityInterval: null })
    expect(curve.points.at(-1)).toMatchObject({ quality: 1 })
    await put(second!, 'person', { large: 1 })
    const other = await readCurve(db, { ...query, from: second!.time, to: second!.time + 1 })
    expect(other.labels).toMatchObject({ used: 0, ofOneModel: 1 })
    expect(other.points[0]!.quality).toBe(null)
  })
})

describe('the curve of a tolerance', () => {
  it('is that of the cheapest candidate within it, by the scores that were kept', async () => {
    const path = await mkdtemp(join(tmpdir(), 'routellm-curve-'))
    const other = await openDatabase(join(path, 'store.db'))
    const candidate = (model: string, usd: number, score: number) => ({ model, usd, score, excluded: null })
    const tokens = { ...entries[0]!.tokens!, input: 1000, cachedInput: 0, output: 100 }
    // The small model's predicted loss is .05, .1, .15 …
    const requests = Array.from({ length: 10 }, (_, index) =>
      requestEntry(`t-${index}`, {
        ...{ time: noon + index, policy: 'frugal', threshold: null, strongWinRate: null, side: null, tokens },
        ...{ model: index < 4 ? 'small' : 'large', usd: usdOf(index < 4 ? small : large, tokens) },
        candidates: [candidate('large', 0.01, 0.9), candidate('small', 0.001, 0.9 - 0.05 * (index + 1))],
      }),
    )
    await insertAll(other, { requests: requests.slice(0, 4) })
    const asked: CurveQuery = { ...query, policy: 'frugal', measure: 'tolerance', setting: 0.2 }
    // Of the group that is not full, more is read later.
    expect((await readCurve(other, asked, path)).requests).toBe(4)
    await insertAll(other, { requests: requests.slice(4) })
    const curve = await readCurve(other, asked, path)
    await other.destroy()
    await rm(path, { recursive: true })
    expect(curve).toMatchObject({ requests: 10, unscored: 0, isServedThroughout: true })
    expect(curve.always[1]!.usd).toBeCloseTo(10 * usdOf(small, tokens), 9)
    const at = (setting: number) => curve.points.findLast((point) => point.setting <= setting + 1e-9)!
    expect([0, 0.1, 0.2, 0.5].map((setting) => at(setting).strong)).toEqual([10, 8, 6, 0])
    expect(at(0.2).usd).toBeCloseTo(curve.paidUsd, 9)
    expect(at(0.5).usd).toBeCloseTo(10 * usdOf(small, tokens), 9)
  })
})
