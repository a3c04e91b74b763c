import { z } from 'zod'
import { maxTimerMs, mergeShapes, milliseconds } from '../../base/settings/schema.ts'
import { providerKinds } from '../../providers/registry.ts'
import { efforts, modalities } from '../../routing/catalogue/model.ts'
import { embedderKinds } from '../../routing/embedding/registry.ts'
import { fallbackModes } from '../../routing/policies/fallback-mode.ts'
import { pair } from '../../routing/policies/pair/kind.ts'
import { type PolicyKinds, policyKinds } from '../../routing/policies/registry.ts'
import { builtinRouterKinds } from '../../routing/routers/registry.ts'
import type { RouterKind } from '../../routing/routers/router-kind.ts'
import { energySchema, modelEnergySchema } from './energy-schema.ts'
import { experimentSchema, explorationSchema } from './experiments-schema.ts'
import { keySchema, limitsSchema } from './keys-schema.ts'
import { label } from './label.ts'
import { labelsSchema } from './loop/labels-schema.ts'
import { learnSchema } from './loop/learn-schema.ts'
import { shadowSchema } from './loop/shadow-schema.ts'
import { alertsSchema, metricsSchema, telemetrySchema } from './operations/operations-schema.ts'
import { parseOrigin } from './origin.ts'
import { promptSchema } from './prompt-schema.ts'
import { sessionsSchema } from './sessions-schema.ts'
import { storeSchema } from './store-schema.ts'

// `routellm.yaml`, version 1, before defaults. Unknown keys are errors. Sections that depend on a kind are assembled from
// the tables of kinds. Checks that compare two places of the file (a model's provider exists) are in `cross-check.ts`.
// The descriptions become the JSON Schema's and the table in docs/configuration.md.

const price = z.number().min(0)
const tokens = z.int().min(1)

const originSchema = z.string().transform((text, context) => {
  const origin = parseOrigin(text)
  if (origin !== undefined) return origin
  context.addIssue({
    code: 'custom',
    message: 'must be an origin: a scheme, a host and perhaps a port, such as https://chat.example.com, or *',
  })
  return z.NEVER
})

const serverSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to bind. Anything but loopback needs `keys` or `clientKeys`.'),
  port: z.int().min(0).max(65535).default(6060).describe('Port to listen on; 0 takes a free one.'),
  clientKeys: z
    .array(z.string())
    .default([])
    .describe('HMACs of keys without a name and without limits, as `routellm client-key` prints them.'),
  allowedOrigins: z
    .array(originSchema)
    .default([])
    .describe(
      'Origins of web pages that may use the gateway, such as `http://localhost:5173`; `*`, with `clientKeys` only, is every page.',
    ),
  routerTimeoutMs: milliseconds
    .default(500)
    .describe('A router that takes longer is given up and the strong model answers.'),
  bodyLimitBytes: z.int().min(1024).default(33_554_432).describe('Largest request body that is accepted.'),
  hedge: z
    .strictObject({
      afterPercentile: z
        .number()
        .min(50)
        .max(99.9)
        .default(95)
        .describe("The percentile of a model's times to the first token after which a stream is late."),
      maxShare: z
        .number()
        .min(0.001)
        .max(1)
        .default(0.05)
        .describe('Second calls, at most, as a share of the requests.'),
    })
    .exactOptional()
    .describe(
      'Call a model a second time if its stream is late, and abort the later one. Default: never. `{}` is `{ afterPercentile: 95, maxShare: 0.05 }`.',
    ),
  drainTimeoutMs: z
    .int()
    .min(0)
    .max(maxTimerMs)
    .default(30_000)
    .describe('How long requests in flight may go on after SIGTERM or Ctrl-C.'),
  shutdownGraceMs: z
    .int()
    .min(0)
    .max(maxTimerMs)
    .default(5000)
    .describe(
      'How long `/ready` answers 503 after SIGTERM before new requests are refused; Ctrl-C does not wait.',
    ),
  forwardClientKey: z
    .boolean()
    .default(false)
    .describe("Send the client's own Authorization header upstream instead of the provider's key."),
})

/** One entry of `providers`: the keys of its kind. */
export const providerSchema = z.discriminatedUnion(
  'kind',
  providerKinds.map(({ kind, summary, settings }) =>
    z.strictObject({ kind: z.literal(kind).describe(summary), ...settings.shape }),
  ) as [z.ZodObject<{ kind: z.ZodLiteral<string> }>, z.ZodObject<{ kind: z.ZodLiteral<string> }>],
)

const modelSchema = z.strictObject({
  provider: z.string().describe('A key of `providers`.'),
  upstream: z
    .string()
    .min(1)
    .optional()
    .describe('What the provider calls the model, sent unchanged. Default: the name under `models`.'),
  effort: z
    .enum(efforts)
    .optional()
    .describe(
      "Reasoning effort that requests are sent with. Two entries with one `upstream` and two efforts are two models to choose from. Default: the client's own, or else the upstream's default.",
    ),
  contextTokens: tokens
    .optional()
    .describe('Most tokens of prompt and reply together. A longer request goes to another model.'),
  maxOutputTokens: tokens
    .optional()
    .describe('Most tokens of a reply. A request that asks for more goes to another model.'),
  modalities: z
    .array(z.enum(modalities))
    .min(1)
    .optional()
    .describe(
      'What it reads: `text`, `image`, `audio`, `file`. A request with another kind of content goes to another model. Default: not known, so it gets every kind.',
    ),
  tools: z
    .boolean()
    .optional()
    .describe('Whether it calls tools. `false`: a request with tools goes to another model.'),
  structuredOutput: z
    .boolean()
    .optional()
    .describe(
      'Whether its reply follows a JSON schema. `false`: a request with `response_format: json_schema` goes to another model.',
    ),
  region: label
    .optional()
    .describe('Where it runs, such as `eu`; a request can demand it with the header `x-routellm-region`.'),
  tags: z
    .array(label)
    .optional()
    .describe('Labels that a request can demand with the header `x-routellm-tags`, such as `contract`.'),
  inputUsdPerMillionTokens: price
    .optional()
    .describe(
      'Price of a million prompt tokens, in US dollars. Default: the list price, if `baseUrl` is that of a provider whose prices are known, else unpriced.',
    ),
  outputUsdPerMillionTokens: price
    .optional()
    .describe('Price of a million completion tokens, in US dollars.'),
  cacheReadUsdPerMillionTokens: price
    .optional()
    .describe("Price of a million prompt tokens that are in the provider's cache."),
  cacheWriteUsdPerMillionTokens: price
    .optional()
    .describe('Price of a million prompt tokens that the provider writes to its cache for five minutes.'),
  cacheWrite1hUsdPerMillionTokens: price
    .optional()
    .describe('Price of a million prompt tokens that the provider writes to its cache for an hour.'),
  energy: modelEnergySchema
    .optional()
    .describe('What its tokens use, with the source of the figures. Default: not known, and not counted.'),
})

/** One entry of `routers`: the keys of all kinds. `parse-routers.ts` checks which of them the entry's kind takes. */
function routerSchema(kinds: readonly RouterKind[]) {
  const implied = kinds.flatMap(({ kind, configuration }) =>
    configuration?.impliedBy === undefined ? [] : [`\`${kind}\` for ${configuration.impliedBy.article}`],
  )
  const names = kinds.map(({ kind }) => kind)
  return z.strictObject({
    kind: z
      .enum(names)
      .optional()
      .describe(
        `Which router. Default: that of the artifact, ${implied.join(', ')}, else the name under \`routers\`.`,
      ),
    ...mergeShapes(kinds.map(({ settings }) => settings.shape)),
  })
}

const { strong, weak } = pair.settings.shape

const fallback = z
  .enum(fallbackModes)
  .exactOptional()
  .describe(
    'Who answers if the chosen model fails before its first byte, or answers with an error: `stronger` (the default) the candidates that are expected to answer at least as well (of a pair the strong model), `both` after them the others too, `none` nobody.',
  )

/** The pair that `router-…` names choose from. */
const policySchema = z.strictObject({
  kind: z.literal(pair.kind).default(pair.kind).describe(pair.summary),
  strong: strong.default('strong'),
  weak: weak.default('weak'),
  fallback,
})

/** One entry of `policies`: the keys of its kind. */
function policyEntrySchema(kinds: PolicyKinds) {
  return z.discriminatedUnion(
    'kind',
    Object.values(kinds).map(({ kind, summary, settings }) =>
      z.strictObject({ kind: z.literal(kind).describe(summary), ...settings.shape, fallback }),
    ) as unknown as [z.ZodObject<{ kind: z.ZodLiteral<string> }>],
  )
}

const autoSchema = z.strictObject({
  policy: z
    .string()
    .optional()
    .describe('A key of `policies`, instead of `router`, `threshold` and `strongPercent`.'),
  router: z.string().optional().describe('Default: `mf` if it is configured, else the first router.'),
  threshold: z.number().min(0).max(1).optional().describe('Win rate from which the strong model answers.'),
  strongPercent: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe(
      "Percent of prompts for the strong model, by the router's calibration. Default without `threshold`: 50, or the threshold 0.5 for a router without calibration.",
    ),
})

const embedderSchema = z.strictObject({
  ...mergeShapes(embedderKinds.map(({ settings }) => settings?.shape ?? {})),
  cacheEntries: z.int().min(1).default(2048).describe('Embeddings kept in memory.'),
  usdPerMillionTokens: price
    .optional()
    .describe('Price of a million tokens of the embedder, which `routellm savings` takes off. Default: 0.'),
})

/** The schema of a file for the kinds of router and of policy that there are. */
export function createConfigSchema(kinds: readonly RouterKind[], policies: PolicyKinds = policyKinds) {
  const standard = kinds.flatMap(({ kind, configuration }) =>
    configuration?.isStandard === true ? [`\`${kind}\``] : [],
  )
  return z.strictObject({
    version: z.literal(1).describe('Version of this format.'),
    server: serverSchema.prefault({}),
    providers: z
      .record(z.string(), providerSchema)
      .optional()
      .describe('Endpoints that serve models. Name → provider.'),
    models: z
      .record(z.string(), modelSchema)
      .optional()
      .describe('Name → model. Without `models` the demonstration pair is served.'),
    routers: z
      .record(z.string(), routerSchema(kinds))
      .optional()
      .describe(`Name → router; names are \`[a-z0-9_-]+\`. Default: ${listNames(standard)}.`),
    policy: policySchema.prefault({}),
    policies: z
      .record(z.string(), policyEntrySchema(policies))
      .optional()
      .describe('Name → policy, for the model name `policy-<name>`; names are `[a-z0-9_-]+`.'),
    auto: autoSchema.prefault({}).describe('Meaning of the model name `auto`.'),
    embedder: embedderSchema.prefault({}),
    prompt: promptSchema.prefault({}).describe('Which text of a conversation is scored.'),
    sessions: sessionsSchema
      .prefault({})
      .describe('When a conversation may switch its model; `off` decides each request alone.'),
    store: storeSchema
      .prefault({})
      .describe('What the server remembers of requests, and where; `off` keeps nothing.'),
    experiments: z
      .record(z.string(), experimentSchema)
      .optional()
      .describe('Name → experiment between two policies; names are `[a-z0-9_-]+`. Default: none.'),
    exploration: explorationSchema
      .optional()
      .describe('Draws the model of some sessions at random. Default: nothing is drawn.'),
    shadow: shadowSchema
      .optional()
      .describe(
        'Sends some requests to a second candidate too, and compares the answers. Default: no request.',
      ),
    learn: learnSchema
      .prefault({})
      .describe('How `routellm learn` trains, tests and puts routers in service.'),
    labels: labelsSchema
      .optional()
      .describe('Puts requests up for a person to label, every ten minutes. Default: none.'),
    keys: z
      .record(z.string(), keySchema)
      .optional()
      .describe(
        'Name → key of a client, with what it may use. The name is public: it is in logs and metrics.',
      ),
    limits: limitsSchema.prefault({}),
    alerts: alertsSchema
      .optional()
      .describe('Who is told at once about budgets, drift, errors and certificates. Default: nobody.'),
    telemetry: telemetrySchema.prefault({}),
    metrics: metricsSchema.prefault({}),
    energy: energySchema
      .prefault({})
      .describe('How watt-hours of the models become those of a data centre, and CO2.'),
  })
}

/** The schema of a file for the kinds of this package. */
export const configSchema = createConfigSchema(builtinRouterKinds)

/** The file's content with defaults, before names are checked against each other. */
export type ConfigFile = z.output<typeof configSchema>

/** `a, b and c`. */
function listNames(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
