import type { Provider } from './provider.ts'

/** A provider that sends requests over the network. */
export type NetworkedProvider = Provider & { readonly baseUrl: string }

export function isNetworkedProvider(provider: Provider): provider is NetworkedProvider {
  return 'baseUrl' in provider
}
