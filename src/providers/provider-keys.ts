import { readApiKey } from '../base/settings/secrets.ts'
import { ConfigError } from '../errors.ts'
import { endpointConfigs, endpointName, type ProviderConfig, providerEndpoint } from './registry.ts'

type KeyedConfig = {
  readonly providers: readonly ProviderConfig[]
  readonly models: readonly { readonly provider: string }[]
  readonly server: { readonly forwardClientKey: boolean }
}

/** A variable of the environment that a provider's key is missing in. */
export type MissingKey = {
  readonly provider: string
  readonly variable: string
  /** Where the configuration names the variable. */
  readonly path: readonly (string | number)[]
  /** Whether the provider can do without: its kind or preset does not name the variable by itself. */
  readonly isOptional: boolean
}

/** What to do about a missing key, for the end of a sentence. */
export function missingKeyAdvice({ variable, isOptional }: MissingKey): string {
  const without = isOptional ? ', or remove apiKeyEnv if the provider needs no key' : ''
  return `set it (export ${variable}=…), or name another variable in apiKeyEnv${without}`
}

/**
 * The keys that models need and that are not set: those of all endpoints of the providers that serve a model. None
 * is needed where clients bring the credential.
 */
export function findMissingProviderKeys(
  { providers, models, server }: KeyedConfig,
  isSet: (variable: string) => boolean,
): MissingKey[] {
  if (server.forwardClientKey) return []
  return providers.flatMap((provider) => {
    if (passesCredential(provider) || !models.some((model) => model.provider === provider.name)) return []
    return endpointConfigs(provider).flatMap((endpoint, index) => {
      const { apiKeyEnv: variable, isKeyOptional: isOptional = false } = providerEndpoint(endpoint) ?? {}
      if (variable === undefined || isSet(variable)) return []
      const place = index === 0 ? [] : ['endpoints', index - 1]
      const path = ['providers', provider.name, ...place, 'apiKeyEnv']
      return [{ provider: provider.name, variable, path, isOptional }]
    })
  })
}

/** Whether clients bring the credential. */
export function passesCredential(provider: ProviderConfig): boolean {
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
  config: KeyedConfig,
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const keys: Record<string, string> = {}
  for (const provider of config.providers) {
    for (const [index, endpoint] of endpointConfigs(provider).entries()) {
      const apiKeyEnv = providerEndpoint(endpoint)?.apiKeyEnv
      if (apiKeyEnv === undefined) continue
      const key = readApiKey(variables, apiKeyEnv)
      if (key !== undefined) keys[endpointName(provider.name, index)] = key
    }
  }
  const [missing] = findMissingProviderKeys(config, (name) => readApiKey(variables, name) !== undefined)
  if (missing !== undefined) {
    const path = missing.path.join('.')
    throw new ConfigError(
      'missing-api-key',
      `${path}: the environment variable ${missing.variable} is not set, and it holds the key of the provider ${missing.provider}; ${missingKeyAdvice(missing)}. If the models are served elsewhere, give --base-url`,
      { param: path },
    )
  }
  return keys
}
