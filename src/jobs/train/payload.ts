import { z } from 'zod'

const fromZero = z.int().min(0)

/** What every trainer is given. Paths are below the workspace's folder. */
const common = {
  /** Folder to write; its name becomes the name of the router. */
  output: z.string().min(1),
  strongModel: z.string().optional(),
  weakModel: z.string().optional(),
  /** The licence of the data, for the artifact's record. */
  licence: z.string().optional(),
  seed: fromZero.default(0),
}
/** Paths, or files of a hub (`hub:owner/name/path`). */
const files = z.array(z.string()).min(1)
const embedded = { ...common, data: files, embedder: z.string().default('builtin') }
/** Options of the trainer itself, which checks them. */
const number = z.number().optional()
const ties = z.enum(['half', 'drop']).optional()
const lookup = {
  ...embedded,
  ties,
  precision: z.enum(['float32', 'int8']).optional(),
  excerptCharacters: number,
  calibrationPrompts: number,
  maxComparisonsPerRow: number,
}

export const trainPayload = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('mf'),
    ...embedded,
    epochs: number,
    dimensions: number,
    batchSize: number,
    learningRate: number,
    weightDecay: number,
    noise: number,
    validationFraction: number,
    ties,
    comparisons: z.enum(['all', 'pair']).optional(),
    /** As upstream's script: 100 epochs, ties dropped, 5 % held out. */
    mode: z.literal('reference').optional(),
  }),
  z.object({
    kind: z.literal('sw_ranking'),
    ...lookup,
    gamma: number,
    tierCount: number,
    mode: z.literal('reference').optional(),
  }),
  z.object({ kind: z.literal('knn'), ...lookup, k: number, beta: number }),
  z.object({ kind: z.literal('cluster'), ...embedded, clusters: number, join: z.string().optional() }),
  z.object({
    kind: z.literal('few_label'),
    ...common,
    labels: files,
    prompts: z.array(z.string()).optional(),
    /** Learns the score of each of these models in place of the win rate of a pair. */
    models: z.array(z.string()).optional(),
    /** A further embedder beside the built-in one. */
    embedder: z.string().optional(),
  }),
  z.object({ kind: z.literal('cascade'), ...common, labels: files, prompts: z.array(z.string()).optional() }),
  z.object({
    kind: z.literal('bert'),
    ...common,
    data: files,
    /** Folder or hub id. */
    encoder: z.string(),
    revision: z.string().optional(),
    head: z.enum(['logistic', 'mlp']).optional(),
    precision: z.enum(['float32', 'int8']).optional(),
    epochs: number,
    batchSize: number,
    learningRate: number,
    validationFraction: number,
  }),
])

export type TrainPayload = z.output<typeof trainPayload>
export type TrainPayloadOf<Kind extends TrainPayload['kind']> = Extract<TrainPayload, { readonly kind: Kind }>
