import { readApiKey } from '../../base/settings/secrets.ts'
import type { Config } from '../../config/config.ts'
import type { WarningLog } from '../../gateway/decide/decider-parts.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { providerKeys } from '../../providers/provider-keys.ts'
import { routerKeyVariables } from '../../routing/routers/registry.ts'
import type { RouterDependencies } from '../../routing/routers/router-kind.ts'
import type { CommandContext } from '../terminal/terminal.ts'

type Variables = Readonly<Record<string, string | undefined>>

export type OpeningOptions = {
  readonly log?: WarningLog
  /** Whether an experiment has ended. Default: none has. */
  readonly isStopped?: (experiment: string) => boolean
  /** The gateway that it replaces, whose conversations, reasoning and observed calls go on. */
  readonly before?: Gateway
}

/** The gateway of a configuration, with keys and hub settings from the environment. */
export async function openGateway(
  config: Config,
  variables: Variables,
  context: CommandContext,
  { log, isStopped, before }: OpeningOptions = {},
): Promise<Gateway> {
  const { buildGateway } = await import('../../gateway/build-gateway.ts')
  return buildGateway(config, {
    apiKeys: providerKeys(config, variables),
    routerDependencies: { ...routerDependencies(config, variables, context), mustScoreText: true },
    ...(log !== undefined && { log }),
    ...(isStopped !== undefined && { isStopped }),
    ...(before !== undefined && { observed: before.observed, makers: before.makers }),
    ...(before?.sessions && { sessionMemory: before.sessions.memory }),
  })
}

/** The dependencies for loading routers. */
export function routerDependencies(
  config: Config,
  variables: Variables,
  { environment, terminal, routerKinds }: CommandContext,
): RouterDependencies {
  const { apiKeyEnv, usdPerMillionTokens: _, ...embedder } = config.embedder
  const apiKey = apiKeyEnv === undefined ? undefined : readApiKey(variables, apiKeyEnv)
  return {
    embedderOptions: { ...embedder, ...(apiKey !== undefined && { apiKey }) },
    hub: environment.hub,
    ...(routerKinds !== undefined && { kinds: routerKinds }),
    apiKeys: routerKeysOf(config, variables, routerKinds),
    ...(environment.cacheFolder !== undefined && { inference: { cacheFolder: environment.cacheFolder } }),
    onWarning: (message) => terminal.note(`${terminal.colors.yellow('warning:')} ${message}`),
  }
}

/** Keys that routers name, by variable. If one is not set, the router that needs it reports it when it is loaded. */
function routerKeysOf(
  config: Config,
  variables: Variables,
  kinds: CommandContext['routerKinds'],
): Record<string, string> {
  const keys: Record<string, string> = {}
  for (const router of config.routers)
    for (const variable of routerKeyVariables(router, kinds)) {
      const key = readApiKey(variables, variable)
      if (key !== undefined) keys[variable] = key
    }
  return keys
}
