import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { requestEntry } from '../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../../database/open-database.ts'
import { addAuditEvent } from '../../records/audit-trail.ts'
import { putLabel } from '../../records/labels.ts'
import { readOperations } from './read-operations.ts'

let folder = ''
let db: Database
const noon = Date.UTC(2026, 10, 30, 12)
const query = { since: noon - 1000, eventsAfter: 0, eventsFrom: noon, countsExperiments: true }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-reads-'))
  db = await openDatabase(join(folder, 'store.db'))
  await insertAll(db, {
    requests: Array.from({ length: 40 }, (_, index) =>
      requestEntry(`r-${index}`, {
        time: noon + index,
        policy: index < 20 ? 'halves' : null,
        // Two requests of each session.
        session: `s-${index >> 1}`,
        experiment: index < 30 ? { id: 'cheaper', arm: index % 3 === 0 ? 'treatment' : 'control' } : null,
      }),
    ),
  })
  // Of `halves`: ten requests with the probability .5 and score 1, ten with 1 and score 0. Σ y/p = 20, Σ 1/p = 30.
  for (let index = 0; index < 40; index++)
    await putLabel(db, {
      requestId: `r-${index}`,
      time: noon,
      source: index % 4 === 0 ? 'person' : 'shadow',
      scores: { small: index % 2 === 0 ? 1 : 0, large: 0.5 },
      propensity: index >= 20 ? null : index % 2 === 0 ? 0.5 : 1,
      actor: null,
    })
  for (const action of ['promote', 'roll-back'])
    await addAuditEvent(db, {
      time: noon + (action === 'promote' ? -1 : 1),
      actor: 'learn',
      action,
      subject: 'auto',
      detail: { router: 'learned', why: 'dearer' },
    })
})
afterAll(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

it('counts labels, weighs qualities, counts sessions by arm, and gives the events since', async () => {
  const { labels, qualities, experiments, events } = await readOperations(db, query)
  expect(labels).toEqual([
    { source: 'person', count: 10 },
    { source: 'shadow', count: 30 },
  ])
  // Ten sessions are too few for an interval.
  expect(qualities).toEqual([])
  expect(experiments).toEqual([{ id: 'cheaper', control: 15, treatment: 10, state: null }])
  expect(events).toEqual([
    { seq: 2, action: 'roll-back', subject: 'auto', detail: '{"router":"learned","why":"dearer"}' },
  ])
  const later = await readOperations(db, { ...query, eventsAfter: 2, countsExperiments: false })
  expect([later.events, later.experiments]).toEqual([[], []])
})

it('estimates the quality with the weights of the draw', async () => {
  await db.updateTable('requests').set({ session: null }).execute()
  const { qualities } = await readOperations(db, query)
  expect(qualities).toHaveLength(1)
  const { policy, mean, low, high } = qualities[0]!
  expect([policy, mean]).toEqual(['halves', expect.closeTo(20 / 30, 12)])
  expect(low).toBeLessThan(mean)
  expect(high).toBeGreaterThan(mean)
  expect(high).toBeLessThanOrEqual(1)
})
