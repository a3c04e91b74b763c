import type { Config } from '../config/config.ts'
import { addListPrices } from '../config/prices/add-list-prices.ts'
import { createConfiguredProvider } from '../providers/registry.ts'
import { encodeFeatures } from '../routing/embedding/builtin/features.ts'
import { findVectorReader } from '../routing/embedding/vector-reader.ts'
import { findFollowUpReader } from '../routing/follow-ups/follow-up-reader.ts'
import { createObservedCalls } from '../routing/policies/observations/create-observed-calls.ts'
import type { ObservedCalls } from '../routing/policies/observations/observed-calls.ts'
import type { PolicyKinds } from '../routing/policies/registry.ts'
import { loadRouters } from '../routing/routers/load-routers.ts'
import { isClosableRouter } from '../routing/routers/router.ts'
import type { RouterDependencies } from '../routing/routers/router-kind.ts'
import type { SessionMemory } from '../routing/sessions/session-memory.ts'
import { findTaskReader } from '../routing/tasks/task-reader.ts'
import { createVerifierLoading, type LoadVerifier } from '../routing/verifiers/verifier-loading.ts'
import { assembleGateway } from './assemble-gateway.ts'
import type { WarningLog } from './decide/decider-parts.ts'
import type { Gateway } from './gateway.ts'
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
  /** Whether an experiment has ended, so that everyone gets its control; is asked for each request. Default: none has. */
  readonly isStopped?: (experiment: string) => boolean
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
  const { models } = await addListPrices(config, options.day ?? new Date())
  const [routers, taskReader, followUpReader, vectors] = await Promise.all([
    loadRouters(config.routers, routerDependencies),
    findTaskReader(routerDependencies.embedderOptions, routerDependencies.onWarning),
    findFollowUpReader(routerDependencies.embedderOptions, routerDependencies.onWarning),
    findVectorReader(routerDependencies.embedderOptions),
  ])
  try {
    const providers = await Promise.all(
      config.providers.map((provider) => createConfiguredProvider(provider, options.apiKeys)),
    )
    const { loadVerifier = createVerifierLoading(config.source, routerDependencies) } = options
    return await assembleGateway(config, {
      routers,
      models,
      providers,
      loadVerifier,
      observed,
      ...(policyKinds !== undefined && { policyKinds }),
      ...(options.makers !== undefined && { makers: options.makers }),
      ...(options.sessionMemory !== undefined && { sessionMemory: options.sessionMemory }),
      ...(taskReader !== undefined && { taskReader }),
      ...(followUpReader !== undefined && { followUpReader }),
      ...(options.isStopped !== undefined && { isStopped: options.isStopped }),
      ...(vectors !== undefined && {
        vectors,
        ...(config.store?.features === 'vector' && {
          featuresOf: (text: string) => encodeFeatures(vectors.read(text)),
        }),
      }),
      ...(log !== undefined && { log }),
    })
  } catch (error) {
    await Promise.all(routers.filter(isClosableRouter).map((router) => router.close()))
    throw error
  }
}
