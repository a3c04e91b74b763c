import type { ProviderConfig } from '../providers/registry.ts'
import type { Model } from '../routing/catalogue/model.ts'

/** The `source` of a configuration that nobody wrote. */
export const demoSource = 'built-in demonstration'

/** The `source` of a configuration that flags alone make. */
export const commandLineSource = 'the command line'

/** Whether a configuration is in a file, its `source`. */
export function isInFile({ source }: { readonly source: string }): boolean {
  return source !== demoSource && source !== commandLineSource
}

/** The configuration used if none is given: two models that answer locally, without key or network. */
export const demoProviders: readonly ProviderConfig[] = [{ kind: 'demo', name: 'demo' }]

export const demoModels: readonly Model[] = [
  { name: 'strong', provider: 'demo', upstream: 'demo-strong' },
  { name: 'weak', provider: 'demo', upstream: 'demo-weak' },
]

/** Whether every provider is the demonstration. No real model answers then. */
export function isDemonstration(providers: readonly ProviderConfig[]): boolean {
  return providers.every(({ kind }) => kind === 'demo')
}
