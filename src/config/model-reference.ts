import { InvalidRequestError } from '../errors.ts'
import type { ProviderConfig } from '../providers/registry.ts'
import type { Model } from '../routing/catalogue/model.ts'

/**
 * The model that a name refers to: a configured one, or `provider/upstream name` if the part before the first
 * slash names a configured provider. Undefined if it is neither.
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

/**
 * The model that a name refers to: as `referencedModel`, or else a model of the provider `openai`.
 *
 * @param option names the model in errors: `--judge`.
 * @throws InvalidRequestError `unknown-model`.
 */
export function findModel(
  option: string,
  name: string,
  models: readonly Model[],
  providers: readonly ProviderConfig[],
): Model {
  const names = providers.map((provider) => provider.name)
  const model = referencedModel(name, models, names)
  if (model !== undefined) return model
  if (names.includes('openai')) return { name: `openai/${name}`, provider: 'openai', upstream: name }
  throw new InvalidRequestError(
    'unknown-model',
    `${option} ${name} names no model of the configuration (${models.map((known) => known.name).join(', ')}) and begins with no provider (${names.join(', ')}); write provider/model, or give --base-url`,
    { param: option },
  )
}
