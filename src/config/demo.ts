import type { Model } from '../routing/catalogue/model.ts'
import type { ProviderConfig, RouterConfig } from './config.ts'

/** The `source` of a configuration that nobody wrote. */
export const demoSource = 'built-in demonstration'

/** What is served when nothing is configured: two models that answer by themselves, without key or network. */
export const demoProviders: readonly ProviderConfig[] = [{ kind: 'demo', name: 'demo' }]

export const demoModels: readonly Model[] = [
  { name: 'strong', provider: 'demo', upstream: 'demo-strong' },
  { name: 'weak', provider: 'demo', upstream: 'demo-weak' },
]

/** The routers that need no training by the user. */
export const standardRouters: readonly RouterConfig[] = [
  { name: 'mf', kind: 'mf' },
  { name: 'random', kind: 'random' },
  { name: 'length', kind: 'length' },
  { name: 'rules', kind: 'rules' },
]
