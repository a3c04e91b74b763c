import { describe, it } from 'vitest'
import { parseConfig } from '../../src/config/parse-config.ts'
import { createInProcessQueue } from '../../src/jobs/in-process/queue.ts'
import { contractJobs, queueContract } from '../../src/testing/queue-contract.ts'

describe('the in-process queue', () => {
  const workspace = {
    folder: process.cwd(),
    config: parseConfig('version: 1', 'test'),
    dependencies: { embedderOptions: {}, hub: {} },
  }
  for (const { name, run } of queueContract(() => createInProcessQueue({ jobs: contractJobs, workspace })))
    it(name, run)
})
