import { z } from 'zod'

export const evaluatePayload = z.object({
  /** Names of benchmarks, or files of outcomes. */
  benchmarks: z.array(z.string()).min(1).readonly(),
  /** Kinds, configured routers, or paths of artifacts. */
  routers: z.exactOptional(z.array(z.string()).readonly()),
  /** Files of win rates that were computed elsewhere, and the names to report them under. */
  scores: z.exactOptional(z.array(z.object({ name: z.string(), file: z.string() })).readonly()),
  /** The folder that contains routellm/evals. Default: the workspace's. */
  data: z.exactOptional(z.string()),
  /** The folder to write the results and their curves to. */
  output: z.exactOptional(z.string()),
  /** `reference`: as upstream's script computes them, including its faults. */
  metrics: z.exactOptional(z.literal('reference')),
  /** Conditions such as `mine.apgr>=0.6`, checked on every benchmark. */
  require: z.exactOptional(z.array(z.string()).readonly()),
  /** Files of earlier results. No router may be worse than they are, beyond chance. */
  notWorseThan: z.exactOptional(z.array(z.string()).readonly()),
  /** The pair of a file that scores more than two models. */
  strongModel: z.exactOptional(z.string()),
  weakModel: z.exactOptional(z.string()),
  /** A file of prices; true: those of the package. */
  costs: z.exactOptional(z.union([z.string(), z.literal(true)])),
  /** Files of figures. */
  energy: z.exactOptional(z.string()),
  latency: z.exactOptional(z.string()),
  /** Draws the resamples of the bootstrap. */
  seed: z.number().default(0),
  samples: z.number().default(1000),
  /** A file to write the report as one page to. */
  html: z.exactOptional(z.string()),
  /** Write the curves as PNG too. */
  png: z.boolean().default(false),
  embedder: z.exactOptional(z.string()),
  /** Keep scores between runs in the workspace's cache. */
  cache: z.boolean().default(true),
})

export type EvaluatePayload = z.output<typeof evaluatePayload>
