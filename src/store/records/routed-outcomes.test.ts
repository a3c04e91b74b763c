import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { insertAll } from '../../../test/support/store/insert-entries.ts'
import { encodeFeatures } from '../../routing/embedding/builtin/features.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import { readRoutedOutcomes } from './routed-outcomes.ts'

let folder: string
let db: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-outcomes-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const addFeedback = (id: string, requestId: string, time: number, more: object = {}) =>
  db
    .insertInto('feedback')
    .values({
      id,
      request_id: requestId,
      time,
      thumbs: null,
      score: null,
      correction: null,
      scores: null,
      key: null,
      ...more,
    })
    .execute()

it('reads the latest requests of a policy, the oldest first, with what was said of them', async () => {
  const vector = Float32Array.of(1, -1)
  const policy = 'learner'
  await insertAll(db, {
    requests: [
      requestEntry('old', { policy }),
      requestEntry('a', { policy, features: encodeFeatures(vector), usd: 0.002 }),
      requestEntry('other', { policy: 'other' }),
      requestEntry('unanswered', { policy, model: null }),
      requestEntry('b', { policy, usd: null }),
    ],
    shadows: [],
  })
  await addFeedback('f2', 'a', 2, { thumbs: 'down', key: 'web' })
  await addFeedback('f1', 'a', 1, { scores: '{"small":0.5,"large":1}' })
  await addFeedback('f3', 'other', 1, { thumbs: 'up' })
  const rows = await readRoutedOutcomes(db, policy, 2)
  expect(rows).toEqual([
    {
      outcome: { id: 'a', model: 'small', task: 'look-up', usd: 0.002, vector: expect.any(Function) },
      rewards: [
        { requestId: 'a', score: null, scores: { small: 0.5, large: 1 }, key: null },
        { requestId: 'a', score: 0, scores: null, key: 'web' },
      ],
    },
    // Dollars that are not known are those that were expected.
    {
      outcome: { id: 'b', model: 'small', task: 'look-up', usd: 0.0001, vector: expect.any(Function) },
      rewards: [],
    },
  ])
  expect(rows.map(({ outcome }) => outcome.vector())).toEqual([vector, null])
})

it('has nothing of an empty store', async () => {
  expect(await readRoutedOutcomes(db, 'learner', 10)).toEqual([])
})
