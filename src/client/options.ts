import type { ClientOptions } from 'openai'
import type { Model } from '../routing/catalogue/model.ts'
import type { PromptRule } from '../routing/prompts/prompt-rule.ts'
import type { RouterDependencies } from '../routing/routers/router-kind.ts'
import type { SessionOptions } from '../routing/sessions/sessions.ts'

/** The options of a `RouteLLM` beyond those of the official client. */
export type RoutingOptions = {
  /**
   * Routers that model names may ask for: names of kinds (`mf`, `random`, `length`) or paths of trained
   * artifacts. Default: `['mf']`. The first one is the router of `auto` and of `scoreMany`.
   */
  readonly routers?: readonly string[]
  /**
   * `provider/upstream name`, where the provider is a key of `providers` or `openai` for the client itself, or a name
   * without a slash at the client's own base URL. With an own `baseURL` and without `providers`, the name is sent as it
   * is written.
   */
  readonly strongModel: string
  readonly weakModel: string
  /**
   * Base URLs besides the client's own, by provider name. Without an entry, `openai` is the client's own `baseURL` and
   * `apiKey`.
   */
  readonly providers?: Readonly<Record<string, ClientProvider>>
  /** The threshold of `auto`, in [0, 1]. Default: 50 % strong calls by the router's calibration, or 0.5 without one. */
  readonly autoThreshold?: number
  /** Which text of a conversation is scored. */
  readonly promptRule?: PromptRule
  /**
   * Keeps the model of a conversation where a change does not pay, as the server does (docs/sessions.md). What is remembered
   * is that of this client and of those that `withOptions` makes of it. `false` or `'off'` decides each call alone. Default: on.
   */
  readonly sessions?: Partial<SessionOptions> | false | 'off'
  /** Settings of `openai-compatible` embedders. */
  readonly embedderOptions?: RouterDependencies['embedderOptions']
  /** How checkpoints are downloaded from a hub. */
  readonly hub?: RouterDependencies['hub']
  /** How the encoders of `bert` routers and local embedders run. */
  readonly inference?: NonNullable<RouterDependencies['inference']>
}

export type ClientProvider = {
  /** Up to and including `/v1`. */
  readonly baseURL: string
  /** Absent: requests carry no Authorization header. */
  readonly apiKey?: string
  /** Sent to this provider only. */
  readonly headers?: Readonly<Record<string, string>>
}

export type RouteLLMOptions = ClientOptions & RoutingOptions

/** The provider name of the client's own base URL and key. */
export const ownProviderName = 'openai'

/** The model of this name at the client's own base URL. */
export function ownModel(name: string): Model {
  return { name, provider: ownProviderName, upstream: name }
}
