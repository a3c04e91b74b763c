import { readApiKey } from '../base/settings/secrets.ts'
import { ConfigError } from '../errors.ts'
import { endpointConfigs, endpointName, type ProviderConfig, providerEndpoint } from './registry.ts'

/** Whether clients bring the credential. */
function passesCredential(provider: ProviderConfig): boolean {
  return 'passThrough' in provider && provider.passThrough
}

/**
 * The keys of the providers, by `endpointName`.
 *
 * @param variables the environment variables that hold them.
 * @throws ConfigError `missing-api-key` if a model needs a key whose variable is not set. None is needed if clients
 *   send their own keys.
 */
export function providerKeys(
  config: {
    readonly providers: readonly ProviderConfig[]
    readonly models: readonly { readonly provider: string }[]
    readonly server: { readonly forwardClientKey: boolean }
  },
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const keys: Record<string, string> = {}
  for (const provider of config.providers) {
    for (const [index, endpoint] of endpointConfigs(provider).entries()) {
      const apiKeyEnv = providerEndpoint(endpoint)?.apiKeyEnv
      if (apiKeyEnv === undefined) continue
      const key = readApiKey(variables, apiKeyEnv)
      if (key !== undefined) keys[endpointName(provider.name, index)] = key
      else if (
        !config.server.forwardClientKey &&
        !passesCredential(provider) &&
        config.models.some((model) => model.provider === provider.name)
      )
        throw new ConfigError(
          'missing-api-key',
          `providers.${provider.name}.apiKeyEnv: the environment variable ${apiKeyEnv} is not set, and it holds the key of the provider ${provider.name}. Set it (export ${apiKeyEnv}=…). If the models are served elsewhere, give --base-url; if the provider needs no key, remove apiKeyEnv from the configuration`,
          { param: `providers.${provider.name}.apiKeyEnv` },
        )
    }
  }
  return keys
}
