import type { ProviderConfig } from '../providers/registry.ts'
import type { Model, ModelPair } from '../routing/catalogue/model.ts'
import type { FallbackMode } from '../routing/policies/fallback-mode.ts'
import type { PolicySpec } from '../routing/policies/registry.ts'
import type { PromptRule } from '../routing/prompts/prompt-rule.ts'
import type { RouterSpec } from '../routing/routers/registry.ts'
import type { SessionOptions } from '../routing/sessions/sessions.ts'
import type { EnergyConfig } from './energy/energy-config.ts'
import type { AppliedKeyFile } from './key-file/applied-key-file.ts'
import type { AppliedLock } from './lock/applied-lock.ts'
import type { alertEvents } from './schema/operations/operations-schema.ts'

/** The content of `routellm.yaml`, with every default filled in and every name checked. */
export type Config = {
  /** Source of the configuration, for messages: a file name, or `built-in demonstration`. */
  readonly source: string
  readonly server: ServerConfig
  /** In the order of the file, as are models and routers. */
  readonly providers: readonly ProviderConfig[]
  readonly models: readonly Model[]
  /** Paths in their settings are absolute. */
  readonly routers: readonly RouterSpec[]
  /** The pair behind `router-…`. */
  readonly policy: PairPolicy
  /** The policies behind the model names `policy-<name>`. */
  readonly policies: readonly PolicySpec[]
  /** Meaning of the model name `auto`. */
  readonly auto: AutoConfig
  readonly embedder: EmbedderConfig
  /** Which text of a conversation is scored. */
  readonly prompt: PromptRule
  /** Null: each request is decided alone. */
  readonly sessions: SessionOptions | null
  /** Null: nothing is kept. */
  readonly store: StoreConfig | null
  /** Null: no alerts are sent. */
  readonly alerts: AlertsConfig | null
  readonly telemetry: TelemetryConfig
  readonly metrics: MetricsConfig
  readonly energy: EnergyConfig
  readonly experiments: readonly ExperimentConfig[]
  /** Null: no model is drawn at random. */
  readonly exploration: ExplorationConfig | null
  /** Null: no request is sent to a second model. */
  readonly shadow: ShadowConfig | null
  readonly learn: LearnConfig
  /** Null: no request is put up for a label. */
  readonly labels: LabelsConfig | null
  /** What a lock file has replaced in `routers`, `policies` and `auto`; null: there is none. */
  readonly lock: AppliedLock | null
  /** What a key file has added to `server.keys`; null: it adds none. */
  readonly keyFile: AppliedKeyFile | null
}

/** A comparison of two policies on live sessions: one of `experiments`. Its rules are `ExperimentPlan`'s. */
export type ExperimentConfig = {
  readonly id: string
  /** The name of a policy, or `auto`. */
  readonly control: string
  readonly treatment: string
  /** Of the sessions, for the treatment; above 0 and below 1. */
  readonly share: number
  readonly plannedSessions: number
  readonly mostSessions?: number
  readonly mostUsdPerSession: number
  readonly errorRate: number
  readonly success: readonly ExperimentLimit[]
  readonly guards: readonly ExperimentLimit[]
  readonly seed: number
}

export type ExperimentLimit = {
  readonly outcome: 'quality' | 'usd'
  readonly of: 'difference' | 'treatment'
  readonly is: 'above' | 'below'
  readonly limit: number
}

/** Sessions whose model is drawn at random. */
export type ExplorationConfig = {
  /** Of the sessions, above 0 and at most 1. */
  readonly share: number
  readonly seed: number
}

/** Requests that a second candidate answers too, outside of the request. */
export type ShadowConfig = {
  /** Of the requests, above 0 and at most 1. */
  readonly share: number
  readonly usdPerDay: number
  /** The name of a model, or `checkers`: no model is asked. */
  readonly judge: string
  /** Names of policies, and `auto` for requests that none of them decided. Absent: all. */
  readonly policies?: readonly string[]
  readonly maxInFlight: number
}

/** Requests that are put up for a person to label: `SelectionOptions`, and what answers of other models may cost. */
export type LabelsConfig = {
  readonly perDay: number
  readonly base: number
  readonly active: number
  readonly seed: number
  readonly usdPerDay: number
}

/** Of a command that is called without them. */
export const defaultLabels: LabelsConfig = { perDay: 20, base: 0.05, active: 0.5, seed: 0, usdPerDay: 1 }

/** Says that only rules compare answers. */
export const onlyCheckers = 'checkers'

/** How routers are trained on traffic, tested, and put in service. Times are milliseconds. */
export type LearnConfig = {
  /** `auto`, or names of policies. */
  readonly policies: readonly string[]
  /** How often the server starts it; absent: never. */
  readonly every?: number
  readonly maxLoss: number
  readonly confidence: number
  readonly lossMargin: number
  readonly qualityMargin: number
  /** Of all attempts of 30 days together. */
  readonly errorRate: number
  readonly validDays: number
  /** Age of the oldest labelled requests. */
  readonly window: number
  readonly seed: number
  readonly trustedKeys: readonly string[]
  /** Absent: a new router takes the place of the old one at once. */
  readonly canary?: { readonly share: number; readonly sessions: number }
}

/** What the server remembers of requests, and where. What is absent is not limited. */
export type StoreConfig = {
  /** Absolute. */
  readonly folder: string
  readonly text: 'none' | 'redacted' | 'full'
  /** Whether the vector of the scored text is kept. */
  readonly features: 'none' | 'vector'
  /** Requests that are older are removed. */
  readonly days?: number
  /** Of the database: beyond it the oldest days are removed. */
  readonly bytes?: number
  readonly journalBytes: number
}

/** What a server can raise an alert about. */
export type AlertEvent = (typeof alertEvents)[number]

/** Who is told at once about what. */
export type AlertsConfig = {
  readonly webhooks: readonly {
    readonly url: string
    /** Environment variable with the secret that signs; absent: deliveries are not signed. */
    readonly secretEnv?: string
    readonly events: readonly AlertEvent[]
  }[]
  /** Of a dollar budget, 1 to 100. */
  readonly budgetPercents: readonly number[]
  readonly errorRate: { readonly above: number; readonly minutes: number; readonly leastRequests: number }
  readonly certificateDays: number
}

export type TelemetryConfig = {
  readonly openTelemetry: boolean
  /** Whether spans carry prompts and answers. */
  readonly text: boolean
}

export type MetricsConfig = {
  /** A module of the user's own metrics; absolute. */
  readonly module?: string
}

export type ServerConfig = {
  readonly host: string
  readonly port: number
  /** HMACs of the keys that clients may present (`clientKeyHmac`); empty: no key is required. */
  readonly clientKeys: readonly string[]
  /** Keys with a name and limits: those of `keys` in the order of the file, then those of the key file. */
  readonly keys: readonly ClientKey[]
  readonly limits: GatewayLimits
  /** Origins of web pages that may use the gateway, as `parseOrigin` returns them, or `*`. */
  readonly allowedOrigins: readonly string[]
  /** A router that takes longer is given up and the strong model answers. */
  readonly routerTimeoutMs: number
  /** When a model is called a second time because its stream is late; absent: never. */
  readonly hedge?: { readonly afterPercentile: number; readonly maxShare: number }
  readonly bodyLimitBytes: number
  /** Time limit for requests in flight after SIGTERM. */
  readonly drainTimeoutMs: number
  /** Between `/ready` answering 503 and refusing new requests, after SIGTERM. */
  readonly shutdownGraceMs: number
  /** Send the client's own Authorization header upstream instead of the provider's key. */
  readonly forwardClientKey: boolean
}

/** A key of a client: one of `keys`. What is absent is not limited. */
export type ClientKey = {
  /** Public: it is in the request log and in the metrics. */
  readonly name: string
  /** `hmac-sha256:<salt>:<digest>` of the secret. */
  readonly hmac: string
  /** Names of the models that may answer. */
  readonly models?: readonly string[]
  /** Names of the policies that requests may name, or that `auto` may stand for. */
  readonly policies?: readonly string[]
  /** The region that every request of the key demands. */
  readonly region?: string
  /** Tags that every request of the key demands. */
  readonly tags?: readonly string[]
  readonly requestsPerMinute?: number
  readonly tokensPerMinute?: number
  /** Days and months of UTC. */
  readonly usdPerDay?: number
  readonly usdPerMonth?: number
  /** Whether policies save more while the dollars are being spent too fast. */
  readonly pacing: boolean
}

/** The limits of the gateway as a whole: `limits`. */
export type GatewayLimits = {
  /** Requests that are being answered at once. */
  readonly maxInFlight?: number
  /** Where further requests wait. */
  readonly queue?: {
    readonly size: number
    readonly timeoutMs: number
    /** Of the bodies that wait. */
    readonly maxBytes: number
  }
  readonly usdPerDay?: number
  readonly pacing: boolean
}

export type PairPolicy = ModelPair & { readonly kind: 'pair'; readonly fallback?: FallbackMode }

export type AutoConfig =
  | { readonly kind: 'threshold'; readonly router: string; readonly threshold: number }
  /** The threshold is read off the router's own calibration. `strongPercent` is 0 to 100. */
  | { readonly kind: 'strong-percent'; readonly router: string; readonly strongPercent: number }
  /** 50 % strong calls by the router's own calibration, or the threshold 0.5 if it has none. */
  | { readonly kind: 'router-default'; readonly router: string }
  /** One of `policies`. */
  | { readonly kind: 'policy'; readonly policy: string }

/** Endpoint of `openai-compatible:<model>` embedders, and the number of vectors kept in memory. */
export type EmbedderConfig = {
  /** Absent: OpenAI's own, for OpenAI's models. */
  readonly baseUrl?: string
  readonly apiKeyEnv?: string
  readonly dimensions?: number
  readonly batchSize: number
  readonly retries: number
  readonly timeoutMs: number
  readonly cacheEntries: number
  /** What the endpoint charges, for the savings. */
  readonly usdPerMillionTokens?: number
}

/** Settings of a command line that override the file before the cross-check. */
export type ConfigOverrides = {
  readonly host?: string
  readonly port?: number
  /** Added to the file's. */
  readonly clientKeys?: readonly string[]
  /** Its keys are added to the file's. */
  readonly keyFile?: { readonly file: string; readonly keys: readonly ClientKey[] }
}
