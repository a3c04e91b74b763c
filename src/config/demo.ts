import type { ProviderConfig } from '../providers/registry.ts'
import type { Model } from '../routing/catalogue/model.ts'

/** The `source` of a configuration that nobody wrote. */
export const demoSource = 'built-in demonstration'

/** What is served when nothing is configured: two models that answer by themselves, without key or network. */
export const demoProviders: readonly ProviderConfig[] = [{ kind: 'demo', name: 'demo' }]

export const demoModels: readonly Model[] = [
  { name: 'strong', provider: 'demo', upstream: 'demo-strong' },
  { name: 'weak', provider: 'demo', upstream: 'demo-weak' },
]

/** Whether every provider is the demonstration, so that no real model answers. */
export function isDemonstration(providers: readonly ProviderConfig[]): boolean {
  return providers.every(({ kind }) => kind === 'demo')
}
