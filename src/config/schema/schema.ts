import { z } from 'zod'
import { causalLlmKeys } from './causal-llm-schema.ts'
import { promptSchema } from './prompt-schema.ts'
import { routerKinds } from './router-kinds.ts'
import { ruleSchema } from './rules-schema.ts'

/**
 * `routellm.yaml`, version 1, as it is written. Unknown keys are errors, defaults are here and nowhere else; what
 * needs two places of the file at once (a model's provider exists) is in `cross-check.ts`.
 *
 * The descriptions become the JSON Schema's and the table in docs/configuration.md.
 */
export const routerNamePattern = /^[a-z0-9_-]+$/

const environmentName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'takes the name of an environment variable such as OPENAI_API_KEY, never the key',
  )
const milliseconds = z.int().min(1)
const price = z.number().min(0)
const httpUrl = z.string().regex(/^https?:\/\/[^\s/]+/, 'must start with http:// or https:// and name a host')

const serverSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to bind. Anything but loopback needs `clientKeys`.'),
  port: z.int().min(0).max(65535).default(6060).describe('Port to listen on; 0 takes a free one.'),
  clientKeys: z
    .array(z.string())
    .default([])
    .describe('HMACs of the keys that clients may present, as `routellm client-key` prints them.'),
  routerTimeoutMs: milliseconds
    .default(500)
    .describe('A router that takes longer is given up and the strong model answers.'),
  bodyLimitBytes: z.int().min(1024).default(33_554_432).describe('Largest request body that is accepted.'),
  drainTimeoutMs: z
    .int()
    .min(0)
    .default(30_000)
    .describe('How long requests in flight may go on after SIGTERM or Ctrl-C.'),
  forwardClientKey: z
    .boolean()
    .default(false)
    .describe("Send the client's own Authorization header upstream instead of the provider's key."),
})

const openAICompatibleSchema = z.strictObject({
  kind: z.literal('openai-compatible').describe('Speaks the OpenAI chat completions API.'),
  baseUrl: httpUrl.describe('Up to and including `/v1`.'),
  apiKeyEnv: environmentName
    .optional()
    .describe('Name of the environment variable that holds the key. Without it no key is sent.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Headers to send with every request. Never a key.'),
  connectTimeoutMs: milliseconds.default(10_000).describe('Limit for the connection to be made.'),
  headersTimeoutMs: milliseconds
    .default(600_000)
    .describe('Limit for the first byte of the reply, which a long reasoning run may take minutes to send.'),
  idleTimeoutMs: milliseconds.default(300_000).describe('Limit for silence within a reply.'),
  maxConnections: z.int().min(1).default(1024).describe('Connections to this provider at once.'),
})

const demoSchema = z.strictObject({
  kind: z.literal('demo').describe('Answers by itself: no key, no network, labelled as a demonstration.'),
})

export const providerSchema = z.discriminatedUnion('kind', [openAICompatibleSchema, demoSchema])

const modelSchema = z.strictObject({
  provider: z.string().describe('A key of `providers`.'),
  upstream: z
    .string()
    .min(1)
    .optional()
    .describe('What the provider calls the model, sent as it is. Default: the name under `models`.'),
  inputUsdPerMillionTokens: price.optional().describe('Price of a million prompt tokens, in US dollars.'),
  outputUsdPerMillionTokens: price
    .optional()
    .describe('Price of a million completion tokens, in US dollars.'),
})

const routerSchema = z.strictObject({
  kind: z
    .enum(routerKinds)
    .optional()
    .describe(
      'Which router. Default: that of the artifact, `mf` for a checkpoint, `rules` for rules, `causal_llm` for a model, else the name under `routers`.',
    ),
  artifact: z
    .string()
    .min(1)
    .optional()
    .describe("Folder of a trained router, relative to this file's folder."),
  checkpoint: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Upstream checkpoint: a folder or a hub id such as `routellm/mf_gpt4_augmented`. Default of a `bert` router: `routellm/bert_gpt4_augmented`. Of a `causal_llm` router only its prompt files are read; the model is served elsewhere.',
    ),
  revision: z.string().min(1).optional().describe('Revision of the checkpoint on the hub. Default: `main`.'),
  embedder: z
    .string()
    .regex(
      /^(builtin|openai-compatible:.+|onnx:.+)$/,
      'must be builtin, openai-compatible:<model> or onnx:<folder or hub id>',
    )
    .optional()
    .describe(
      '`builtin`, `openai-compatible:<model>` or `onnx:<folder or hub id>`. Default: the one that the router was trained on.',
    ),
  scoringStrongModel: z
    .string()
    .optional()
    .describe(
      'Row of the model table to score as the strong model. Default: the pair that it was trained for; `gpt-4-1106-preview` for an upstream checkpoint.',
    ),
  scoringWeakModel: z
    .string()
    .optional()
    .describe(
      'Row of the model table to score as the weak model. Default: likewise; `mixtral-8x7b-instruct-v0.1`.',
    ),
  precision: z
    .enum(['float32', 'int8'])
    .optional()
    .describe('What the encoder of a `bert` router computes with. Default: `float32`.'),
  seed: z.int().min(0).optional().describe('Seed of the `random` router. Default: 0.'),
  rules: z
    .array(ruleSchema)
    .min(1)
    .optional()
    .describe(
      'Of a `rules` router, in order: the first that matches says the win rate. Their keys: docs/routers/rules.md. Default: a built-in list.',
    ),
  otherwise: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Win rate of a `rules` router where no rule matches. Default: 0.4.'),
  ...causalLlmKeys,
})

const policySchema = z.strictObject({
  kind: z.literal('pair').default('pair').describe('One router chooses between two models.'),
  strong: z
    .string()
    .default('strong')
    .describe(
      'Answers at a win rate at or above the threshold: a key of `models`, or `provider/upstream name`.',
    ),
  weak: z.string().default('weak').describe('Answers below the threshold.'),
})

const autoSchema = z.strictObject({
  router: z.string().optional().describe('Default: `mf` where it is configured, else the first router.'),
  threshold: z.number().min(0).max(1).optional().describe('Win rate from which the strong model answers.'),
  strongPercent: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe(
      "Share of prompts for the strong model, by the router's own calibration. Default where no `threshold` is given: 50; for a `rules` or `causal_llm` router, which has no calibration, the threshold 0.5.",
    ),
})

const embedderSchema = z.strictObject({
  baseUrl: httpUrl
    .optional()
    .describe("Where `openai-compatible:…` embedders ask. Default: OpenAI's own, for OpenAI's models."),
  apiKeyEnv: environmentName
    .optional()
    .describe(
      'Name of the environment variable that holds the key. Default: OPENAI_API_KEY where no `baseUrl` is given, else no key is sent.',
    ),
  dimensions: z.int().min(1).optional().describe('Dimensions to ask for, where the model has a choice.'),
  batchSize: z.int().min(1).max(2048).default(256).describe('Texts per request.'),
  retries: z
    .int()
    .min(0)
    .default(2)
    .describe('Further attempts after 408, 409, 429, 5xx or a lost connection.'),
  timeoutMs: milliseconds.default(10_000).describe('Limit for one request.'),
  cacheEntries: z.int().min(1).default(2048).describe('Embeddings kept in memory.'),
})

export const configSchema = z.strictObject({
  version: z.literal(1).describe('Version of this format.'),
  server: serverSchema.prefault({}),
  providers: z
    .record(z.string(), providerSchema)
    .optional()
    .describe('Where models are served. Name → provider.'),
  models: z
    .record(z.string(), modelSchema)
    .optional()
    .describe('Name → model. Without `models` the demonstration pair is served.'),
  routers: z
    .record(z.string(), routerSchema)
    .optional()
    .describe('Name → router; names are `[a-z0-9_-]+`. Default: `mf`, `random`, `length` and `rules`.'),
  policy: policySchema.prefault({}),
  auto: autoSchema.prefault({}).describe('What the model name `auto` stands for.'),
  embedder: embedderSchema.prefault({}),
  prompt: promptSchema.prefault({}).describe('Which text of a conversation is scored.'),
})

/** The file's content with defaults, before names are checked against each other. */
export type ConfigFile = z.output<typeof configSchema>
