import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../../config/parse-config.ts'
import { createLearning, type LearningParts } from './learning.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-learning-'))
})
afterEach(() => rm(folder, { recursive: true }))

const config = (learn: string) =>
  parseConfig(`version: 1\nstore: { path: . }\nlearn: ${learn}`, join(folder, 'routellm.yaml'))
const stamp = () => join(folder, 'learned-at')

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/** Runs a schedule until `learn` is started, with what it has said since. */
function scheduled(parts: Pick<LearningParts, 'start'> & Partial<LearningParts>) {
  const notes: string[] = []
  const warnings: object[] = []
  const learning = createLearning({
    log: { warn: (fields) => void warnings.push(fields), error: () => {} },
    note: (line) => void notes.push(line),
    keeps: true,
    ...parts,
  })
  return { learning, notes, warnings }
}

describe('the schedule of learn', () => {
  it('runs what is due at once, notes its lines, and remembers the time', async () => {
    await writeFile(stamp(), '2026-11-27T11:00:00.000Z\n')
    const now = Date.parse('2026-11-28T12:00:00.000Z')
    const started = deferred<string>()
    const { learning, notes } = scheduled({
      now: () => now,
      start: async (file) => {
        started.resolve(file)
        return ['learn: auto: refused. Too few labels.']
      },
    })
    learning.configure(config('{ every: 24h }'))
    expect(await started.promise).toBe(join(folder, 'routellm.yaml'))
    await learning.close()
    expect(notes).toEqual(['learn: auto: refused. Too few labels.'])
    expect(await readFile(stamp(), 'utf8')).toBe('2026-11-28T12:00:00.000Z\n')
  })

  it('warns of a run that failed', async () => {
    await writeFile(stamp(), '2026-11-27T11:00:00.000Z\n')
    const started = deferred<void>()
    const { learning, warnings } = scheduled({
      start: () => {
        started.resolve()
        return Promise.reject(new Error('no store'))
      },
    })
    learning.configure(config('{ every: 24h }'))
    await started.promise
    // The warning comes a turn later than the rejection, and the end waits for both.
    await new Promise((resolve) => setImmediate(resolve))
    await learning.close()
    expect(warnings).toEqual([{ problem: 'no store' }])
  })

  it('warns if the time of a run cannot be kept, and goes on trying', async () => {
    const warned = deferred<object>()
    const file = join(folder, 'file')
    await writeFile(file, '')
    const learning = createLearning({
      log: { warn: (fields) => warned.resolve(fields), error: () => {} },
      note: () => {},
      keeps: true,
    })
    learning.configure(
      parseConfig(
        'version: 1\nstore: { path: ./file }\nlearn: { every: 24h }',
        join(folder, 'routellm.yaml'),
      ),
    )
    expect(await warned.promise).toEqual({ problem: expect.stringMatching(/EEXIST|ENOTDIR/) })
    await learning.close()
  })

  it('ends the program that runs', async () => {
    await writeFile(stamp(), '2026-11-27T11:00:00.000Z\n')
    const started = deferred<AbortSignal>()
    const { learning, warnings } = scheduled({
      start: (_file, signal) => {
        started.resolve(signal)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    learning.configure(config('{ every: 24h }'))
    const signal = await started.promise
    await learning.close()
    expect(signal.aborted).toBe(true)
    expect(warnings).toEqual([])
  })

  it.each([
    ['nothing is scheduled', '{}', true],
    ['nothing is kept', '{ every: 24h }', false],
  ])('never starts if %s', async (_, learn, keeps) => {
    await writeFile(stamp(), '2026-11-27T11:00:00.000Z\n')
    let starts = 0
    const { learning } = scheduled({
      keeps,
      start: async () => {
        starts++
        return []
      },
    })
    learning.configure(config(learn))
    // By the time that another schedule has begun this one would have begun too.
    const started = deferred<void>()
    const other = scheduled({
      start: async () => {
        started.resolve()
        return []
      },
    })
    other.learning.configure(config('{ every: 24h }'))
    await started.promise
    await Promise.all([learning.close(), other.learning.close()])
    expect(starts).toBe(0)
  })
})
