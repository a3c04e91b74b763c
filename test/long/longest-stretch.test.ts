import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Job, runJob } from '../../src/jobs/job.ts'
import { jobs } from '../../src/jobs/registry.ts'
import {
  createJobWorkspace,
  jobPayloads,
  needsStore,
  removeWrittenStores,
} from '../support/jobs/every-job.ts'
import { createTrainers, trainerKinds } from '../support/jobs/every-trainer.ts'
import { createStretchMeter, type Stretch } from '../support/pauses/longest-stretch.ts'
import { type ScriptedJudge, startScriptedJudge } from '../support/servers/scripted-judge.ts'

/**
 * The longest computation without a pause may grow by so many executed blocks with each row: sums, sorts and a step of a
 * bootstrap do (25 steps, at most 212, are measured). A pass that is repeated (a fit, a whole bootstrap, clustering), or does
 * much for each row (hashes of its parts), may not.
 */
const mostBlocksPerRow = 500
/** What is made once in a process, such as tables of characters, is made before the measurement. */
const firstRows = 50
const rows = 400
/** Of a clock that moves at each look: a pause after about 25 steps. */
const msPerLook = 2

const meter = createStretchMeter()
afterAll(() => meter.close())

async function growthOf(measure: (rows: number) => Promise<Stretch>): Promise<string | undefined> {
  await measure(firstRows)
  const one = await measure(rows)
  const other = await measure(2 * rows)
  const perRow = (other.blocks - one.blocks) / rows
  return perRow < mostBlocksPerRow ? undefined : `${Math.round(perRow)} blocks a row: ${other.where}`
}

describe('the longest stretch without a pause', () => {
  let trainers: Awaited<ReturnType<typeof createTrainers>>
  let server: ScriptedJudge
  beforeAll(async () => {
    trainers = await createTrainers()
    server = await startScriptedJudge()
    for (const count of [firstRows, rows, 2 * rows]) await trainers.writeLabels(count)
  })
  afterAll(async () => {
    await server.close()
    await removeWrittenStores()
    await rm(trainers.folder, { recursive: true })
  })

  // A step of few_label and of a verifier takes the square of the labels, of which they use at most 4,000.
  it.each(trainerKinds.filter((kind) => !kind.startsWith('few_label') && kind !== 'cascade'))(
    'of training %s hardly grows with the rows',
    async (kind) => {
      const measure = (count: number) => meter.measure(() => trainers.train(kind, count), msPerLook)
      expect(await growthOf(measure)).toBeUndefined()
    },
  )

  // `learn` trains few_label.
  const measured = Object.entries(jobPayloads).filter(([name]) => name !== 'learn')
  it.each(measured)('of the job %s hardly grows with the rows', async (name, payload) => {
    const job: Job<unknown, unknown> = jobs[name as keyof typeof jobPayloads]
    const measure = async (count: number) => {
      const workspace = await createJobWorkspace(server.baseUrl, count, needsStore(name) ? count : 0)
      const context = { signal: new AbortController().signal, workspace, onProgress() {}, onWarning() {} }
      const longest = await meter.measure(() => runJob(job, payload, context), msPerLook)
      await rm(workspace.folder, { recursive: true })
      return longest
    }
    expect(await growthOf(measure)).toBeUndefined()
  })
})
