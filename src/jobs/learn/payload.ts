import { z } from 'zod'

export const learnPayload = z.object({
  /** `auto`, or the name of a policy of the configuration. */
  policy: z.string().default('auto'),
  /** ISO 8601: the time of the run, which names the router and dates the certificate. */
  time: z.iso.datetime(),
  /** Trains and compares, and writes nothing. */
  dryRun: z.boolean().default(false),
  /** Does not train: removes the canary, or puts the router before the one in service back. */
  rollBack: z.boolean().default(false),
})

export type LearnPayload = z.output<typeof learnPayload>
