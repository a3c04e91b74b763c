import type { ClientOptions } from 'openai'
import type { Model } from '../routing/catalogue/model.ts'
import type { RouterOptions } from './deciding/router-options.ts'

/** The options of a `RouteLLM` beyond those of the official client. */
export type RoutingOptions = RouterOptions & {
  /**
   * `provider/upstream name`, where the provider is a key of `providers` or `openai` for the client itself, or a name
   * without a slash at the client's own base URL. With an own `baseURL` and without `providers`, the name is sent as it
   * is written.
   */
  readonly strongModel: string
  readonly weakModel: string
  /**
   * Base URLs besides the client's own, by provider name. Without an entry, `openai` is the client's own `baseURL` and
   * `apiKey`.
   */
  readonly providers?: Readonly<Record<string, ClientProvider>>
}

export type ClientProvider = {
  /** Up to and including `/v1`. */
  readonly baseURL: string
  /** Absent: requests carry no Authorization header. */
  readonly apiKey?: string
  /** Sent to this provider only. */
  readonly headers?: Readonly<Record<string, string>>
}

export type RouteLLMOptions = ClientOptions & RoutingOptions

/** The provider name of the client's own base URL and key. */
export const ownProviderName = 'openai'

/** The model of this name at the client's own base URL. */
export function ownModel(name: string): Model {
  return { name, provider: ownProviderName, upstream: name }
}
