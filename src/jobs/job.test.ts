import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { demoConfig } from '../config/parse-config.ts'
import { type Job, type JobContext, runJob } from './job.ts'

const count: Job<{ from: number; step: number }, number> = {
  name: 'count',
  payload: z.object({ from: z.int(), step: z.int().default(1) }),
  run: async ({ from, step }) => from + step,
}

function contextWith(signal: AbortSignal): JobContext {
  return {
    signal,
    onProgress() {},
    onWarning() {},
    workspace: { folder: '/', config: demoConfig(), dependencies: { embedderOptions: {}, hub: {} } },
  }
}

describe('runJob', () => {
  it('runs a job with the defaults of its payload', async () => {
    expect(await runJob(count, { from: 1 }, contextWith(new AbortController().signal))).toBe(2)
  })

  it('names every field that does not fit', async () => {
    const wrong = runJob(count, { from: 0.5, step: 'one' }, contextWith(new AbortController().signal))
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-job-payload', param: 'from' })
    await expect(wrong).rejects.toThrow(/from[\s\S]*step/)
  })

  it('does not begin once its signal has aborted', async () => {
    const reason = new Error('stopped')
    await expect(runJob(count, { from: 1 }, contextWith(AbortSignal.abort(reason)))).rejects.toBe(reason)
  })
})
