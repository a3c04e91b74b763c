import { ConfigError } from '../../errors.ts'
import type { Model, ModelPair } from '../../routing/catalogue/model.ts'
import type { Policy } from '../../routing/policies/policy.ts'
import type { FollowUpReader } from '../../routing/prompts/follow-up.ts'
import type { PromptRule } from '../../routing/prompts/prompt-rule.ts'
import type { Router } from '../../routing/routers/router.ts'
import type { Sessions } from '../../routing/sessions/sessions.ts'
import type { TaskReader } from '../../routing/tasks/task.ts'
import type { AutoRoute } from './auto.ts'
import type { NamedExperiment } from './experiments/experiments.ts'
import type { ExplorationOptions } from './experiments/exploration.ts'

/** What a decider is made of. */
export type DeciderParts = {
  readonly routers: readonly Router[]
  /** Names of the providers. */
  readonly providers: readonly string[]
  readonly models: readonly Model[]
  /** Names of two of `models`. */
  readonly pair: ModelPair
  readonly auto: AutoRoute
  /** What `policy-<name>` stands for, by name. Default: none. */
  readonly policies?: ReadonlyMap<string, Policy>
  /** Which text of a conversation is scored. */
  readonly promptRule?: PromptRule
  /** Recognises follow-ups. Default: short English lists of words. */
  readonly followUpReader?: FollowUpReader
  /** A router that takes longer is given up, and the strong model answers. Default: 500. */
  readonly routerTimeoutMs?: number
  /** Reads the kind of work from the text that is scored. Default: decisions name none. */
  readonly taskReader?: TaskReader
  /** The vector of the text that is scored, as decisions carry it; null if it has none. Default: decisions carry none. */
  readonly featuresOf?: (text: string) => string | null
  /** Whether a model takes no requests now; null if all take some. Is called for each request. Default: all take some. */
  readonly findUnavailable?: () => ((model: Model) => boolean) | null
  /** Keeps conversations to their models. Default: each request is decided alone. */
  readonly sessions?: Sessions
  /** Policies that are compared on live sessions. Default: none. */
  readonly experiments?: readonly NamedExperiment[]
  /** Whether an experiment has ended, so that everyone gets its control; is asked for each request. Default: none has. */
  readonly isStopped?: (experiment: string) => boolean
  /** Sessions whose model is drawn at random. Default: none. */
  readonly exploration?: ExplorationOptions
  /** What is said of `auto` and policies where models are listed, by their listed name. Default: nothing. */
  readonly descriptions?: ReadonlyMap<string, string>
  /** Receives a warning if a router fails. Default: only the decision records the failure. */
  readonly log?: WarningLog
}

/** The part of pino's interface that is used. Neither prompts nor keys are ever passed to it. */
export type WarningLog = { warn(fields: object, message: string): void }

/** @throws ConfigError `duplicate-name` if two parts have one name. */
export function indexByName<Part extends { readonly name: string }>(
  kind: 'router' | 'provider' | 'model',
  parts: readonly Part[],
): ReadonlyMap<string, Part> {
  const named = new Map<string, Part>()
  for (const part of parts) {
    if (named.has(part.name)) {
      throw new ConfigError(
        'duplicate-name',
        `Two ${kind}s are named "${part.name}"; give one another name.`,
        { param: `${kind}s.${part.name}` },
      )
    }
    named.set(part.name, part)
  }
  return named
}

/** @throws ConfigError `unknown-provider`. */
export function checkProviders({ models, providers }: Pick<DeciderParts, 'models' | 'providers'>): void {
  for (const model of models) {
    if (!providers.includes(model.provider)) throw unknownProvider(model, providers)
  }
}

export function unknownProvider(model: Model, providers: readonly string[]): ConfigError {
  return new ConfigError(
    'unknown-provider',
    `The model "${model.name}" names the provider "${model.provider}", which is not configured. Providers: ${providers.join(', ') || 'none'}.`,
    { param: `models.${model.name}.provider` },
  )
}

/** @throws ConfigError `unknown-model`. */
export function findPairModel(
  models: ReadonlyMap<string, Model>,
  pair: ModelPair,
  side: 'strong' | 'weak',
): Model {
  const model = models.get(pair[side])
  if (model !== undefined) return model
  throw new ConfigError(
    'unknown-model',
    `policy.${side} names the model "${pair[side]}", which is not configured. Models: ${[...models.keys()].join(', ') || 'none'}.`,
    { param: `policy.${side}` },
  )
}
