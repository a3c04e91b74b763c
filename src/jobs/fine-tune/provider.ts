import { nearestHint } from '../../base/settings/nearest-name.ts'
import { readApiKey } from '../../base/settings/secrets.ts'
import { ConfigError, InvalidRequestError } from '../../errors.ts'
import { type ProviderConfig, providerEndpoint } from '../../providers/registry.ts'
import { openAIBaseUrl } from '../../routing/routers/causal_llm/router.ts'
import type { Workspace } from '../workspace.ts'

/** A configured provider, as a fine-tuning service. */
export type FineTuningProvider = {
  readonly name: string
  readonly baseUrl: string
  readonly apiKeyEnv?: string
  readonly apiKey?: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The provider that `--submit` names. `openai` needs no entry.
 *
 * @throws InvalidRequestError `unknown-provider`; ConfigError `missing-api-key`.
 */
export function findFineTuningProvider(name: string, { config, variables }: Workspace): FineTuningProvider {
  const found = config.providers.find((provider) => provider.name === name)
  const endpoint = found !== undefined && mayFineTune(found) ? providerEndpoint(found) : undefined
  if (endpoint !== undefined) {
    const { baseUrl, apiKeyEnv, headers } = endpoint
    return { name, baseUrl, headers, ...keyOf(name, apiKeyEnv, variables) }
  }
  if (name === 'openai')
    return { name, baseUrl: openAIBaseUrl, headers: {}, ...keyOf(name, 'OPENAI_API_KEY', variables) }
  const known = config.providers.filter(mayFineTune).map((provider) => provider.name)
  throw new InvalidRequestError(
    'unknown-provider',
    `--submit ${name}: there is no such provider that could fine-tune.${nearestHint(name, [...new Set([...known, 'openai'])])} Providers are configured in routellm.yaml.`,
    { param: '--submit' },
  )
}

/** Azure and Anthropic have other APIs for it. */
function mayFineTune({ kind }: ProviderConfig): boolean {
  return kind === 'openai' || kind === 'openai-compatible'
}

function keyOf(
  name: string,
  apiKeyEnv: string | undefined,
  variables: Workspace['variables'] = {},
): Pick<FineTuningProvider, 'apiKey' | 'apiKeyEnv'> {
  if (apiKeyEnv === undefined) return {}
  const apiKey = readApiKey(variables, apiKeyEnv)
  if (apiKey !== undefined) return { apiKeyEnv, apiKey }
  throw new ConfigError(
    'missing-api-key',
    `--submit ${name}: the environment variable ${apiKeyEnv} is not set; set it to the provider's key`,
    { param: '--submit' },
  )
}
