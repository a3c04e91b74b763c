import { createDemoProvider } from './demo/provider.ts'
import { createOpenAICompatibleProvider, type OpenAICompatibleOptions } from './openai-compatible/provider.ts'
import type { Provider } from './provider.ts'

export type ProviderSettings =
  | ({ readonly kind: 'openai-compatible' } & OpenAICompatibleOptions)
  | { readonly kind: 'demo'; readonly name: string }

/** The provider of that kind. Opens no connection. */
export function createProvider(settings: ProviderSettings): Provider {
  switch (settings.kind) {
    case 'openai-compatible':
      return createOpenAICompatibleProvider(settings)
    case 'demo':
      return createDemoProvider(settings)
  }
}
