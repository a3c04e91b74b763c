import { z } from 'zod'

const limits = z.strictObject({
  outcome: z.enum(['quality', 'usd']).describe("A session's mean quality, 0 to 1, or its dollars."),
  of: z
    .enum(['difference', 'treatment'])
    .default('difference')
    .describe("The treatment's mean less the control's, or the treatment's mean."),
  is: z.enum(['above', 'below']),
  limit: z.number(),
})

const seed = z.int().default(0).describe('Another seed assigns the sessions anew.')

/** One entry of `experiments`: `ExperimentConfig`, key by key. */
export const experimentSchema = z.strictObject({
  control: z
    .string()
    .describe('The policy in service: a key of `policies`, or `auto` for what that stands for.'),
  treatment: z.string().describe('The policy that is tried instead: a key of `policies`.'),
  share: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .describe('Share of the sessions of `control` that `treatment` answers, between 0 and 1.'),
  plannedSessions: z
    .int()
    .min(1)
    .describe('Sessions of both arms for which the tests are tuned; it affects no error rate.'),
  mostSessions: z
    .int()
    .min(1)
    .exactOptional()
    .describe('The experiment ends undecided after so many. Default: four times `plannedSessions`.'),
  mostUsdPerSession: z
    .number()
    .gt(0)
    .describe("A session's dollars above this count as this; set it to what hardly a session costs."),
  errorRate: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.05)
    .describe('Probability of a success that is none, and of a guard that stops without a reason.'),
  success: z
    .array(limits)
    .min(1)
    .describe(
      'The treatment succeeds once all of these are shown: `{ outcome: usd, is: below, limit: 0 }` is cheaper.',
    ),
  guards: z.array(limits).default([]).describe('The experiment stops once any of these is shown.'),
  seed,
})

export const explorationSchema = z.strictObject({
  share: z
    .number()
    .gt(0)
    .max(1)
    .describe(
      'Share of the sessions whose model is drawn at random among the candidates that can answer, so that logs tell what other policies would have done.',
    ),
  seed,
})
