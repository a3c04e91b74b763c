import { ConfigError } from '../errors.ts'
import { anthropic } from './anthropic/kind.ts'
import { azure } from './azure/kind.ts'
import { demo } from './demo/kind.ts'
import { createEndpointPool } from './endpoints/endpoint-pool.ts'
import type { ConnectHttp } from './http/connect.ts'
import { openai } from './openai/kind.ts'
import { openAICompatible } from './openai-compatible/kind.ts'
import type { Provider } from './provider.ts'
import type { ProviderConfigOf, ProviderEndpoint, ProviderKind } from './provider-kind.ts'

/** The kinds of provider that there are, one a row. */
const table = [openai, anthropic, azure, openAICompatible, demo] as const

export const providerKinds: readonly ProviderKind[] = table

type TaggedConfig<Kind> =
  Kind extends ProviderKind<infer Name, infer Settings, infer _Options>
    ? { readonly kind: Name } & ProviderConfigOf<Settings>
    : never
type TaggedOptions<Kind> =
  Kind extends ProviderKind<infer Name, infer _Settings, infer Options>
    ? { readonly kind: Name } & Options
    : never

/** One provider of routellm.yaml, with its defaults filled in. */
export type ProviderConfig = TaggedConfig<(typeof table)[number]>

/** Arguments for creating a provider: its kind's options, and the key itself. */
export type ProviderSettings = TaggedOptions<(typeof table)[number]>

/** The provider of that kind. Opens no connection. Rejects with ConfigError `unknown-provider-kind`. */
export async function createProvider(settings: ProviderSettings): Promise<Provider> {
  return findProviderKind(settings.kind).create(settings)
}

/**
 * The provider of an entry of routellm.yaml, with all its endpoints behind circuit breakers.
 *
 * @param apiKeys by `endpointName`; absent: none is sent.
 * @param random from 0 to 1, for the choice of an endpoint.
 * @param connect creates what calls an endpoint. Default: `connectOverHttp`.
 */
export async function createConfiguredProvider(
  config: ProviderConfig,
  apiKeys: Readonly<Record<string, string>> = {},
  random: () => number = Math.random,
  connect?: ConnectHttp,
): Promise<Provider> {
  const kind = findProviderKind(config.kind)
  const [first, ...others] = await Promise.all(
    endpointConfigs(config).map((endpoint, index) => {
      const apiKey = apiKeys[endpointName(config.name, index)]
      return kind.create({ ...endpoint, ...(apiKey !== undefined && { apiKey }) }, connect)
    }),
  )
  if (kind.endpoint === undefined) return first!
  return createEndpointPool([first!, ...others], { random, now: () => performance.now() })
}

/** Under which the key of an endpoint is found: the provider's name for the first, `name (2)` for the second. */
export function endpointName(provider: string, index: number): string {
  return index === 0 ? provider : `${provider} (${index + 1})`
}

/** The entry once for each of its endpoints. */
export function endpointConfigs(config: ProviderConfig): readonly ProviderConfig[] {
  const { endpoints = [], ...first } = config as ProviderConfig & {
    readonly endpoints?: readonly Partial<ProviderEndpoint>[]
  }
  return [first, ...endpoints.map((endpoint) => ({ ...first, ...endpoint }))] as readonly ProviderConfig[]
}

/** URL that a provider's requests are sent to. Undefined if it answers locally. */
export function providerEndpoint(config: ProviderConfig): ProviderEndpoint | undefined {
  return findProviderKind(config.kind).endpoint?.(config)
}

/** Throws ConfigError `unknown-provider-kind`. */
export function findProviderKind(name: string): ProviderKind {
  const kind = providerKinds.find((each) => each.kind === name)
  if (kind !== undefined) return kind
  throw new ConfigError(
    'unknown-provider-kind',
    `There is no kind of provider ${JSON.stringify(name)}. Choose ${providerKinds.map((each) => each.kind).join(' or ')}.`,
    { param: 'kind' },
  )
}
