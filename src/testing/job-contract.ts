import assert from 'node:assert/strict'
import { type Job, type JobContext, type JobProgress, runJob } from '../jobs/job.ts'
import type { Workspace } from '../jobs/workspace.ts'
import type { ContractCase } from './contract-case.ts'

/** A job to test, with a payload. */
export type JobUnderTest<Payload> = {
  readonly job: Job<Payload, unknown>
  /** The job reports progress at least once before it is done. */
  readonly payload: Payload
  readonly workspace: Workspace
  /** Paths of what the job writes. Each is checked for being absent after a run that was cancelled. */
  readonly outputs?: readonly string[]
  readonly exists?: (path: string) => Promise<boolean>
  tearDown?(): Promise<void>
}

const mostMsToCancel = 1_000

/**
 * The rules of `Job`.
 *
 * @param setUp makes the job and fresh input for it. Called once per case.
 */
export function jobContract<Payload>(
  setUp: () => JobUnderTest<Payload> | Promise<JobUnderTest<Payload>>,
): readonly ContractCase[] {
  return cases.map(({ name, test }) => ({
    name,
    async run() {
      const under = await setUp()
      try {
        await test(under)
      } finally {
        await under.tearDown?.()
      }
    },
  }))
}

const cases: readonly { readonly name: string; test(under: JobUnderTest<unknown>): Promise<void> }[] = [
  {
    name: 'the name is a file name in kebab-case',
    test: async ({ job }) => assert.match(job.name, /^[a-z][a-z0-9-]*$/),
  },
  {
    name: 'the payload is plain JSON',
    test: async ({ payload }) => assert.deepEqual(JSON.parse(JSON.stringify(payload)), payload),
  },
  {
    name: 'a payload that went through JSON gives the same result, and the result is plain data',
    test: async ({ job, payload, workspace }) => {
      const one = await runJob(job, payload, contextOf(workspace).context)
      const other = await runJob(job, JSON.parse(JSON.stringify(payload)), contextOf(workspace).context)
      assert.deepEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)))
    },
  },
  {
    name: 'a payload that is not an object is refused with invalid-job-payload',
    test: async ({ job, workspace }) => {
      await assert.rejects(runJob(job, 'nothing', contextOf(workspace).context), {
        code: 'invalid-job-payload',
      })
    },
  },
  {
    name: 'progress counts up within a stage and never beyond its total',
    test: async ({ job, payload, workspace }) => {
      const { context, progress } = contextOf(workspace)
      await runJob(job, payload, context)
      assert.ok(progress.length > 0, 'the job reports progress')
      const last = new Map<string, number>()
      for (const { stage, done, total } of progress) {
        assert.ok(done >= (last.get(stage) ?? 0), `${stage} goes back to ${done}`)
        if (total !== null) assert.ok(done <= total, `${stage}: ${done} of ${total}`)
        last.set(stage, done)
      }
    },
  },
  {
    name: 'a signal that has aborted rejects with its reason and writes nothing',
    test: async (under) => {
      const reason = new Error('left')
      const { context } = contextOf(under.workspace, AbortSignal.abort(reason))
      await assert.rejects(runJob(under.job, under.payload, context), reason)
      await assertNoOutput(under)
    },
  },
  {
    name: 'an abort in the middle rejects with its reason within a second and leaves nothing half-written',
    test: async (under) => {
      const reason = new Error('left')
      const cancellation = new AbortController()
      const { context } = contextOf(under.workspace, cancellation.signal, () => cancellation.abort(reason))
      let abortedAt = Number.NaN
      cancellation.signal.addEventListener('abort', () => {
        abortedAt = performance.now()
      })
      await assert.rejects(runJob(under.job, under.payload, context), reason)
      assert.ok(performance.now() - abortedAt < mostMsToCancel, 'within a second')
      await assertNoOutput(under)
    },
  },
]

async function assertNoOutput({ outputs = [], exists }: JobUnderTest<unknown>): Promise<void> {
  for (const path of outputs) assert.equal(await exists?.(path), false, `${path} was written`)
}

function contextOf(
  workspace: Workspace,
  signal: AbortSignal = new AbortController().signal,
  onFirstProgress?: () => void,
): { readonly context: JobContext; readonly progress: readonly JobProgress[] } {
  const progress: JobProgress[] = []
  return {
    progress,
    context: {
      signal,
      onProgress(each) {
        progress.push(each)
        if (progress.length === 1) onFirstProgress?.()
      },
      onWarning() {},
      workspace,
    },
  }
}
