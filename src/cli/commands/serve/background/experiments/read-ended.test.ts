import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseConfig } from '../../../../../config/parse-config.ts'
import { openExistingStore } from '../../../../../store/open-existing.ts'
import { writeExperiment } from '../../../../../store/records/experiments/stored-experiment.ts'
import { createExperimenting } from './experimenting.ts'
import { readEndedExperiments } from './read-ended.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-ended-'))
})
afterEach(() => rm(folder, { recursive: true }))

const rule = '{ outcome: usd, is: below, limit: 0 }'
const common = `plannedSessions: 10, mostUsdPerSession: 1, success: [${rule}]`
const config = parseConfig(
  `version: 1
policies: { one: { kind: fixed, model: strong }, two: { kind: fixed, model: weak } }
experiments:
  stopped: { control: one, treatment: two, ${common} }
  going: { control: two, treatment: one, ${common} }`,
  'routellm.yaml',
)
const warnings: string[] = []
const log = { warn: (_fields: object, message: string) => void warnings.push(message), error() {} }

it('an experiment that a guard has stopped stays stopped over a restart', async () => {
  expect(await readEndedExperiments(config, folder, log)).toEqual([])
  const db = await openExistingStore(folder, true)
  const written = { time: 1, definition: '{}', result: null }
  await writeExperiment(db, { id: 'stopped', state: 'guard', ...written })
  await writeExperiment(db, { id: 'going', state: 'running', ...written })
  await db.destroy()
  const ended = await readEndedExperiments(config, folder, log)
  expect(ended).toEqual(['stopped'])
  const experimenting = createExperimenting({ log, setAlarm: () => {}, ended })
  expect(experimenting.isStopped('stopped')).toBe(true)
  expect(experimenting.isStopped('going')).toBe(false)
  expect(warnings).toEqual([])
  expect(await readEndedExperiments(config, null, log)).toEqual([])
})

it('a store that cannot be read is a warning', async () => {
  expect(await readEndedExperiments(config, import.meta.filename, log)).toEqual([])
  expect(warnings).toEqual(['whether experiments have ended is not known yet: the store cannot be read'])
})
