import type { Config } from '../config/config.ts'
import { addListPrices } from '../config/prices/add-list-prices.ts'
import { createConfiguredProvider } from '../providers/registry.ts'
import { findCallUsd } from '../routing/catalogue/expected-cost.ts'
import type { Model } from '../routing/catalogue/model.ts'
import { findFollowUpReader } from '../routing/follow-ups/follow-up-reader.ts'
import { defaultFallbackMode } from '../routing/policies/fallback-mode.ts'
import { createObservedCalls } from '../routing/policies/observations/create-observed-calls.ts'
import type { ObservedCalls } from '../routing/policies/observations/observed-calls.ts'
import type { PolicyKinds } from '../routing/policies/registry.ts'
import { loadRouters } from '../routing/routers/load-routers.ts'
import { isClosableRouter } from '../routing/routers/router.ts'
import type { RouterDependencies } from '../routing/routers/router-kind.ts'
import { addCachePrices, findCacheTerms } from '../routing/sessions/cache-costs.ts'
import type { SessionMemory } from '../routing/sessions/session-memory.ts'
import { createSessions, type SessionOptions, type Sessions } from '../routing/sessions/sessions.ts'
import { findTaskReader } from '../routing/tasks/task-reader.ts'
import { createVerifierLoading, type LoadVerifier } from '../routing/verifiers/verifier-loading.ts'
import { indexByName, type WarningLog } from './decide/decider.ts'
import { createPolicies } from './decide/policies.ts'
import { createGateway, type Gateway } from './gateway.ts'
import type { MakerMemory } from './reasoning/maker-memory.ts'

export type BuildOptions = {
  /** Keys by provider name; the caller reads them from the variables that `apiKeyEnv` names. */
  readonly apiKeys: Readonly<Record<string, string>>
  readonly routerDependencies: RouterDependencies
  /** The kinds of policy that the configuration may name. Default: those of this package. */
  readonly policyKinds?: PolicyKinds
  /** The conversations of the gateway that this one replaces. */
  readonly sessionMemory?: SessionMemory
  /** Which model wrote which reasoning, of the gateway that this one replaces. */
  readonly makers?: MakerMemory
  /** What is known of the calls before, and what finished requests are added to. Default: nothing. */
  readonly observed?: ObservedCalls
  /** Loads the verifiers of cascades. Default: from their folders, relative to the configuration's file. */
  readonly loadVerifier?: LoadVerifier
  readonly log?: WarningLog
  /** The day whose list prices models without a price get. Default: today. */
  readonly day?: Date
}

/**
 * The gateway of a configuration, with its routers loaded, its providers and policies created, and list prices and
 * contexts of the models that it states none of. No provider is called.
 *
 * Throws what `loadRouters`, `createPolicies` and `createGateway` throw, after closing the routers that did load.
 */
export async function buildGateway(config: Config, options: BuildOptions): Promise<Gateway> {
  const { policyKinds, log, observed = createObservedCalls(Date.now) } = options
  const { embedderOptions } = options.routerDependencies
  const routerDependencies = {
    ...options.routerDependencies,
    embedderOptions: { ...embedderOptions, shared: new Map() },
  }
  const { routerTimeoutMs } = config.server
  const { models: listed } = await addListPrices(config, options.day ?? new Date())
  const terms = new Map(config.providers.map(({ name, kind }) => [name, findCacheTerms(kind)]))
  const models = listed.map((model) => addCachePrices(model, terms.get(model.provider) ?? null))
  warnOfUnpriced(config, models, log)
  const [routers, taskReader, followUpReader] = await Promise.all([
    loadRouters(config.routers, routerDependencies),
    findTaskReader(routerDependencies.embedderOptions, routerDependencies.onWarning),
    findFollowUpReader(routerDependencies.embedderOptions, routerDependencies.onWarning),
  ])
  try {
    const providers = await Promise.all(
      config.providers.map((provider) => createConfiguredProvider(provider, options.apiKeys)),
    )
    const named = {
      routers: indexByName('router', routers),
      models: indexByName('model', models),
      providers: providers.map(({ name }) => name),
    }
    const { loadVerifier = createVerifierLoading(config.source, routerDependencies) } = options
    const parts = { ...named, loadVerifier, observed, routerTimeoutMs }
    const policies = await createPolicies(config.policies, parts, policyKinds)
    return createGateway({
      routers,
      providers,
      models,
      pair: config.policy,
      auto: config.auto,
      policies,
      observed,
      ...(options.makers !== undefined && { makers: options.makers }),
      fallbacks: {
        pair: config.policy.fallback ?? defaultFallbackMode,
        policies: new Map(
          config.policies.map(({ name, fallback }) => [name, fallback ?? defaultFallbackMode]),
        ),
      },
      promptRule: config.prompt,
      routerTimeoutMs,
      ...(taskReader !== undefined && { taskReader }),
      ...(followUpReader !== undefined && { followUpReader }),
      ...(config.sessions !== null && {
        sessions: createConfiguredSessions(config, config.sessions, options.sessionMemory),
      }),
      ...(config.server.hedge !== undefined && { hedge: config.server.hedge }),
      ...(log === undefined ? {} : { log }),
    })
  } catch (error) {
    await Promise.all(routers.filter(isClosableRouter).map((router) => router.close()))
    throw error
  }
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
