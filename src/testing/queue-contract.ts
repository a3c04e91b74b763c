import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Job } from '../jobs/job.ts'
import type { JobStatus, Queue } from '../jobs/queue.ts'
import type { ContractCase } from './contract-case.ts'

/** The jobs that the suite enqueues; a queue under test is made with them. */
export const contractJobs = {
  double: {
    name: 'double',
    payload: z.object({ number: z.number() }),
    async run({ number }, { onProgress, onWarning }) {
      onProgress({ stage: 'doubling', done: 1, total: 1, detail: '' })
      onWarning('a warning')
      return { doubled: 2 * number }
    },
  },
  fail: {
    name: 'fail',
    payload: z.object({}),
    async run() {
      throw new Error('a secret of the data')
    },
  },
  'wait-for-cancel': {
    name: 'wait-for-cancel',
    payload: z.object({}),
    run: (_payload, { signal, onProgress }) =>
      new Promise((_resolve, reject) => {
        onProgress({ stage: 'waiting', done: 0, total: null, detail: '' })
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
  },
} as const satisfies {
  readonly double: Job<{ number: number }, { doubled: number }>
  readonly fail: Job<object, never>
  readonly 'wait-for-cancel': Job<object, never>
}

/**
 * What every queue does, whatever stores its jobs.
 *
 * @param createQueue a new queue that knows `contractJobs` and runs one job at a time. The suite closes it.
 */
export function queueContract(createQueue: () => Queue | Promise<Queue>): ContractCase[] {
  const contractCase = (name: string, check: (queue: Queue) => Promise<void>): ContractCase => ({
    name,
    async run() {
      const queue = await createQueue()
      try {
        await check(queue)
      } finally {
        await queue.close()
      }
    },
  })
  return [
    contractCase('runs a job and keeps its result, progress and warnings', async (queue) => {
      const id = await queue.enqueue('double', { number: 21 })
      const status = await queue.finished(id)
      assert.deepEqual(status, {
        id,
        name: 'double',
        kind: 'done',
        result: { doubled: 42 },
        progress: { stage: 'doubling', done: 1, total: 1, detail: '' },
        warnings: ['a warning'],
      } satisfies JobStatus)
      assert.deepEqual(await queue.status(id), status)
    }),
    contractCase('gives every job an id of its own', async (queue) => {
      const ids = await Promise.all([1, 2, 3].map((number) => queue.enqueue('double', { number })))
      assert.equal(new Set(ids).size, 3)
      const results = await Promise.all(ids.map((id) => queue.finished(id)))
      assert.deepEqual(
        results.map((status) => status.kind === 'done' && status.result),
        [{ doubled: 2 }, { doubled: 4 }, { doubled: 6 }],
      )
    }),
    contractCase(
      'refuses an unknown job and a payload that does not fit, before anything runs',
      async (queue) => {
        await assert.rejects(queue.enqueue('no-such-job', {}), { code: 'unknown-job' })
        await assert.rejects(queue.enqueue('double', { number: 'many' }), { code: 'invalid-job-payload' })
      },
    ),
    contractCase('reports a failure without quoting an error that is not of this package', async (queue) => {
      const status = await queue.finished(await queue.enqueue('fail', {}))
      assert.equal(status.kind, 'failed')
      assert.ok(status.kind === 'failed' && status.error.code === 'unexpected')
      assert.ok(!JSON.stringify(status).includes('secret'))
    }),
    contractCase('cancels a job that runs', async (queue) => {
      const id = await queue.enqueue('wait-for-cancel', {})
      while ((await queue.status(id))?.progress === null)
        await new Promise((resolve) => setImmediate(resolve))
      assert.equal(await queue.cancel(id), true)
      assert.equal((await queue.finished(id)).kind, 'cancelled')
      assert.equal(await queue.cancel(id), false)
    }),
    contractCase('cancels a job that waits, which then never runs', async (queue) => {
      const first = await queue.enqueue('wait-for-cancel', {})
      const second = await queue.enqueue('double', { number: 1 })
      assert.equal((await queue.status(second))?.kind, 'waiting')
      assert.equal(await queue.cancel(second), true)
      await queue.cancel(first)
      await queue.finished(first)
      assert.equal((await queue.finished(second)).kind, 'cancelled')
      assert.equal((await queue.status(second))?.progress, null)
    }),
    contractCase('knows nothing of ids that it did not give', async (queue) => {
      assert.equal(await queue.status('nobody'), undefined)
      assert.equal(await queue.cancel('nobody'), false)
      await assert.rejects(queue.finished('nobody'), { code: 'unknown-job-id' })
    }),
    contractCase('cancels what waits and runs when it closes, and takes no more', async (queue) => {
      const ids = [await queue.enqueue('wait-for-cancel', {}), await queue.enqueue('double', { number: 1 })]
      await queue.close()
      for (const id of ids) assert.equal((await queue.status(id))?.kind, 'cancelled')
      await assert.rejects(queue.enqueue('double', { number: 1 }), { code: 'queue-closed' })
    }),
  ]
}
