import { ConfigError } from '../errors.ts'
import { isNetworkedProvider, type Provider } from '../providers/provider.ts'
import type { Model, ModelPair } from '../routing/catalogue/model.ts'
import { defaultPromptRule, type PromptRule, routedPrompt } from '../routing/prompts/prompt-rule.ts'
import { promptFromText, type RoutedPrompt } from '../routing/prompts/routed-prompt.ts'
import { isCalibratedRouter, isClosableRouter, type Router } from '../routing/routers/router.ts'
import { type CallerSignal, createDecide } from './decide/decide.ts'
import type { Decision } from './decide/decision.ts'
import { explainDecision } from './decide/explain.ts'
import type { ExplainedDecision } from './decide/explained-decision.ts'
import { autoName, routerPrefix } from './decide/model-name.ts'
import { type AutoRoute, createTargetResolver } from './decide/resolve-model.ts'
import type { RouteRequest } from './decide/route-request.ts'
import { createSender, type Sender } from './send/sender.ts'

/** Request → decision → upstream call. Knows nothing of HTTP servers; server and client both stand on it. */
export type Gateway = Sender & {
  /** The models that routers choose between. */
  readonly pair: ModelPair
  /**
   * Which model answers. Returns at once where the router does; a router that fails gives a `fallback` decision.
   * Throws (or rejects with) InvalidRequestError for a model name that stands for nothing here, RouterError of status
   * 429 for a router that has too much to do.
   */
  decide(request: RouteRequest, signal?: CallerSignal): Decision | Promise<Decision>
  /** The same decision with its explanation: what moved the score, and what would flip it. */
  explain(request: RouteRequest, signal?: CallerSignal): Promise<ExplainedDecision>
  /**
   * What `GET /v1/models` lists: `auto`, each router at 0.5 (and at 50 % strong calls where it is calibrated), each
   * configured model.
   */
  models(): readonly ListedModel[]
  /** Base URLs of the providers that use the network, by provider name: a server checks that none is itself. */
  upstreamUrls(): ReadonlyMap<string, string>
  /**
   * Closes the providers' idle connections and the routers that hold a thread; requests in flight finish. No
   * decision after it.
   */
  close(): Promise<void>
}

export type ListedModel = {
  readonly id: string
  /** `routellm` for routers, the provider's name for models. */
  readonly ownedBy: string
}

export type GatewayParts = {
  readonly routers: readonly Router[]
  readonly providers: readonly Provider[]
  readonly models: readonly Model[]
  /** Names of two of `models`. */
  readonly pair: ModelPair
  readonly auto: AutoRoute
  /** Which text of a conversation is scored. */
  readonly promptRule?: PromptRule
  /** A router that takes longer is given up, and the strong model answers. 500 by default. */
  readonly routerTimeoutMs?: number
  /** Where a router's failure is told; the caller's pino does. Absent: nowhere but in the decision itself. */
  readonly log?: WarningLog
}

/** The part of pino's interface that is used. Neither prompts nor keys are ever given to it. */
export type WarningLog = { warn(fields: object, message: string): void }

export const defaultRouterTimeoutMs = 500

/** @throws ConfigError where the parts do not fit together: two of one name, a pair or provider that is not there. */
export function createGateway(parts: GatewayParts): Gateway {
  const routers = byName('router', parts.routers)
  const providers = byName('provider', parts.providers)
  const models = byName('model', parts.models)
  for (const model of parts.models) providerOf(providers, model)
  const pair = {
    strong: pairModel(models, parts.pair, 'strong'),
    weak: pairModel(models, parts.pair, 'weak'),
  }
  const targetOf = createTargetResolver({ routers, models, providers, auto: parts.auto })
  const decidePrompt = createDecide(pair, parts.routerTimeoutMs ?? defaultRouterTimeoutMs)
  const promptRule = parts.promptRule ?? defaultPromptRule
  const { log } = parts

  function promptOf(request: RouteRequest): RoutedPrompt {
    return 'prompt' in request ? promptFromText(request.prompt) : routedPrompt(request.messages, promptRule)
  }

  function logFallback(decision: Decision): Decision {
    if (decision.kind === 'fallback') {
      const { fallback, router, problem } = decision
      log?.warn({ fallback, router, problem }, 'a router failed; the strong model answers')
    }
    return decision
  }

  function decide(request: RouteRequest, signal?: CallerSignal): Decision | Promise<Decision> {
    const target = targetOf(request.model)
    if (target.kind === 'model') return { kind: 'fixed-model', model: target.model }
    const decision = decidePrompt(promptOf(request), target.router, target.threshold, signal)
    return decision instanceof Promise ? decision.then(logFallback) : logFallback(decision)
  }

  return {
    ...createSender(providers),
    pair: parts.pair,
    decide,
    async explain(request, signal) {
      const target = targetOf(request.model)
      const router = target.kind === 'router' ? target.router : null
      const waiting = typeof signal === 'function' ? signal() : signal
      return explainDecision(await decide(request, waiting), router, promptOf(request), waiting)
    },
    models() {
      const routed = parts.routers.flatMap((router) => {
        const prefix = `${routerPrefix}${router.name}`
        return isCalibratedRouter(router) ? [`${prefix}-50pct`, `${prefix}-0.5`] : [`${prefix}-0.5`]
      })
      return [
        ...[autoName, ...routed].map((id) => ({ id, ownedBy: 'routellm' })),
        ...parts.models.map((model) => ({ id: model.name, ownedBy: model.provider })),
      ]
    },
    upstreamUrls() {
      return new Map(parts.providers.filter(isNetworkedProvider).map(({ name, baseUrl }) => [name, baseUrl]))
    },
    async close() {
      const closable = [...parts.providers, ...parts.routers.filter(isClosableRouter)]
      await Promise.all(closable.map((part) => part.close()))
    },
  }
}

function byName<Part extends { readonly name: string }>(
  kind: string,
  parts: readonly Part[],
): Map<string, Part> {
  const named = new Map<string, Part>()
  for (const part of parts) {
    if (named.has(part.name)) {
      throw new ConfigError(
        'duplicate-name',
        `Two ${kind}s are named "${part.name}"; give one another name.`,
        {
          param: `${kind}s.${part.name}`,
        },
      )
    }
    named.set(part.name, part)
  }
  return named
}

function pairModel(models: ReadonlyMap<string, Model>, pair: ModelPair, side: 'strong' | 'weak'): Model {
  const model = models.get(pair[side])
  if (model !== undefined) return model
  throw new ConfigError(
    'unknown-model',
    `policy.${side} names the model "${pair[side]}", which is not configured. Models: ${[...models.keys()].join(', ') || 'none'}.`,
    { param: `policy.${side}` },
  )
}

function providerOf(providers: ReadonlyMap<string, Provider>, model: Model): Provider {
  const provider = providers.get(model.provider)
  if (provider !== undefined) return provider
  throw new ConfigError(
    'unknown-provider',
    `The model "${model.name}" names the provider "${model.provider}", which is not configured. Providers: ${[...providers.keys()].join(', ') || 'none'}.`,
    { param: `models.${model.name}.provider` },
  )
}
