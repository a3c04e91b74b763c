import type { Config, ProviderConfig } from '../config/config.ts'
import type { Provider } from '../providers/provider.ts'
import { createProvider } from '../providers/registry.ts'
import { loadRouter, type RouterDependencies } from '../routing/routers/registry.ts'
import { isClosableRouter } from '../routing/routers/router.ts'
import { createGateway, type Gateway, type WarningLog } from './gateway.ts'

export type BuildOptions = {
  /** Keys by provider name, read from where the configuration's `apiKeyEnv` says by the caller. */
  readonly apiKeys: Readonly<Record<string, string>>
  readonly routerDependencies: RouterDependencies
  readonly log?: WarningLog
}

/**
 * The gateway of a configuration: its routers loaded, its providers made. Nothing is called yet.
 *
 * Throws what `loadRouter` and `createGateway` throw; the routers that did load are closed before.
 */
export async function buildGateway(config: Config, options: BuildOptions): Promise<Gateway> {
  const { routerDependencies, log } = options
  const loads = await Promise.allSettled(config.routers.map((spec) => loadRouter(spec, routerDependencies)))
  const routers = loads.flatMap((load) => (load.status === 'fulfilled' ? [load.value] : []))
  try {
    for (const load of loads) if (load.status === 'rejected') throw load.reason
    return createGateway({
      routers,
      providers: config.providers.map((provider) => providerOf(provider, options.apiKeys)),
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

function providerOf(config: ProviderConfig, apiKeys: BuildOptions['apiKeys']): Provider {
  const apiKey = apiKeys[config.name]
  if (config.kind === 'demo' || apiKey === undefined) return createProvider(config)
  return createProvider({ ...config, apiKey })
}
