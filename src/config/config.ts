import type { Model, ModelPair } from '../routing/catalogue/model.ts'
import type { PromptRule } from '../routing/prompts/prompt-rule.ts'
import { assembleConfig } from './assemble.ts'
import { crossCheck } from './cross-check.ts'
import { demoSource } from './demo.ts'
import { configError, type Problem, problemsOfIssues } from './problems.ts'
import { type ConfigFile, configSchema } from './schema/schema.ts'
import { fromUpstreamFormat } from './upstream-format.ts'
import { readYaml } from './yaml-source.ts'

/** What `routellm.yaml` says, with every default filled in and every name checked. */
export type Config = {
  /** Where it came from, for messages: a file name, or `built-in demonstration`. */
  readonly source: string
  readonly server: ServerConfig
  /** In the order of the file, as are models and routers. */
  readonly providers: readonly ProviderConfig[]
  readonly models: readonly Model[]
  readonly routers: readonly RouterConfig[]
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

export type ProviderConfig = OpenAICompatibleProviderConfig | DemoProviderConfig

export type OpenAICompatibleProviderConfig = {
  readonly kind: 'openai-compatible'
  readonly name: string
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** Name of the environment variable that holds the key. Absent: no key is sent. */
  readonly apiKeyEnv?: string
  /** Sent with every request; never a key. */
  readonly headers: Readonly<Record<string, string>>
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly maxConnections: number
}

/** Answers by itself, deterministically and labelled as a demonstration. */
export type DemoProviderConfig = { readonly kind: 'demo'; readonly name: string }

/** One router; what `loadRouter` needs to build it. `artifact` is resolved against the file's folder. */
export type RouterConfig = {
  readonly name: string
  readonly kind?: string
  readonly artifact?: string
  readonly checkpoint?: string
  readonly revision?: string
  readonly embedder?: string
  readonly scoringStrongModel?: string
  readonly scoringWeakModel?: string
  /** Of the kind `bert`. */
  readonly precision?: 'float32' | 'int8'
  readonly seed?: number
  /** Of the kind `rules`. */
  readonly rules?: readonly RuleConfig[]
  readonly otherwise?: number
  /** These and the following of the kind `causal_llm`. */
  readonly baseUrl?: string
  readonly model?: string
  /** Name of the environment variable that holds the key. Absent: no key is sent. */
  readonly apiKeyEnv?: string
  readonly mode?: 'chat' | 'completion'
  readonly template?: string
  readonly maxTokens?: number
  readonly topLogprobs?: number
  readonly samples?: number
  readonly timeoutMs?: number
  readonly retries?: number
  readonly concurrency?: number
  readonly cacheEntries?: number
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** One rule, as it is written. */
export type RuleConfig = DeepReadonly<
  NonNullable<NonNullable<ConfigFile['routers']>[string]['rules']>[number]
>

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

export type PairPolicy = ModelPair & { readonly kind: 'pair' }

export type AutoConfig =
  | { readonly kind: 'threshold'; readonly router: string; readonly threshold: number }
  /** The threshold is read off the router's own calibration. `strongPercent` is 0 to 100. */
  | { readonly kind: 'strong-percent'; readonly router: string; readonly strongPercent: number }

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

/**
 * Reads a configuration file's text.
 *
 * @param source the file's name: messages begin with it, and relative folders are resolved against its folder.
 * @throws ConfigError `invalid-yaml` or `invalid-config`: every problem on a line of its own, with the line of the
 *   file, the path of the key, the value and what to do. Values that may be keys are not shown.
 */
export function parseConfig(yamlText: string, source: string, overrides: ConfigOverrides = {}): Config {
  const yaml = readYaml(yamlText, source)
  const read = readFile(yaml.value)
  if ('problems' in read) throw configError(read.problems, yaml, source)
  const config = overridden(assembleConfig(read.file, source), overrides)
  const problems = crossCheck(config, read.file)
  if (problems.length > 0) throw configError(problems, yaml, source)
  return config
}

/**
 * The configuration when there is none: the demonstration's two models, the routers mf, random, length and rules, and
 * `auto` as mf at the threshold that sends half of the calibration prompts to the strong model.
 */
export function demoConfig(): Config {
  return assembleConfig(configSchema.parse({ version: 1 }), demoSource)
}

function readFile(value: unknown): { file: ConfigFile } | { problems: Problem[] } {
  const isVersioned = typeof value === 'object' && value !== null && 'version' in value
  if (!isVersioned) return fromUpstreamFormat(value)
  const parsed = configSchema.safeParse(value)
  return parsed.success ? { file: parsed.data } : { problems: problemsOfIssues(parsed.error.issues, value) }
}

function overridden(config: Config, overrides: ConfigOverrides): Config {
  const { host = config.server.host, port = config.server.port, clientKeys = [] } = overrides
  const server = { ...config.server, host, port, clientKeys: [...config.server.clientKeys, ...clientKeys] }
  return { ...config, server }
}
