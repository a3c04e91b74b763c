import { expect, it } from 'vitest'
import { createStoreWatch } from '../../../src/cli/commands/serve/background/store-watch.ts'
import { demoConfig } from '../../../src/config/parse-config.ts'
import type { Alert } from '../../../src/server/operations/alerts/alert.ts'
import type { OperationsAnswer, OperationsQuery } from '../../../src/store/reader/answers.ts'
import type { StoreReader } from '../../../src/store/reader/store-reader.ts'

const nothing: OperationsAnswer = { labels: [], qualities: [], experiments: [], events: [] }

/** A reader that gives these answers in turn; an error is thrown. */
function readerOf(...answers: readonly (OperationsAnswer | Error)[]) {
  const asked: OperationsQuery[] = []
  const reader = {
    async read(_name: string, query: OperationsQuery) {
      asked.push(query)
      const answer = answers[asked.length - 1] ?? nothing
      if (answer instanceof Error) throw answer
      return answer
    },
  } as unknown as StoreReader
  return { asked, reader }
}

const event = (seq: number, action: string, detail: object | null = null) => ({
  seq,
  action,
  subject: 'auto',
  detail: detail === null ? null : JSON.stringify(detail),
})

it('tells of each change once, and goes on after a read that failed', async () => {
  const raised: Alert[] = []
  const { reader, asked } = readerOf(
    { ...nothing, events: [event(7, 'canary', { router: 'learned' }), event(8, 'something-else')] },
    new Error('locked'),
    { ...nothing, events: [event(9, 'roll-back', { router: 'learned', why: 'It costs more.' })] },
  )
  const watch = createStoreWatch(
    reader,
    (alert) => void raised.push(alert),
    () => 1000,
  )
  for (let look = 0; look < 3; look++) await watch.look(demoConfig())
  expect(asked.map(({ eventsAfter, eventsFrom }) => [eventsAfter, eventsFrom])).toEqual([
    [0, 1000],
    [8, 1000],
    [8, 1000],
  ])
  expect(raised.map(({ event: kind, key, summary }) => [kind, key, summary])).toEqual([
    ['learn', 'learn:7', 'A newly trained router serves a share of the sessions of auto (router learned).'],
    [
      'canary',
      'canary:9',
      'What auto (router learned) had in service as a canary or after learning was rolled back: It costs more.',
    ],
  ])
})

it('adds the quality of policies to their certificates, and those without one after them', async () => {
  const quality = { mean: 0.8, low: 0.7, high: 0.9 }
  const qualities = ['halves', 'frugal'].map((policy) => ({ policy, ...quality }))
  const experiments = [{ id: 'cheaper', control: 5, treatment: 4, state: null }]
  const { reader } = readerOf({
    ...nothing,
    qualities,
    experiments,
    labels: [{ source: 'shadow', count: 3 }],
  })
  const watch = createStoreWatch(
    reader,
    () => {},
    () => 0,
  )
  const halves = { policy: 'halves', certificate: { endsAt: 9, holds: true }, drift: {}, quality: null }
  expect(watch.addQualities([halves])).toEqual([halves])
  await watch.look(demoConfig())
  expect(watch.addQualities([halves])).toEqual([
    { ...halves, quality },
    { policy: 'frugal', certificate: null, drift: {}, quality },
  ])
  expect(watch.experiments()).toEqual([
    { id: 'cheaper', sessions: { control: 5, treatment: 4 }, verdict: 'running' },
  ])
  expect(watch.labels()).toEqual([{ source: 'shadow', count: 3 }])
})
