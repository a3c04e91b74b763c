import { z } from 'zod'

const confidence = z.exactOptional(z.number())
/** A file of prompts like those of the traffic. */
const prompts = z.exactOptional(z.string())
/** Outcomes or battles of requests like those of the traffic: a file, or several that are read as one. */
const labels = z.union([z.string(), z.array(z.string()).min(1).readonly()])

/** The goal of the threshold. */
const target = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('share'),
    /** The fraction of the prompts for the strong model. */
    strongModelPct: z.number(),
    /** Default: the prompts that the router was calibrated on when it was made. */
    prompts,
  }),
  z.object({
    kind: z.literal('loss'),
    /** The largest fraction of all requests that may go to the weak model and fail although the strong one does not. */
    maxLoss: z.number(),
    confidence,
    /** Guarantee the loss among this many requests, and not in the long run. */
    nextRequests: z.exactOptional(z.number()),
    /** The weak model fails if its score is lower by more than this. Default: 0. */
    lossMargin: z.exactOptional(z.number()),
    labels,
    prompts,
  }),
  z.object({
    kind: z.literal('quality'),
    /** The part of the strong model's mean score to keep. */
    minQuality: z.number(),
    confidence,
    /** Draws the resamples of the bootstrap. Default: 0. */
    seed: z.exactOptional(z.number()),
    labels,
    prompts,
  }),
  z.object({
    kind: z.literal('budget'),
    usdPerRequest: z.number(),
    prompts: z.string(),
    /** A file of prices; true: those of the package. Default: those of the configuration. */
    costs: z.exactOptional(z.union([z.string(), z.literal(true)])),
    /** For prompts without token counts. */
    meanInputTokens: z.exactOptional(z.number()),
    meanOutputTokens: z.exactOptional(z.number()),
  }),
])

export const calibratePayload = z.object({
  /** A kind, a configured router, or the path of an artifact. */
  router: z.string().default('mf'),
  /** A policy with a tolerance, which is found instead of a router's threshold. */
  policy: z.exactOptional(z.string()),
  embedder: z.exactOptional(z.string()),
  /** The pair as the labels or prices name it. Default: the router's or the only pair. */
  strongModel: z.exactOptional(z.string()),
  weakModel: z.exactOptional(z.string()),
  target,
})

export type CalibratePayload = z.output<typeof calibratePayload>
export type CalibrationTarget = CalibratePayload['target']
export type TargetOf<Kind extends CalibrationTarget['kind']> = Extract<CalibrationTarget, { kind: Kind }>
