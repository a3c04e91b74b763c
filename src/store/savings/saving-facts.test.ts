import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { insertAll } from '../../../test/support/store/insert-entries.ts'
import { createRandom } from '../../base/math/random.ts'
import { influenceInterval } from '../../base/math/statistics/influence-interval.ts'
import type { CostedRequest } from '../../gateway/savings/costed-request.ts'
import { createLengthRatio } from '../../gateway/savings/length-ratio.ts'
import { findBaselineOf, type SavingBasis } from '../../gateway/savings/saving-basis.ts'
import { createSavingsMeter } from '../../gateway/savings/savings-meter.ts'
import { createSavingsSum, type Savings } from '../../gateway/savings/savings-sum.ts'
import { sessionUnit, sessionUnits } from '../../gateway/savings/session-unit.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import type { RequestEntry } from '../entries/entry.ts'
import { applyRetention } from '../maintenance/retention.ts'
import type { UsageFilter } from '../reader/answers.ts'
import { readSaving } from '../reader/reads/read-saving.ts'
import { readCostedRequests, readShadowLengths } from '../records/costs.ts'
import { rollUp } from '../totals/roll-up.ts'
import { createFactCache } from './fact-cache.ts'
import { groupRows } from './facts.ts'

const noon = Date.UTC(2026, 10, 30, 12)
const dayMs = 86_400_000
const model = (name: string, input: number | undefined): Model => ({
  name,
  provider: 'p',
  upstream: name,
  ...(input !== undefined && {
    inputUsdPerMillionTokens: input,
    outputUsdPerMillionTokens: 4 * input,
    cacheReadUsdPerMillionTokens: input / 10,
    cacheWriteUsdPerMillionTokens: 1.25 * input,
  }),
})
const [large, small, free] = [model('large', 10), model('small', 1), model('free', undefined)]
const basisOf = (baseline: Model): SavingBasis => ({
  models: [large, small, free],
  pairBaseline: baseline,
  policyBaselines: { halves: baseline, frugal: large },
  embeddingUsd: 1e-8,
  energy: { powerUsageEffectiveness: { low: 1, high: 1 }, gramsCo2PerKwh: { low: 0, high: 0 }, sources: [] },
})

let folder = ''
let db: Database
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-saving-facts-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

/** Requests of two days of every kind: sessions that change their model, failures, unpriced ones, models by name. */
function createRequests(count: number, seed: number): RequestEntry[] {
  const random = createRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[random.nextInt(items.length)]!
  return Array.from({ length: count }, (_, index) => {
    const isFailed = random.next() < 0.1
    const input = 200 + random.nextInt(6000)
    const policy = pick(['halves', 'frugal', 'gone', null])
    return requestEntry(`rllm-${seed}-${index}`, {
      time: noon - 2 * dayMs + Math.floor((index * 2 * dayMs) / count) + random.nextInt(60_000),
      session: random.next() < 0.1 ? null : `session-${(index >> 4) + random.nextInt(20)}`,
      policy,
      router: policy === null && random.next() < 0.5 ? null : 'mf',
      model: isFailed && random.next() < 0.5 ? null : pick(['large', 'small', 'free']),
      status: isFailed ? pick([429, 502, 499]) : 200,
      key: pick(['web', 'batch', null]),
      tags: pick([[], ['night'], ['night', 'x"y']]),
      tokens:
        isFailed || random.next() < 0.05
          ? null
          : {
              input,
              cachedInput: pick([0, input >> 1, input]),
              cacheWriteInput: pick([0, input >> 2]),
              cacheWrite1hInput: pick([0, 0, input >> 3]),
              output: random.nextInt(900),
            },
      usd: random.next() < 0.1 ? null : random.next() / 100,
      ms: { overhead: 0.3, queued: null, firstByte: random.next() < 0.5 ? null : 100, total: 900 },
    })
  })
}

/** As the meter says of all requests in their order. A request of no session is a unit by its `seq`. */
async function sumDirectly(filter: UsageFilter, basis: SavingBasis): Promise<Savings> {
  const meter = createSavingsMeter(
    findBaselineOf(basis),
    createLengthRatio(await readShadowLengths(db, filter.from), basis.models),
  )
  const sum = createSavingsSum()
  const units = new Map<number, { saved: number; baseline: number }>()
  const names = await db.selectFrom('requests').select(['seq', 'key', 'tags']).orderBy('seq').execute()
  let at = 0
  for await (const page of readCostedRequests(db, 0))
    for (const request of page) {
      const saving = meter.add(request)
      const { seq, key, tags } = names[at++]!
      if (!isWanted(filter, { ...request, key, tags: JSON.parse(tags ?? '[]') })) continue
      sum.add(request.session, saving)
      if (saving.kind !== 'counted') continue
      const unit = request.session === null ? Number(seq) % sessionUnits : sessionUnit(request.session)
      const { saved, baseline } = units.get(unit) ?? { saved: 0, baseline: 0 }
      const { usd, baselineUsd } = saving
      units.set(unit, { saved: saved + baselineUsd - usd, baseline: baseline + baselineUsd })
    }
  const { savedInterval: _, fractionInterval: __, ...result } = sum.result()
  const intervalOf = (estimate: number, of: (unit: { saved: number; baseline: number }) => number) =>
    units.size < 14 ? null : influenceInterval(estimate, Float64Array.from(units.values(), of), 0.95).interval
  const { savedUsd, fraction, baselineUsd } = result
  return {
    ...result,
    savedInterval: intervalOf(savedUsd, ({ saved }) => saved - savedUsd / units.size),
    fractionInterval:
      fraction === null
        ? null
        : intervalOf(fraction, ({ saved, baseline }) => (saved - fraction * baseline) / baselineUsd),
  }
}

/** Numbers are near each other, because they are not added up in the same order. */
function isNear(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : expect.closeTo(value, 9)
  if (Array.isArray(value)) return value.map(isNear)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, isNear(each)]))
}

function isWanted(
  filter: UsageFilter,
  request: CostedRequest & { readonly key: string | null; readonly tags: readonly string[] },
): boolean {
  if (request.time < filter.from || request.time >= filter.to) return false
  if (filter.tag !== undefined && !request.tags.includes(filter.tag)) return false
  return (['key', 'policy', 'model'] as const).every(
    (name) => filter[name] === undefined || filter[name] === (request[name] ?? ''),
  )
}

const whole = { from: 0, to: noon + dayMs }
const filters: readonly UsageFilter[] = [
  whole,
  { from: noon - 1.5 * dayMs, to: noon - 0.3 * dayMs },
  { ...whole, key: 'web' },
  { ...whole, key: '' },
  { ...whole, policy: 'frugal' },
  { ...whole, policy: '' },
  { ...whole, model: 'large' },
  { ...whole, tag: 'x"y' },
  { ...whole, tag: 'night', model: 'small', key: 'batch' },
  { ...whole, key: 'nobody' },
]

async function expectSame(asked = questions): Promise<void> {
  for (const { filter, basis } of asked) {
    const about = JSON.stringify([basis.pairBaseline.name, filter])
    const saving = await readSaving(db, { filter, basis }, folder)
    expect(saving.savings, about).toEqual(isNear(await sumDirectly(filter, basis)))
    // What is kept of the question before is the same to the last digit.
    expect(await readSaving(db, { filter, basis }, folder), about).toEqual(saving)
  }
}
const questions = [
  ...filters.map((filter) => ({ filter, basis: basisOf(large) })),
  { filter: whole, basis: basisOf(small) },
  { filter: whole, basis: basisOf(free) },
]
const filesOf = () => readdirSync(join(folder, 'savings')).filter((name) => name.endsWith('.facts'))

describe('readSaving from facts that are taken from the database once', () => {
  it('is what the meter finds, also for requests that come, are amended and are removed later', async () => {
    await insertAll(db, { requests: createRequests(1200, 1) })
    await expectSame()
    // Later ones, of which some are of a time before, as an import has them.
    await insertAll(db, { requests: createRequests(400, 2) })
    await expectSame()
    const open = await db
      .selectFrom('requests')
      .select(['id', 'time'])
      .where('status', '=', 429)
      .where('cost_nanousd', 'is', null)
      .execute()
    expect(open.length).toBeGreaterThan(1)
    const amends = open.slice(0, open.length >> 1).map(({ id, time }) => ({
      ...{ kind: 'amend' as const, id, time, status: 499, totalMs: 1000 },
    }))
    await insertAll(db, { amends })
    await expectSame()
    await rollUp(db)
    const removed = await applyRetention(db, { now: noon, days: 2, bytes: null, textFolder: folder })
    expect(removed).toBeGreaterThan(100)
    await expectSame()
  })

  it('keeps the sums of whole groups by all that they depend on', async () => {
    const entries = createRequests(700, 4)
    await insertAll(db, { requests: entries.slice(0, 600) })
    // A hundred in each group; later ones go on in the last group.
    for (let group = 5; group > 0; group--)
      await db
        .updateTable('requests')
        .set((row) => ({ seq: row('seq', '+', group * groupRows - 100 * group) }))
        .where('seq', '>', 100 * group)
        .where('seq', '<=', 100 * group + 100)
        .execute()
    const timeOf = async (seq: number) =>
      (await db.selectFrom('requests').select('time').where('seq', '=', seq).executeTakeFirstOrThrow()).time
    const time = await timeOf(2 * groupRows + 3)
    const asked = [
      ...[whole, { ...whole, key: 'web' }, { ...whole, tag: 'night', model: 'small' }],
      // A first and a last request of a group.
      ...[time, time + 1].flatMap((at) => [
        { ...whole, from: at },
        { ...whole, to: at },
      ]),
    ]
    const stage = (change: Partial<SavingBasis> = {}) =>
      expectSame(asked.map((filter) => ({ filter, basis: { ...basisOf(large), ...change } })))
    await stage()
    expect(filesOf()).toHaveLength(5)
    // Another baseline, another price, other dollars of a router.
    await stage(basisOf(small))
    await stage({ pairBaseline: model('large', 12) })
    await stage({ embeddingUsd: 1 })
    await insertAll(db, { requests: entries.slice(600) })
    await stage()
    const failed = await db
      .selectFrom('requests')
      .select(['id', 'time'])
      .where('status', '=', 429)
      .where('cost_nanousd', 'is', null)
      .where('input_tokens', 'is', null)
      .execute()
    expect(failed.length).toBeGreaterThan(2)
    for (const status of [499, 502]) {
      const amends = failed.map(({ id, time: at }) => ({
        kind: 'amend' as const,
        id,
        time: at,
        status,
        totalMs: 1,
      }))
      await insertAll(db, { amends })
      await stage()
    }
    // A hundred shadow calls say that the large model writes twice as much as the small one.
    const compared = entries.filter((entry) => entry.model === 'small' && entry.tokens !== null).slice(0, 100)
    await insertAll(db, {
      shadows: compared.map(({ id, time: at, tokens }) => ({
        ...{ kind: 'shadow' as const, requestId: id, time: at, model: 'small', otherModel: 'large' },
        ...{ policy: null, modelUsd: 0, judgeUsd: 0, chargedUsd: 0, chargedAt: at, propensity: 1 },
        ...{ labelPropensity: null, verdict: null, judge: null, problem: null, orders: null },
        otherUsd: (10 * tokens!.input + 2 * 40 * tokens!.output) / 1e6,
      })),
    })
    const ratio = createLengthRatio(await readShadowLengths(db, 0), [large])
    expect(ratio('small', 'large')).toBeCloseTo(2, 6)
    await stage()
    await rollUp(db)
    expect(await applyRetention(db, { now: noon, days: 2, bytes: null, textFolder: folder })).toBeGreaterThan(
      50,
    )
    await stage()
    // Another database takes the place of this one.
    await db.destroy()
    rmSync(join(folder, 'store.db'))
    db = await openDatabase(join(folder, 'store.db'))
    await insertAll(db, { requests: createRequests(100, 5) })
    await stage()
  })

  it('keeps whole groups in files, which a damaged one and those of another database do not harm', async () => {
    const entries = createRequests(300, 3)
    // The last ones begin the next group.
    await insertAll(db, { requests: entries.slice(0, 280) })
    await db
      .updateTable('requests')
      .set((row) => ({ seq: row('seq', '+', groupRows - 280) }))
      .where('seq', '>', 100)
      .execute()
    await insertAll(db, { requests: entries.slice(280) })
    await expectSame()
    expect(filesOf()).toHaveLength(1)
    const other = join(folder, 'again')
    const [file = ''] = filesOf()
    // Another folder is another cache, as after a start: it has the file only.
    cpSync(join(folder, 'savings'), join(other, 'savings'), { recursive: true })
    writeFileSync(join(other, 'savings', '1.0.0.0.facts'), 'of another database')
    const read = (filter: UsageFilter, from: string) =>
      readSaving(db, { filter, basis: basisOf(large) }, from).then(({ savings }) => savings)
    expect(await read(whole, other)).toEqual(isNear(await sumDirectly(whole, basisOf(large))))
    expect(readdirSync(join(other, 'savings'))).toEqual([file])
    const damaged = join(folder, 'damaged')
    cpSync(join(folder, 'savings'), join(damaged, 'savings'), { recursive: true })
    writeFileSync(join(damaged, 'savings', file), 'damaged')
    expect(await read(whole, damaged)).toEqual(isNear(await sumDirectly(whole, basisOf(large))))
    rmSync(join(folder, 'savings'), { recursive: true })
    await expectSame()
  })

  it('prepares the files of whole groups before somebody asks, and removes those of groups that are gone', async () => {
    const entries = createRequests(300, 3)
    await insertAll(db, { requests: entries })
    await db
      .updateTable('requests')
      .set((row) => ({ seq: row('seq', '+', groupRows - 100) }))
      .where('seq', '>', 100)
      .execute()
    await db
      .updateTable('requests')
      .set((row) => ({ seq: row('seq', '+', groupRows) }))
      .where('seq', '>', groupRows + 100)
      .execute()
    const cache = createFactCache(join(folder, 'savings'))
    expect(await cache.prepare(db, -1)).toBe(false)
    expect(readdirSync(folder)).not.toContain('savings')
    expect(await cache.prepare(db, 60_000)).toBe(true)
    expect(filesOf().map((name) => name.split('.')[1])).toEqual(['0', '1'])
    await expectSame()
    await db.deleteFrom('requests').where('seq', '<', groupRows).execute()
    expect(await cache.prepare(db, -1)).toBe(true)
    expect(filesOf().map((name) => name.split('.')[1])).toEqual(['1'])
  })
})
