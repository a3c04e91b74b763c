import OpenAI from 'openai'
import { findBaseUrlProblem } from '../base/settings/base-url.ts'
import { nearestHint } from '../base/settings/nearest-name.ts'
import { redactUrl } from '../base/settings/redact.ts'
import { ConfigError, InvalidRequestError } from '../errors.ts'
import type { Model } from '../routing/catalogue/model.ts'
import { resolveModelReference } from '../routing/catalogue/model-reference.ts'
import { ownModel, ownProviderName, type RoutingOptions } from './options.ts'

/** The models that one client can name. */
export type ClientModels = {
  readonly strong: Model
  readonly weak: Model
  /**
   * The model of a name, by the same rule as in the server (`resolveModelReference`). A name without a slash is a model at
   * the client's own base URL.
   *
   * @throws InvalidRequestError `unknown-provider` for a prefix that is no provider, and `model-not-found` for the bare
   *   name of a model that another provider serves: neither is sent to the client's own base URL.
   */
  resolve(name: string): Model
}

/**
 * The pair and the rule for names of a client.
 *
 * If the client has a base URL of its own and no `providers`, its names are sent there as they are written, as with
 * `--base-url`: `openai/gpt-5` is what OpenRouter and vLLM call a model. Otherwise a name's part before the first slash
 * is a key of `providers`, or `openai` for the client itself.
 *
 * @param baseURL the client's own.
 * @throws ConfigError if models are missing or the same, if a provider is not configured or has no base URL.
 */
export function createClientModels(options: RoutingOptions, baseURL: string): ClientModels {
  const providers = Object.keys(options.providers ?? {})
  checkBaseUrls(options)
  const hasPrefixes = providers.length > 0 || isOpenAI(baseURL)
  const providerNames = hasPrefixes ? [ownProviderName, ...providers] : []

  /** @param pair empty while the pair itself is resolved. */
  function resolve(name: string, pair: readonly Model[]): Model {
    const reference = resolveModelReference(
      name,
      (each) => pair.find((model) => model.name === each),
      providerNames,
    )
    if (reference.kind === 'model') return reference.model
    if (reference.kind === 'unknown-provider' && hasPrefixes)
      throw new InvalidRequestError(
        'unknown-provider',
        `${name}: no provider "${reference.provider}" is configured.${nearestHint(reference.provider, providerNames)} ` +
          `Add it, as in providers: { ${JSON.stringify(reference.provider)}: { baseURL, apiKey } }, or write ${ownProviderName}/${name} for a model that the client's own base URL calls so`,
        { param: 'model' },
      )
    const elsewhere = pair.find((model) => model.provider !== ownProviderName && model.upstream === name)
    if (elsewhere !== undefined && !pair.some((model) => model.name === `${ownProviderName}/${name}`))
      throw new InvalidRequestError(
        'model-not-found',
        `${name} is not at the client's own base URL: ${elsewhere.provider} serves it. Did you mean "${elsewhere.name}"? Write ${ownProviderName}/${name} for a model that the own base URL calls so`,
        { param: 'model', status: 404 },
      )
    return ownModel(name)
  }

  const strong = resolveOption('strongModel', options, resolve)
  const weak = resolveOption('weakModel', options, resolve)
  if (strong.provider === weak.provider && strong.upstream === weak.upstream)
    throw new ConfigError(
      'one-model',
      `strongModel and weakModel are both ${strong.name}; a pair needs two models`,
      { param: 'weakModel' },
    )
  return { strong, weak, resolve: (name) => resolve(name, [strong, weak]) }
}

function resolveOption(
  option: 'strongModel' | 'weakModel',
  options: RoutingOptions,
  resolve: (name: string, pair: readonly Model[]) => Model,
): Model {
  const name = options[option]
  if (typeof name !== 'string' || name === '')
    throw new ConfigError(
      'missing-model',
      `${option} is missing; name a model, as in ${option}: 'openai/gpt-5'`,
      { param: option },
    )
  try {
    return resolve(name, [])
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error
    throw new ConfigError(error.code, `${option} ${error.message}`, { param: option, cause: error })
  }
}

function checkBaseUrls({ providers = {} }: RoutingOptions): void {
  for (const [name, { baseURL = '' }] of Object.entries(providers)) {
    const problem = findBaseUrlProblem(baseURL)
    if (problem === null) continue
    throw new ConfigError(
      'bad-base-url',
      `providers.${name}.baseURL ${JSON.stringify(redactUrl(baseURL))} ${problem}`,
      { param: `providers.${name}.baseURL` },
    )
  }
}

/** The base URL that the base class finds in the options or in the environment. */
export function ownBaseUrl({ baseURL }: { readonly baseURL?: unknown }): string {
  const given = typeof baseURL === 'string' ? { baseURL } : {}
  return new OpenAI({ ...given, apiKey: 'none', logLevel: 'off' }).baseURL
}

function isOpenAI(baseURL: string): boolean {
  return URL.canParse(baseURL) && new URL(baseURL).host === 'api.openai.com'
}
