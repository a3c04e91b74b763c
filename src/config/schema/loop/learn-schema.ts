import { z } from 'zod'
import { durationMs } from '../../../base/settings/duration.ts'

const fraction = z.number().gt(0).lt(1)

const canarySchema = z.strictObject({
  share: fraction.default(0.1).describe('Of the sessions, the share that the new router answers.'),
  sessions: z
    .int()
    .min(50)
    .default(500)
    .describe(
      'Sessions of the new router after which it takes the place of the old one, unless something spoke against it.',
    ),
})

/** What `routellm learn` does, and when the server starts it. */
export const learnSchema = z.strictObject({
  policies: z
    .array(z.string())
    .min(1)
    .default(['auto'])
    .describe(
      'The policies that get a new router if it is shown to be better: `auto`, or keys of `policies`.',
    ),
  every: durationMs
    .exactOptional()
    .describe(
      'How often the server starts it, such as `24h`. Default: never; `routellm learn` is run by hand.',
    ),
  maxLoss: fraction
    .default(0.05)
    .describe(
      'Of the requests, at most this fraction may be lost: the weak model answers, and the strong one would have been better.',
    ),
  confidence: fraction.default(0.95).describe('Of that guarantee.'),
  lossMargin: z
    .number()
    .min(0)
    .lt(1)
    .default(0.1)
    .describe('The strong model is better if its score, from 0 to 1, is higher by more than this.'),
  qualityMargin: z
    .number()
    .min(0)
    .lt(1)
    .default(0.02)
    .describe('Quality that a new router may lose against the one in service, from 0 to 1.'),
  errorRate: fraction
    .default(0.05)
    .describe('Probability that a worse router is put in service, in all attempts of 30 days together.'),
  validDays: z.int().min(1).max(365).default(30).describe('Days for which a certificate holds.'),
  window: durationMs.prefault('30d').describe('How old labelled requests may be.'),
  seed: z.int().min(0).default(0).describe('Of the split into parts, and of training.'),
  trustedKeys: z
    .array(z.string())
    .default([])
    .describe(
      'Keys whose feedback may decide. Feedback of other keys, and of `server.clientKeys`, which have no names, is trained on only; if clients need no keys all feedback decides.',
    ),
  canary: canarySchema
    .exactOptional()
    .describe(
      'Try a new router on a share of the sessions first. Default: it takes the place of the old one at once. `{}` is `{ share: 0.1, sessions: 500 }`.',
    ),
})
