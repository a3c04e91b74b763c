import type { Model } from './model.ts'

/** What a model name stands for, if only configured models and providers are known. */
export type ModelReference =
  | { readonly kind: 'model'; readonly model: Model }
  /** `local/llama3.1`, and no provider `local` is configured. */
  | { readonly kind: 'unknown-provider'; readonly provider: string }
  | { readonly kind: 'unknown-model' }

/**
 * The model that a name refers to. Server, client and command line resolve names with this function.
 *
 * 1. A configured name is that model, with or without slashes in it.
 * 2. `<provider>/<upstream name>` is a model of that provider if the part before the first slash is the name of a
 *    configured provider. The rest is sent as it is, with its own slashes.
 * 3. Everything else is unknown. A prefix is never guessed.
 *
 * @param findConfigured the configured model of a name.
 */
export function resolveModelReference(
  name: string,
  findConfigured: (name: string) => Model | undefined,
  providerNames: readonly string[],
): ModelReference {
  const configured = findConfigured(name)
  if (configured !== undefined) return { kind: 'model', model: configured }
  const slash = name.indexOf('/')
  if (slash <= 0 || slash === name.length - 1) return { kind: 'unknown-model' }
  const provider = name.slice(0, slash)
  if (!providerNames.includes(provider)) return { kind: 'unknown-provider', provider }
  return { kind: 'model', model: { name, provider, upstream: name.slice(slash + 1) } }
}
