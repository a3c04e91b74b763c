import { ConfigError } from '../errors.ts'
import { anthropic } from './anthropic/kind.ts'
import { azure } from './azure/kind.ts'
import { demo } from './demo/kind.ts'
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

/** The provider of an entry of routellm.yaml. @param apiKey absent: none is sent. */
export function createConfiguredProvider(config: ProviderConfig, apiKey?: string): Promise<Provider> {
  return findProviderKind(config.kind).create({ ...config, ...(apiKey !== undefined && { apiKey }) })
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
