import { expect, it } from 'vitest'
import type { LearnConfig } from '../../../../../config/config.ts'
import type { LabelFigures } from '../../../../../store/reader/answers/label.ts'
import type { StoreReader } from '../../../../../store/reader/store-reader.ts'
import { createLabelPrograms } from './label-programs.ts'

const never = new AbortController().signal
const empty = '{"policies":[]}'

type Started = {
  readonly argv: readonly string[]
  readonly signal: AbortSignal
  readonly end: (stdout: string) => void
}

/** Programs whose processes end when the test says so, or with their abort. */
function createPrograms() {
  const state = { time: 0, maxLoss: 0.05, labels: 3 }
  const started: Started[] = []
  const programs = createLabelPrograms({
    config: () => ({
      source: '/etc/routellm.yaml',
      labels: null,
      learn: { maxLoss: state.maxLoss } as LearnConfig,
    }),
    storeFolder: '/var/routellm',
    reader: {
      read: (): Promise<Pick<LabelFigures, 'sources'>> =>
        Promise.resolve({ sources: [{ source: 'person', labels: state.labels }] }),
    } as unknown as StoreReader,
    isDrifting: () => false,
    run: (argv, signal) =>
      new Promise((end, fail) => {
        started.push({ argv, signal, end })
        signal.addEventListener('abort', () => fail(signal.reason))
      }),
    now: () => state.time,
  })
  /** The progress, once what it starts has ended. */
  const progress = async () => {
    const before = started.length
    const asked = programs.progress(never)
    await settle()
    for (const { end } of started.slice(before)) end(empty)
    return asked
  }
  return { state, started, programs, progress }
}

/** What waits for nothing but promises has gone on. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

it('the progress is counted once for the same labels and settings', async () => {
  const { started, progress } = createPrograms()
  expect(await progress()).toEqual({ policies: [] })
  await progress()
  expect(started.map(({ argv }) => argv)).toEqual([
    ['labels', 'progress', '--config', '/etc/routellm.yaml', '--json'],
  ])
})

it.each([
  ['a label', { labels: 4 }],
  ['other settings of `learn`', { maxLoss: 0.1 }],
  ['a minute, in which `learn` may have refused', { time: 60_000 }],
])('it is counted again after %s', async (_what, change) => {
  const { state, started, progress } = createPrograms()
  await progress()
  state.time = 59_999
  await progress()
  expect(started).toHaveLength(1)
  Object.assign(state, change)
  await progress()
  expect(started).toHaveLength(2)
})

it('those who ask at the same time share one process, which ends if all of them leave', async () => {
  const { started, programs } = createPrograms()
  const controls = Array.from({ length: 6 }, () => new AbortController())
  const asked = controls.map(({ signal }) => programs.progress(signal).catch((reason: unknown) => reason))
  await settle()
  expect(started).toHaveLength(1)
  for (const control of controls.slice(1)) control.abort('left')
  expect(started[0]?.signal.aborted).toBe(false)
  controls[0]?.abort('left')
  expect(started[0]?.signal.aborted).toBe(true)
  expect(await Promise.all(asked)).toEqual(Array(6).fill('left'))

  const again = programs.progress(never)
  await settle()
  expect(started).toHaveLength(2)
  started[1]?.end(empty)
  expect(await again).toEqual({ policies: [] })
})

it('one who stays gets the progress after others have left', async () => {
  const { started, programs } = createPrograms()
  const leaving = new AbortController()
  const [, stayed] = [programs.progress(leaving.signal).catch(() => null), programs.progress(never)]
  await settle()
  leaving.abort()
  started[0]?.end(empty)
  expect(await stayed).toEqual({ policies: [] })
})

it('a failure is told to all who wait, and is not kept', async () => {
  const { started, programs, progress } = createPrograms()
  const asked = [programs.progress(never), programs.progress(never)]
  await settle()
  expect(started).toHaveLength(1)
  started[0]?.end('no JSON')
  for (const each of asked) await expect(each).rejects.toThrow('JSON')
  expect(await progress()).toEqual({ policies: [] })
  expect(started).toHaveLength(2)
})
