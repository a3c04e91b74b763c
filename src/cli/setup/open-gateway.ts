import type { Config } from '../../config/config.ts'
import { ConfigError } from '../../errors.ts'
import type { Gateway, WarningLog } from '../../gateway/gateway.ts'
import type { RouterDependencies } from '../../routing/routers/registry.ts'
import type { CommandContext } from '../terminal/terminal.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** The gateway of a configuration, with keys and hub settings from the environment. */
export async function openGateway(
  config: Config,
  variables: Variables,
  context: CommandContext,
  log?: WarningLog,
): Promise<Gateway> {
  const { buildGateway } = await import('../../gateway/build-gateway.ts')
  return buildGateway(config, {
    apiKeys: apiKeysOf(config, variables),
    routerDependencies: { ...routerDependencies(config, variables, context), mustScoreText: true },
    ...(log !== undefined && { log }),
  })
}

/** What routers are loaded with. */
export function routerDependencies(
  config: Config,
  variables: Variables,
  { environment, terminal }: CommandContext,
): RouterDependencies {
  const { apiKeyEnv, ...embedder } = config.embedder
  const apiKey = apiKeyEnv === undefined ? undefined : variables[apiKeyEnv]
  return {
    embedderOptions: { ...embedder, ...(apiKey !== undefined && apiKey !== '' && { apiKey }) },
    hub: environment.hub,
    apiKeys: routerKeysOf(config, variables),
    ...(environment.cacheFolder !== undefined && { inference: { cacheFolder: environment.cacheFolder } }),
    onWarning: (message) => terminal.note(`${terminal.colors.yellow('warning:')} ${message}`),
  }
}

/** Keys that routers name, by variable. One that is not set matters to the router that is loaded; it says so. */
function routerKeysOf(config: Config, variables: Variables): Record<string, string> {
  const keys: Record<string, string> = {}
  for (const { apiKeyEnv } of config.routers) {
    const key = apiKeyEnv === undefined ? undefined : variables[apiKeyEnv]
    if (apiKeyEnv !== undefined && key !== undefined && key !== '') keys[apiKeyEnv] = key
  }
  return keys
}

/**
 * Keys by provider name.
 *
 * @throws ConfigError `missing-api-key` where a model needs a key whose variable is not set. Where clients bring
 *   their own keys, none is needed.
 */
export function apiKeysOf(config: Config, variables: Variables): Record<string, string> {
  const keys: Record<string, string> = {}
  for (const provider of config.providers) {
    if (provider.kind === 'demo' || provider.apiKeyEnv === undefined) continue
    const key = variables[provider.apiKeyEnv]
    if (key !== undefined && key !== '') keys[provider.name] = key
    else if (
      !config.server.forwardClientKey &&
      config.models.some((model) => model.provider === provider.name)
    )
      throw new ConfigError(
        'missing-api-key',
        `providers.${provider.name}.apiKeyEnv: the environment variable ${provider.apiKeyEnv} is not set; set it (or --api-key for the provider openai), or remove apiKeyEnv where the provider needs no key`,
        { param: `providers.${provider.name}.apiKeyEnv` },
      )
  }
  return keys
}
