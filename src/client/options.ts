import type { ClientOptions } from 'openai'
import type { Model } from '../routing/catalogue/model.ts'
import type { PromptRule } from '../routing/prompts/prompt-rule.ts'
import type { RouterDependencies } from '../routing/routers/router-kind.ts'

/** What a `RouteLLM` is told beyond the official client's own options. */
export type RoutingOptions = {
  /**
   * Routers that model names may ask for: names of kinds (`mf`, `random`, `length`) or paths of trained
   * artifacts. `['mf']` by default. The first one is the router of `auto` and of `scoreMany`.
   */
  readonly routers?: readonly string[]
  /** `provider/upstream name`, or a name at the client's own base URL where it begins with no known provider. */
  readonly strongModel: string
  readonly weakModel: string
  /**
   * Base URLs besides the client's own, by provider name. `openai` is the client's own `baseURL` and `apiKey`
   * unless it is given here.
   */
  readonly providers?: Readonly<Record<string, ClientProvider>>
  /** The threshold of `auto`: in [0, 1]. By default the router's threshold for half of its calibration prompts. */
  readonly autoThreshold?: number
  /** Which text of a conversation is scored. */
  readonly promptRule?: PromptRule
  /** Where routers that need `openai-compatible` embeddings ask for them. */
  readonly embedderOptions?: RouterDependencies['embedderOptions']
  /** How checkpoints are had from a hub. */
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

/** The provider name that stands for the client's own base URL and key. */
export const ownProviderName = 'openai'

/** A model that the client's own base URL knows by this name. */
export function ownModel(name: string): Model {
  return { name, provider: ownProviderName, upstream: name }
}
