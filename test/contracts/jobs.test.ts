import { access, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInProcessQueue } from '../../src/jobs/in-process/queue.ts'
import { type Job, runJob } from '../../src/jobs/job.ts'
import { jobs } from '../../src/jobs/registry.ts'
import type { Workspace } from '../../src/jobs/workspace.ts'
import { jobContract } from '../../src/testing/index.ts'
import {
  createJobWorkspace,
  jobOutputs,
  jobPayloads,
  needsStore,
  removeWrittenStores,
} from '../support/jobs/every-job.ts'
import { abortInPause, countPauses } from '../support/pauses/follow-pauses.ts'
import { type ScriptedJudge, startScriptedJudge } from '../support/servers/scripted-judge.ts'

let server: ScriptedJudge
beforeAll(async () => {
  server = await startScriptedJudge()
})
afterAll(async () => {
  await server.close()
  await removeWrittenStores()
})

/** Rows that each computation of a job has several pauses for. */
const few = 60
const createWorkspace = (name: string) =>
  createJobWorkspace(server.baseUrl, 1_200, needsStore(name) ? 400 : 0)
const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

it('every job is run here; fine-tune, which works at a service, is aborted in its own tests', () => {
  expect(Object.keys(jobPayloads).sort()).toEqual(
    Object.keys(jobs)
      .filter((name) => name !== 'fine-tune')
      .sort(),
  )
})

for (const [name, payload] of Object.entries(jobPayloads))
  describe(`the job ${name}`, () => {
    const job: Job<unknown, unknown> = jobs[name as keyof typeof jobPayloads]
    const setUp = async () => {
      const workspace = await createWorkspace(name)
      return {
        job,
        payload,
        workspace,
        outputs: (jobOutputs[name] ?? []).map((file) => join(workspace.folder, file)),
        exists,
        tearDown: () => rm(workspace.folder, { recursive: true }),
      }
    }
    for (const { name: rule, run } of jobContract(setUp)) it(rule, run)

    it('stops in whatever pause it is aborted, with the reason, and leaves nothing half-written', async () => {
      const run = (workspace: Workspace, signal: AbortSignal) =>
        runJob(job, payload, { signal, workspace, onProgress() {}, onWarning() {} })
      const complete = await createJobWorkspace(server.baseUrl, few, needsStore(name) ? 400 : 0)
      const pauses = await countPauses(() => run(complete, new AbortController().signal))
      await rm(complete.folder, { recursive: true })
      for (const share of [0.1, 0.5, 0.9]) {
        const workspace = await createJobWorkspace(server.baseUrl, few, needsStore(name) ? 400 : 0)
        const before = await readdir(workspace.folder)
        const at = Math.max(1, Math.floor(share * pauses))
        const reason = new Error(`left in pause ${at} of ${pauses}`)
        const { error, pausesAfter } = await abortInPause((signal) => run(workspace, signal), at, reason)
        expect(error).toBe(reason)
        expect(pausesAfter).toBeLessThanOrEqual(1)
        const left = await readdir(workspace.folder)
        // Replies that were paid for are kept.
        expect(left.filter((file) => !file.endsWith('.replies'))).toEqual(before)
        await rm(workspace.folder, { recursive: true })
      }
    })
  })

describe('the table of jobs', () => {
  it('names each job as the job does', () => {
    expect(Object.entries(jobs).map(([name, job]) => [name, job.name])).toEqual(
      Object.keys(jobs).map((name) => [name, name]),
    )
  })

  it('is what a queue runs', async () => {
    const workspace = await createWorkspace('convert')
    const queue = createInProcessQueue({ jobs, workspace })
    const id = await queue.enqueue('convert', jobPayloads.convert)
    expect(await queue.finished(id)).toMatchObject({ kind: 'done', result: { to: 'battles' } })
    await queue.close()
    await rm(workspace.folder, { recursive: true })
  })
})
