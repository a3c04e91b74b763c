import type { Config } from '../config/config.ts'
import { createConfiguredProvider } from '../providers/registry.ts'
import { loadRouter } from '../routing/routers/registry.ts'
import { isClosableRouter } from '../routing/routers/router.ts'
import type { RouterDependencies } from '../routing/routers/router-kind.ts'
import type { WarningLog } from './decide/decider.ts'
import { createGateway, type Gateway } from './gateway.ts'

export type BuildOptions = {
  /** Keys by provider name; the caller reads them from the variables that `apiKeyEnv` names. */
  readonly apiKeys: Readonly<Record<string, string>>
  readonly routerDependencies: RouterDependencies
  readonly log?: WarningLog
}

/**
 * The gateway of a configuration, with its routers loaded and its providers created. No provider is called.
 *
 * Throws what `loadRouter` and `createGateway` throw, after closing the routers that did load.
 */
export async function buildGateway(config: Config, options: BuildOptions): Promise<Gateway> {
  const { routerDependencies, log } = options
  const loads = await Promise.allSettled(config.routers.map((spec) => loadRouter(spec, routerDependencies)))
  const routers = loads.flatMap((load) => (load.status === 'fulfilled' ? [load.value] : []))
  try {
    for (const load of loads) if (load.status === 'rejected') throw load.reason
    const providers = await Promise.all(
      config.providers.map((provider) => createConfiguredProvider(provider, options.apiKeys[provider.name])),
    )
    return createGateway({
      routers,
      providers,
      models: config.models,
      pair: config.policy,
      auto: config.auto,
      promptRule: config.prompt,
      routerTimeoutMs: config.server.routerTimeoutMs,
      ...(log === undefined ? {} : { log }),
    })
  } catch (error) {
    await Promise.all(routers.filter(isClosableRouter).map((router) => router.close()))
    throw error
  }
}
