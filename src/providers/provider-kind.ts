import type { z } from 'zod'
import type { Needs } from '../base/settings/needs.ts'
import type { SettingProblem } from '../base/settings/problem.ts'
import type { SettingsOf } from '../base/settings/schema.ts'
import type { ConnectHttp } from './http/connect.ts'
import type { Provider } from './provider.ts'

/**
 * One kind of provider, as plain data: `src/providers/<kind>/kind.ts` exports it, and the table in `registry.ts` lists it.
 * Configuration, JSON Schema, documentation and `doctor` are assembled from these values.
 *
 * Importing a kind loads its settings only; `create` imports the rest.
 */
export type ProviderKind<
  Kind extends string = string,
  Settings extends z.ZodObject = z.ZodObject,
  Options extends { readonly name: string } = ProviderConfigOf<Settings> & { readonly apiKey?: string },
> = {
  readonly kind: Kind
  /** One sentence for the documentation of `kind:`. */
  readonly summary: string
  /** The keys of a provider of this kind in routellm.yaml. */
  readonly settings: Settings
  /**
   * Opens no connection.
   *
   * @param connect creates what calls the endpoint. Default: `connectOverHttp`.
   */
  create(options: Options, connect?: ConnectHttp): Promise<Provider>
  /** Problems between settings. Paths begin at the provider's entry. */
  check?(config: ProviderConfigOf<Settings>): readonly SettingProblem[]
  readonly needs?: Needs<ProviderConfigOf<Settings>>
  /** Its `gen_ai.provider.name` in OpenTelemetry's conventions. Absent, or undefined: it has none, and the configured name is used. */
  genAiProvider?(config: ProviderConfigOf<Settings>): string | undefined
  /** URL that requests are sent to. Absent: the provider answers locally. */
  endpoint?(config: ProviderConfigOf<Settings>): ProviderEndpoint
}

export type ProviderEndpoint = {
  readonly baseUrl: string
  /** Sent with every request, without a key. */
  readonly headers: Readonly<Record<string, string>>
  /** The environment variable that holds the key. Absent: no key is sent. */
  readonly apiKeyEnv?: string
  /** Whether `apiKeyEnv` can be left out of the configuration, because the server may need no key. Default: false. */
  readonly isKeyOptional?: boolean
  /** Header that carries the key. Default: `authorization`, as `Bearer <key>`; the others carry the key alone. */
  readonly apiKeyHeader?: 'authorization' | 'api-key' | 'x-api-key'
  /** Path and query below `baseUrl` that list the models. Default: `/models`. */
  readonly modelsPath?: string
}

/** The settings of a provider with its name. */
export type ProviderConfigOf<Settings extends z.ZodObject> = { readonly name: string } & SettingsOf<Settings>

/** Returns the kind unchanged, with the types of its settings inferred. */
export function defineProviderKind<
  const Kind extends string,
  Settings extends z.ZodObject,
  Options extends { readonly name: string },
>(kind: ProviderKind<Kind, Settings, Options>): ProviderKind<Kind, Settings, Options> {
  return kind
}
