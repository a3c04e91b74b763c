import { z } from 'zod'
import { omitUndefined } from '../../base/settings/omit-undefined.ts'
import type { FinishedJob } from '../../learning/training/causal_llm/fine-tuning-job.ts'
import type { Job } from '../job.ts'
import { findFineTuningProvider } from './provider.ts'
import { followJob, openService, submitAndFollow } from './submission.ts'

const submitted = z.object({
  /** Follows a job that was started before. */
  job: z.string(),
})
const submission = z.object({
  baseModel: z.string(),
  epochs: z.number().optional(),
  seed: z.int().min(0).default(0),
  /** Files that the job `instruction-data` wrote. */
  training: z.string(),
  validation: z.string().optional(),
})
const payload = z.object({
  /** A provider of the configuration, or `openai`. */
  provider: z.string(),
  /** Longest wait between two looks at the job. */
  pollSeconds: z.number().min(0).default(60),
  task: z.union([submitted, submission]),
})

type Payload = z.output<typeof payload>

/**
 * Has a provider fine-tune a model on instruction data, or follows a job there. Run again after an interruption, it
 * continues: nothing is uploaded or started twice.
 */
export const fineTuneJob: Job<Payload, FinishedJob> = {
  name: 'fine-tune',
  payload,
  async run({ provider: name, pollSeconds, task }, context) {
    const provider = findFineTuningProvider(name, context.workspace)
    const longestWaitMs = pollSeconds * 1000
    if ('job' in task)
      return followJob(await openService(provider), task.job, provider, { longestWaitMs }, context)
    return submitAndFollow(provider, { ...omitUndefined(task), longestWaitMs }, context)
  },
}
