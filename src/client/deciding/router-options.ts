import type { PromptRule } from '../../routing/prompts/prompt-rule.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'
import type { SessionOptions } from '../../routing/sessions/sessions.ts'

/** How the clients decide, whoever sends the requests. */
export type RouterOptions = {
  /**
   * Routers that model names may ask for: names of kinds (`mf`, `random`, `length`) or paths of trained
   * artifacts. Default: `['mf']`. The first one is the router of `auto` and of `scoreMany`.
   */
  readonly routers?: readonly string[]
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
