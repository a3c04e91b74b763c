import { nearestHint } from '../base/settings/nearest-name.ts'
import { InvalidRequestError } from '../errors.ts'
import type { ProviderConfig } from '../providers/registry.ts'
import type { Model } from '../routing/catalogue/model.ts'
import { resolveModelReference } from '../routing/catalogue/model-reference.ts'

/** The model that a name refers to by `resolveModelReference`; undefined if there is none. */
export function referencedModel(
  name: string,
  models: readonly Model[],
  providerNames: readonly string[],
): Model | undefined {
  const reference = resolveModelReference(name, byName(models), providerNames)
  return reference.kind === 'model' ? reference.model : undefined
}

/**
 * The model that an option names: as `resolveModelReference`, or else, for a name without a slash, a model of the
 * provider `openai` if that is configured.
 *
 * @param option names the model in errors: `--judge`.
 * @throws InvalidRequestError `unknown-provider` for a prefix that is no provider, `unknown-model`.
 */
export function findModel(
  option: string,
  name: string,
  models: readonly Model[],
  providers: readonly ProviderConfig[],
): Model {
  const names = providers.map((provider) => provider.name)
  const reference = resolveModelReference(name, byName(models), names)
  switch (reference.kind) {
    case 'model':
      return reference.model
    case 'unknown-provider':
      throw new InvalidRequestError(
        'unknown-provider',
        `${option} ${name}: no provider "${reference.provider}" is configured.${nearestHint(reference.provider, names)} ` +
          `Add it under \`providers\` in routellm.yaml (\`routellm init\` writes one), give --base-url, where names are sent as they are written${
            names[0] === undefined
              ? ''
              : `, or write ${names[0]}/${name} for a model that ${names[0]} calls so`
          }`,
        { param: option },
      )
    case 'unknown-model':
      if (names.includes('openai')) return { name, provider: 'openai', upstream: name }
      throw new InvalidRequestError(
        'unknown-model',
        `${option} ${name} names no model of the configuration (${models.map((known) => known.name).join(', ')}) and begins with no provider (${names.join(', ')}); write provider/model, or give --base-url`,
        { param: option },
      )
  }
}

function byName(models: readonly Model[]): (name: string) => Model | undefined {
  return (name) => models.find((model) => model.name === name)
}
