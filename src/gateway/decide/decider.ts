import { ConfigError } from '../../errors.ts'
import type { Model, ModelPair } from '../../routing/catalogue/model.ts'
import { createPairPolicies } from '../../routing/policies/pair/policy.ts'
import {
  type CallerSignal,
  isExplainingPolicy,
  type Policy,
  type PolicyRequest,
} from '../../routing/policies/policy.ts'
import { defaultPromptRule, type PromptRule, routedPrompt } from '../../routing/prompts/prompt-rule.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import type { Router } from '../../routing/routers/router.ts'
import { type AutoRoute, createAutoPolicy } from './auto.ts'
import type { Decision } from './decision.ts'
import { explainDecision } from './explain.ts'
import type { ExplainedDecision } from './explained-decision.ts'
import { autoName, checkModelNames, policyPrefix } from './model-name.ts'
import { advertisedName, createModelResolver } from './resolve-model.ts'
import type { RouteRequest } from './route-request.ts'

/** Decides which model answers a request. Sends nothing and refers to providers by name only. */
export type Decider = {
  /**
   * Which model answers. Returns at once if the router does; a router that fails gives a `fallback` decision.
   * Throws (or rejects with) InvalidRequestError for a model name that does not exist here, RouterError of status 429
   * for a router that is overloaded.
   */
  decide(request: RouteRequest, signal?: CallerSignal): Decision | Promise<Decision>
  /** The same decision with its explanation: its candidates, what moved the score, and what would flip it. */
  explain(request: RouteRequest, signal?: CallerSignal): Promise<ExplainedDecision>
  /**
   * What `GET /v1/models` lists: `auto`, each policy, each router (at 50 % strong calls if it is calibrated, otherwise at its
   * default threshold), each configured model.
   */
  models(): readonly ListedModel[]
  /**
   * The listing of a name that `decide` accepts, listed or not.
   *
   * @throws InvalidRequestError as `decide` does for a name that it does not accept.
   */
  findListed(name: string): ListedModel
}

export type ListedModel = {
  readonly id: string
  /** `routellm` for routers and policies, the provider's name for models. */
  readonly ownedBy: string
}

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
  /** A router that takes longer is given up, and the strong model answers. Default: 500. */
  readonly routerTimeoutMs?: number
  /** Receives a warning if a router fails. Default: only the decision records the failure. */
  readonly log?: WarningLog
}

/** The part of pino's interface that is used. Neither prompts nor keys are ever passed to it. */
export type WarningLog = { warn(fields: object, message: string): void }

const defaultRouterTimeoutMs = 500

/** @throws ConfigError if the parts do not fit together: two of one name, a pair or provider that does not exist. */
export function createDecider(parts: DeciderParts): Decider {
  const { promptRule = defaultPromptRule, routerTimeoutMs = defaultRouterTimeoutMs, log } = parts
  const { policies = new Map<string, Policy>() } = parts
  const routers = indexByName('router', parts.routers)
  const models = indexByName('model', parts.models)
  checkModelNames(parts.models)
  checkProviders(parts)
  const strong = findPairModel(models, parts.pair, 'strong')
  const weak = findPairModel(models, parts.pair, 'weak')
  const named = { routers, models, providers: parts.providers }
  const resolveModel = createModelResolver({
    ...named,
    createPairPolicy: createPairPolicies({ strong, weak, routerTimeoutMs }),
    auto: createAutoPolicy(parts.auto, parts.pair, { ...named, policies, routerTimeoutMs }),
    policies,
  })

  function toPolicyRequest(request: RouteRequest): PolicyRequest {
    if ('prompt' in request) return { prompt: promptFromText(request.prompt), messages: [] }
    return { prompt: routedPrompt(request.messages, promptRule), messages: request.messages }
  }

  function logFallback(decision: Decision): Decision {
    if (decision.kind === 'fallback') {
      const { fallback, router, problem } = decision
      log?.warn({ fallback, router, problem }, 'a router failed; the strong model answers')
    }
    return decision
  }

  return {
    decide(request, signal) {
      const resolved = resolveModel(request.model)
      if (resolved.kind === 'model') return { kind: 'fixed-model', model: resolved.model }
      const decision = resolved.policy.choose(toPolicyRequest(request), signal)
      return decision instanceof Promise ? decision.then(logFallback) : logFallback(decision)
    },
    async explain(request, signal) {
      const resolved = resolveModel(request.model)
      if (resolved.kind === 'model') return explainDecision({ kind: 'fixed-model', model: resolved.model })
      const { policy } = resolved
      const asked = toPolicyRequest(request)
      const callerSignal = typeof signal === 'function' ? signal() : signal
      const decision = logFallback(await policy.choose(asked, callerSignal))
      if (decision.kind !== 'routed' || !isExplainingPolicy(policy)) return explainDecision(decision)
      return explainDecision(decision, await policy.explain(asked, callerSignal))
    },
    models() {
      const routed = parts.routers.map(advertisedName)
      const policyNames = [...policies.keys()].map((name) => `${policyPrefix}${name}`)
      return [
        ...[autoName, ...policyNames, ...routed].map((id) => ({ id, ownedBy: 'routellm' })),
        ...parts.models.map((model) => ({ id: model.name, ownedBy: model.provider })),
      ]
    },
    findListed(name) {
      const resolved = resolveModel(name)
      return { id: name, ownedBy: resolved.kind === 'model' ? resolved.model.provider : 'routellm' }
    },
  }
}

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

function checkProviders({ models, providers }: DeciderParts): void {
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

function findPairModel(models: ReadonlyMap<string, Model>, pair: ModelPair, side: 'strong' | 'weak'): Model {
  const model = models.get(pair[side])
  if (model !== undefined) return model
  throw new ConfigError(
    'unknown-model',
    `policy.${side} names the model "${pair[side]}", which is not configured. Models: ${[...models.keys()].join(', ') || 'none'}.`,
    { param: `policy.${side}` },
  )
}
