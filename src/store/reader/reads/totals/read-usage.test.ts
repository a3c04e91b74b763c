import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../../test/support/store/insert-entries.ts'
import { createRandom } from '../../../../base/math/random.ts'
import { type Database, openDatabase } from '../../../database/open-database.ts'
import type { RequestEntry } from '../../../entries/entry.ts'
import { rollUp } from '../../../totals/roll-up.ts'
import type { UsageFilter } from '../../answers.ts'
import { readUsage } from './read-usage.ts'

const hour = 3_600_000
const end = Date.UTC(2026, 10, 30, 12)
const random = createRandom(3)
const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random.next() * values.length)]!

/** Of eleven days. */
const entries: readonly RequestEntry[] = Array.from({ length: 1500 }, (_, at) =>
  requestEntry(`r${at}`, {
    time: end - Math.floor(random.next() * 264 * hour),
    model: pick(['large', 'small', null]),
    policy: pick(['halves', 'frugal', null]),
    router: pick(['mf', null]),
    key: pick(['web', 'app', null]),
    task: pick(['debugging', 'look-up']),
    tags: pick([[], ['x'], ['x', 'y']]),
    status: pick([200, 200, 502]),
    fallback: pick([null, 'upstream-error']),
    usd: pick([0.001, 0.002, null]),
  }),
)

let folder = ''
let db: Database
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-usage-'))
  db = await openDatabase(join(folder, 'store.db'))
  await insertAll(db, { requests: entries })
  await rollUp(db)
})
afterAll(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

/** What `readUsage` gives, from the requests; the hours are whole. */
function sumEntries({ from, to, tag, ...names }: UsageFilter, bucketMs: number) {
  const found = entries.filter(
    (entry) =>
      entry.time >= Math.floor(from / hour) * hour &&
      entry.time < Math.ceil(to / hour) * hour &&
      (tag === undefined || entry.tags.includes(tag)) &&
      (['key', 'policy', 'model'] as const).every(
        (kind) => names[kind] === undefined || (entry[kind] ?? '') === names[kind],
      ),
  )
  const sum = (rows: readonly RequestEntry[]) => ({
    requests: rows.length,
    errors: rows.filter(({ status }) => status >= 400).length,
    usd: expect.closeTo(
      rows.reduce((total, { usd }) => total + (usd ?? 0), 0),
      6,
    ),
  })
  const groups = (toName: (entry: RequestEntry) => string | number) =>
    Object.fromEntries(
      [...new Set(found.map(toName))].map((name) => [
        name,
        sum(found.filter((entry) => toName(entry) === name)),
      ]),
    )
  const rescued = found.filter(({ fallback, status }) => fallback !== null && status < 400)
  return {
    total: sum(found),
    rescued: rescued.length,
    buckets: groups(({ time }) => Math.floor(time / bucketMs) * bucketMs),
    models: groups(({ model }) => model ?? ''),
    tasks: groups(({ task }) => task ?? ''),
    policies: groups(({ policy }) => policy ?? ''),
    keys: groups(({ key }) => key ?? ''),
  }
}

type Named = { readonly requests: number; readonly errors: number; readonly usd: number }
const toSums = ({ requests, errors, usd }: Named) => ({ requests, errors, usd })
const byName = (rows: readonly (Named & { readonly name: string })[]) =>
  Object.fromEntries(rows.map((row) => [row.name, toSums(row)]))

describe.each([
  ['a day, by hours', 26.5, 1],
  ['five days, by three hours', 5 * 24 + 7.3, 3],
  ['ten days, by days', 10 * 24 + 3.7, 24],
])('the sums of %s', (_what, hours, bucketHours) => {
  it.each<Partial<UsageFilter>>([
    {},
    { model: 'large' },
    { model: '' },
    { key: 'web' },
    { policy: '' },
    { key: 'app', model: 'small' },
    { tag: 'x' },
    { tag: 'y', model: 'small' },
    { tag: 'x', key: 'web' },
  ])('of %j are those of its requests', async (names) => {
    const filter = { from: end - hours * hour - 20_000, to: end - 1.2 * hour, ...names }
    // Of a tag there are totals of days.
    const bucketMs = (names.tag !== undefined && bucketHours === 3 ? 24 : bucketHours) * hour
    const usage = await readUsage(db, filter)
    const expected = sumEntries(filter, bucketMs)
    expect(usage.bucketMs).toBe(bucketMs)
    expect({
      total: toSums(usage.total),
      rescued: usage.rescued,
      buckets: Object.fromEntries(usage.buckets.map((bucket) => [bucket.time, toSums(bucket)])),
      models: byName(usage.models),
      tasks: byName(usage.tasks),
      policies: byName(usage.policies),
      keys: byName(usage.keys),
    }).toEqual(expected)
    expect(usage.buckets.map(({ time }) => time)).toEqual(usage.buckets.map(({ time }) => time).toSorted())
    for (const { models, requests } of usage.buckets)
      expect(Object.values(models).reduce((sum, count) => sum + count, 0)).toBe(requests)
  })
})
