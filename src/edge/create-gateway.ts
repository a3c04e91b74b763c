import { readApiKey } from '../base/settings/secrets.ts'
import type { Config } from '../config/config.ts'
import { assembleGateway } from '../gateway/assemble-gateway.ts'
import type { WarningLog } from '../gateway/decide/decider-parts.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { connectOverFetch, type Fetch } from '../providers/fetch/provider.ts'
import {
  createConfiguredProvider,
  endpointConfigs,
  endpointName,
  providerEndpoint,
} from '../providers/registry.ts'
import { createObservedCalls } from '../routing/policies/observations/create-observed-calls.ts'
import { edgePolicyKinds } from './config.ts'
import type { LoadedRouters } from './routers/create-routers.ts'

export type EdgeGatewayParts = {
  readonly loaded: LoadedRouters
  readonly env: Readonly<Record<string, unknown>>
  readonly fetch: Fetch
  readonly log: WarningLog
}

/** The gateway of a configuration that `parseEdgeConfig` took. Throws what `assembleGateway` throws. */
export async function createEdgeGateway(
  config: Config,
  { loaded, env, fetch, log }: EdgeGatewayParts,
): Promise<Gateway> {
  const apiKeys = readKeys(config, env)
  const providers = await Promise.all(
    config.providers.map((provider) =>
      createConfiguredProvider(provider, apiKeys, Math.random, connectOverFetch(fetch)),
    ),
  )
  return assembleGateway(config, {
    ...loaded,
    models: config.models,
    providers,
    policyKinds: edgePolicyKinds,
    observed: createObservedCalls(Date.now),
    loadVerifier: () => {
      throw new Error('no policy of the fetch handler has a verifier')
    },
    log,
  })
}

/** The keys of the providers, by `endpointName`. @throws ConfigError `bad-api-key`. */
export function readKeys(
  { providers }: Config,
  env: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const keys: Record<string, string> = {}
  for (const provider of providers)
    for (const [index, endpoint] of endpointConfigs(provider).entries()) {
      const variable = providerEndpoint(endpoint)?.apiKeyEnv
      const value = variable === undefined ? undefined : env[variable]
      if (variable === undefined || typeof value !== 'string') continue
      const key = readApiKey({ [variable]: value }, variable)
      if (key !== undefined) keys[endpointName(provider.name, index)] = key
    }
  return keys
}
