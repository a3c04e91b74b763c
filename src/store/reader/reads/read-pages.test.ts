import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../test/support/store/insert-entries.ts'
import { createRandom } from '../../../base/math/random.ts'
import { type Database, openDatabase } from '../../database/open-database.ts'
import type { RequestEntry } from '../../entries/entry.ts'
import { rollUp } from '../../totals/roll-up.ts'
import type { RequestFilter } from '../answers.ts'
import { readRequests } from './read-requests.ts'
import { readUsage } from './totals/read-usage.ts'

const hour = 3_600_000
const end = Date.UTC(2026, 10, 30)
const random = createRandom(11)
const pick = <Item>(items: readonly Item[]): Item => items[random.nextInt(items.length)]!

/** Of four days; the last hundred are not in the totals. */
const entries: readonly RequestEntry[] = Array.from({ length: 900 }, (_, index) =>
  requestEntry(`r${index}`, {
    time: end - (900 - index) * 384_000 + random.nextInt(60_000),
    key: pick(['web', 'web', 'web', null, 'rare']),
    model: pick(['large', 'small']),
    policy: pick(['halves', null]),
    task: pick(['look-up', 'proof', null]),
    status: pick([200, 200, 200, 429, 502]),
    fallback: pick([null, null, 'upstream-error']),
    tags: pick([[], ['x'], ['x', 'y']]),
    session: `talk-${index % 300}`,
  }),
)

let folder = ''
let db: Database
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-pages-'))
  db = await openDatabase(join(folder, 'store.db'))
  await insertAll(db, { requests: entries.slice(0, 800) })
  await rollUp(db)
  await insertAll(db, { requests: entries.slice(800) })
})
afterAll(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

type Condition = (entry: RequestEntry) => boolean
const filters: readonly (readonly [Omit<RequestFilter, 'limit'>, Condition])[] = [
  [{ key: 'rare' }, ({ key }) => key === 'rare'],
  [{ key: '' }, ({ key }) => key === null],
  [
    { key: 'web', model: 'large', task: '' },
    (each) => each.key === 'web' && each.model === 'large' && each.task === null,
  ],
  [{ status: 'error', key: 'rare' }, ({ key, status }) => key === 'rare' && status >= 400],
  [{ status: 'ok', policy: 'halves' }, ({ policy, status }) => policy === 'halves' && status < 400],
  [{ status: 429 }, ({ status }) => status === 429],
  [{ fallback: true, task: 'proof' }, ({ fallback, task }) => fallback !== null && task === 'proof'],
  [{ tag: 'y' }, ({ tags }) => tags.includes('y')],
  [
    { from: end - 50 * hour, to: end - 20 * hour },
    ({ time }) => time >= end - 50 * hour && time < end - 20 * hour,
  ],
  [{ session: 'talk-7' }, ({ session }) => session === 'talk-7'],
  [{ key: 'nobody' }, () => false],
]

describe('pages of requests', () => {
  it.each(filters)('have all of %j once, the newest first', async (filter, condition) => {
    const ids: string[] = []
    let before: number | undefined
    do {
      const page = await readRequests(db, { ...filter, before, limit: 7 })
      expect(page.requests.length).toBeLessThanOrEqual(7)
      ids.push(...page.requests.map(({ id }) => id))
      before = page.next ?? undefined
    } while (before !== undefined)
    const wanted = entries.filter(condition).map(({ id }) => id)
    expect(ids).toEqual(wanted.toReversed())
  })
})

describe('readUsage', () => {
  it.each([
    [{}, () => true],
    [{ key: 'rare' }, ({ key }: RequestEntry) => key === 'rare'],
    [
      { tag: 'x', model: 'large' },
      ({ tags, model }: RequestEntry) => tags.includes('x') && model === 'large',
    ],
  ])('adds days and hours up, of %j', async (filter, condition) => {
    // Until the day of the last requests, which are not in the totals.
    const counted = entries
      .slice(0, 800)
      .filter(({ time }) => time >= end - 90 * hour && time < end - 24 * hour)
    await rollUp(db)
    for (const hours of [66, 30 * 24]) {
      const usage = await readUsage(db, { from: end - (hours + 24) * hour, to: end - 24 * hour, ...filter })
      const wanted = (hours === 66 ? counted : entries.filter(({ time }) => time < end - 24 * hour)).filter(
        condition,
      )
      expect(usage.total.requests).toBe(wanted.length)
      expect(usage.rescued).toBe(
        wanted.filter(({ fallback, status }) => fallback !== null && status < 400).length,
      )
      const byTask = usage.tasks.map(({ name, requests }) => [name, requests])
      for (const task of ['look-up', 'proof', null])
        expect(byTask).toContainEqual([task ?? '', wanted.filter((each) => each.task === task).length])
    }
  })
})
