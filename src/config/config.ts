import type { ProviderConfig } from '../providers/registry.ts'
import type { Model, ModelPair } from '../routing/catalogue/model.ts'
import type { PromptRule } from '../routing/prompts/prompt-rule.ts'
import type { RouterSpec } from '../routing/routers/registry.ts'

/** What `routellm.yaml` says, with every default filled in and every name checked. */
export type Config = {
  /** Where it came from, for messages: a file name, or `built-in demonstration`. */
  readonly source: string
  readonly server: ServerConfig
  /** In the order of the file, as are models and routers. */
  readonly providers: readonly ProviderConfig[]
  readonly models: readonly Model[]
  /** Paths in their settings are absolute. */
  readonly routers: readonly RouterSpec[]
  readonly policy: PairPolicy
  /** What the model name `auto` stands for. */
  readonly auto: AutoConfig
  readonly embedder: EmbedderConfig
  /** Which text of a conversation is scored. */
  readonly prompt: PromptRule
}

export type ServerConfig = {
  readonly host: string
  readonly port: number
  /** HMACs of the keys that clients may present (`clientKeyHmac`); empty: no key is asked for. */
  readonly clientKeys: readonly string[]
  /** A router that takes longer is given up and the strong model answers. */
  readonly routerTimeoutMs: number
  readonly bodyLimitBytes: number
  /** How long requests in flight may go on after SIGTERM. */
  readonly drainTimeoutMs: number
  /** Send the client's own Authorization header upstream instead of the provider's key. */
  readonly forwardClientKey: boolean
}

export type PairPolicy = ModelPair & { readonly kind: 'pair' }

export type AutoConfig =
  | { readonly kind: 'threshold'; readonly router: string; readonly threshold: number }
  /** The threshold is read off the router's own calibration. `strongPercent` is 0 to 100. */
  | { readonly kind: 'strong-percent'; readonly router: string; readonly strongPercent: number }
  /** 50 % strong calls by the router's own calibration, or the threshold 0.5 if it has none. */
  | { readonly kind: 'router-default'; readonly router: string }

/** Where `openai-compatible:<model>` embedders send texts, and how many vectors are kept in memory. */
export type EmbedderConfig = {
  /** Absent: OpenAI's own, for OpenAI's models. */
  readonly baseUrl?: string
  readonly apiKeyEnv?: string
  readonly dimensions?: number
  readonly batchSize: number
  readonly retries: number
  readonly timeoutMs: number
  readonly cacheEntries: number
}

/** What a command line may say over the file before the two are checked against each other. */
export type ConfigOverrides = {
  readonly host?: string
  readonly port?: number
  /** Added to the file's. */
  readonly clientKeys?: readonly string[]
}
