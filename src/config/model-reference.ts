import type { Model } from '../routing/catalogue/model.ts'

/**
 * The model that a name stands for: a configured one, or `provider/upstream name` where the part before the first
 * slash names a configured provider. Undefined where it is neither.
 */
export function referencedModel(
  name: string,
  models: readonly Model[],
  providerNames: readonly string[],
): Model | undefined {
  const configured = models.find((model) => model.name === name)
  if (configured !== undefined) return configured
  const slash = name.indexOf('/')
  if (slash <= 0 || slash === name.length - 1) return undefined
  const provider = name.slice(0, slash)
  if (!providerNames.includes(provider)) return undefined
  return { name, provider, upstream: name.slice(slash + 1) }
}
