import type { Config } from '../config/config.ts'
import type { AppliedLock } from '../config/lock/applied-lock.ts'
import { describeRoute } from '../config/lock/describe-lock.ts'
import type { Provider } from '../providers/provider.ts'
import { findCallUsd } from '../routing/catalogue/expected-cost.ts'
import type { Model } from '../routing/catalogue/model.ts'
import { defaultFallbackMode } from '../routing/policies/fallback-mode.ts'
import type { PromptVectors } from '../routing/policies/learning/prompt-vectors.ts'
import type { ObservedCalls } from '../routing/policies/observations/observed-calls.ts'
import type { PolicyKinds, PolicySpec } from '../routing/policies/registry.ts'
import type { FollowUpReader } from '../routing/prompts/follow-up.ts'
import type { Router } from '../routing/routers/router.ts'
import { findCacheTerms } from '../routing/sessions/cache-costs.ts'
import type { SessionMemory } from '../routing/sessions/session-memory.ts'
import { createSessions, type SessionOptions, type Sessions } from '../routing/sessions/sessions.ts'
import type { TaskReader } from '../routing/tasks/task.ts'
import type { LoadVerifier } from '../routing/verifiers/verifier-loading.ts'
import { createExperiments } from './configured-experiments.ts'
import { createAutoPolicy } from './decide/auto.ts'
import { indexByName, type WarningLog } from './decide/decider-parts.ts'
import { autoName, policyPrefix } from './decide/model-name.ts'
import { createPolicies } from './decide/policies.ts'
import { createGateway, type Gateway } from './gateway.ts'
import type { MakerMemory } from './reasoning/maker-memory.ts'
import { withCachePrices } from './savings/priced-models.ts'

/** What the names of a configuration stand for, loaded. */
export type LoadedParts = {
  readonly routers: readonly Router[]
  /** With their list prices. */
  readonly models: readonly Model[]
  readonly providers: readonly Provider[]
  readonly loadVerifier: LoadVerifier
  readonly observed: ObservedCalls
  readonly taskReader?: TaskReader
  readonly followUpReader?: FollowUpReader
  /** For policies that learn. Default: none can be made. */
  readonly vectors?: PromptVectors
  /** As the decider takes it. */
  readonly featuresOf?: (text: string) => string | null
  readonly policyKinds?: PolicyKinds
  readonly sessionMemory?: SessionMemory
  readonly makers?: MakerMemory
  /** Whether an experiment has ended (`DeciderParts.isStopped`). */
  readonly isStopped?: (experiment: string) => boolean
  readonly log?: WarningLog
}

/** The gateway of a configuration whose parts are loaded. Throws what `createPolicies` and `createGateway` throw. */
export async function assembleGateway(config: Config, parts: LoadedParts): Promise<Gateway> {
  const {
    routers,
    providers,
    observed,
    loadVerifier,
    vectors,
    policyKinds,
    sessionMemory,
    log,
    ...optional
  } = parts
  const { routerTimeoutMs, hedge } = config.server
  const models = withCachePrices(config, parts.models)
  warnOfUnpriced(config, models, log)
  const named = {
    routers: indexByName('router', routers),
    models: indexByName('model', models),
    providers: providers.map(({ name }) => name),
  }
  const create = (specs: readonly PolicySpec[]) =>
    createPolicies(
      specs,
      {
        ...named,
        loadVerifier,
        observed,
        routerTimeoutMs,
        ...(vectors !== undefined && { vectors }),
      },
      policyKinds,
    )
  const policies = await create(config.policies)
  return createGateway({
    ...optional,
    routers,
    providers,
    models,
    pair: config.policy,
    auto: config.auto,
    policies,
    observed,
    fallbacks: {
      pair: config.policy.fallback ?? defaultFallbackMode,
      policies: new Map(config.policies.map(({ name, fallback }) => [name, fallback ?? defaultFallbackMode])),
    },
    promptRule: config.prompt,
    experiments: await createExperiments(config, policies, {
      createPolicies: create,
      createAuto: (auto) => createAutoPolicy(auto, config.policy, { ...named, policies, routerTimeoutMs }),
    }),
    ...(config.exploration !== null && { exploration: config.exploration }),
    routerTimeoutMs,
    ...(config.sessions !== null && {
      sessions: createConfiguredSessions(config, config.sessions, sessionMemory),
    }),
    ...(config.lock !== null && { descriptions: describeLocked(config, config.lock) }),
    ...(hedge !== undefined && { hedge }),
    ...(log !== undefined && { log }),
  })
}

/** By the names under which policies are listed. */
function describeLocked({ auto }: Config, { routes }: AppliedLock): ReadonlyMap<string, string> {
  return new Map(
    routes.flatMap((route) => {
      const isAuto = route.policy === null || (auto.kind === 'policy' && auto.policy === route.policy)
      const names = [
        ...(isAuto ? [autoName] : []),
        ...(route.policy === null ? [] : [`${policyPrefix}${route.policy}`]),
      ]
      return names.map((name) => [name, describeRoute(route)] as const)
    }),
  )
}

/** Whoever limits dollars should know which models that takes away. */
function warnOfUnpriced({ server }: Config, models: readonly Model[], log: WarningLog | undefined): void {
  const limitsDollars =
    server.limits.usdPerDay !== undefined ||
    server.keys.some(({ usdPerDay, usdPerMonth }) => usdPerDay !== undefined || usdPerMonth !== undefined)
  const unpriced = models.filter((model) => findCallUsd(model, oneToken) === null).map(({ name }) => name)
  if (limitsDollars && unpriced.length > 0)
    log?.warn({ models: unpriced }, 'models without a price cannot be used under a dollar budget')
}

const oneToken = { inputTokens: 1, cachedTokens: 0, outputTokens: 1 }

function createConfiguredSessions(
  { providers }: Config,
  options: SessionOptions,
  memory: SessionMemory | undefined,
): Sessions {
  const terms = new Map(providers.map(({ name, kind }) => [name, findCacheTerms(kind)]))
  return createSessions({
    options,
    ...(memory !== undefined && { memory }),
    findTerms: (provider) => terms.get(provider) ?? null,
  })
}
