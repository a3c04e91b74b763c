import { findBaseUrlProblem } from '../../base/settings/base-url.ts'
import { redactUrl } from '../../base/settings/redact.ts'
import { findModel } from '../../config/model-reference.ts'
import { InvalidRequestError } from '../../errors.ts'
import { openAICompatible } from '../../providers/openai-compatible/kind.ts'
import type { ProviderConfig } from '../../providers/registry.ts'
import type { Model } from '../../routing/catalogue/model.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** The flags that say where models given by flags are served. */
export type EndpointFlags = { readonly baseUrl?: string; readonly apiKey?: string }

/** A model given by a flag. */
export type NamedModel = {
  /** `--strong-model`. */
  readonly option: string
  readonly name: string
}

/** Where models are found. */
export type ModelSource = {
  readonly models: readonly Model[]
  readonly providers: readonly ProviderConfig[]
  /** The environment with the key of `--api-key` in it. */
  readonly variables: Variables
}

export const openAIProvider = 'openai'
const openAIBaseUrl = 'https://api.openai.com/v1'
/** Holds the key of `--api-key` for `--base-url`, so that no other provider or embedder gets it. */
const apiKeyVariable = '--api-key'

/**
 * The models that flags name, and the source with them and their provider.
 *
 * With `--base-url` the models are served there, and their names are sent as they are written, with every slash.
 * Otherwise a name is resolved as in a request (`findModel`), and `--api-key` is the key of the provider `openai`.
 *
 * @param canAddOpenAI whether OpenAI itself is a provider although the source does not name it.
 * @throws InvalidRequestError `bad-base-url`, `unknown-provider`, `unknown-model`.
 */
export function resolveNamedModels(
  named: readonly NamedModel[],
  flags: EndpointFlags,
  source: ModelSource,
  canAddOpenAI: boolean,
): { readonly models: readonly Model[]; readonly source: ModelSource } {
  if (flags.baseUrl !== undefined) {
    const { provider, variables } = createFlagProvider(flags.baseUrl, flags, source)
    const models = named.map(({ name }) => ({ name, provider: provider.name, upstream: name }))
    const others = source.models.filter((known) => !models.some(({ name }) => name === known.name))
    return {
      models,
      source: {
        models: [...others, ...models.filter(isFirstOfName)],
        providers: [...source.providers, provider],
        variables,
      },
    }
  }
  const connected = canAddOpenAI || flags.apiKey !== undefined ? withOpenAI(source, flags) : source
  const models = named.map(({ option, name }) =>
    findModel(option, name, connected.models, connected.providers),
  )
  const added = models.filter((model) => !connected.models.includes(model)).filter(isFirstOfName)
  return { models, source: { ...connected, models: [...connected.models, ...added] } }
}

/** A hint for a model that the endpoint of `--base-url` cannot have under its name. */
export function namedModelWarnings(models: readonly Model[], flags: EndpointFlags): string[] {
  if (flags.baseUrl === undefined || !URL.canParse(flags.baseUrl)) return []
  if (new URL(flags.baseUrl).host !== new URL(openAIBaseUrl).host) return []
  return models
    .filter(({ name }) => name.startsWith(`${openAIProvider}/`))
    .map(
      ({ name }) =>
        `--base-url sends names as they are written, and OpenAI has no model ${name}; write ${name.slice(openAIProvider.length + 1)}, or leave --base-url out`,
    )
}

/** The provider of `--base-url`. It is named by its host, so that its name takes no prefix off a model's name. */
function createFlagProvider(
  baseUrl: string,
  flags: EndpointFlags,
  { providers, variables }: ModelSource,
): { provider: ProviderConfig; variables: Variables } {
  const parsed = openAICompatible.settings.safeParse({ baseUrl: baseUrl.replace(/\/+$/, '') })
  const problem = findBaseUrlProblem(baseUrl)
  if (!parsed.success || problem !== null)
    throw new InvalidRequestError(
      'bad-base-url',
      `--base-url ${JSON.stringify(redactUrl(baseUrl))} ${problem ?? 'is no base URL'}, as in http://127.0.0.1:11434/v1`,
      { param: '--base-url' },
    )
  const { host } = new URL(baseUrl)
  const name = providers.some((provider) => provider.name === host) ? `${host} (--base-url)` : host
  const apiKeyEnv =
    flags.apiKey !== undefined
      ? apiKeyVariable
      : (variables.OPENAI_API_KEY ?? '') !== '' || host === new URL(openAIBaseUrl).host
        ? 'OPENAI_API_KEY'
        : undefined
  return {
    provider: {
      kind: openAICompatible.kind,
      ...parsed.data,
      name,
      ...(apiKeyEnv !== undefined && { apiKeyEnv }),
    },
    variables: flags.apiKey === undefined ? variables : { ...variables, [apiKeyVariable]: flags.apiKey },
  }
}

/** The source with the provider `openai`, and with `--api-key` as its key. */
function withOpenAI(source: ModelSource, { apiKey }: EndpointFlags): ModelSource {
  const known = source.providers.find((provider) => provider.name === openAIProvider)
  if (known !== undefined && apiKey === undefined) return source
  const apiKeyEnv = 'OPENAI_API_KEY'
  const openai: ProviderConfig =
    known?.kind === openAICompatible.kind || known?.kind === 'openai'
      ? { ...known, apiKeyEnv }
      : {
          kind: openAICompatible.kind,
          ...openAICompatible.settings.parse({ baseUrl: openAIBaseUrl }),
          name: openAIProvider,
          apiKeyEnv,
        }
  return {
    ...source,
    providers: [...source.providers.filter((provider) => provider !== known), openai],
    variables: apiKey === undefined ? source.variables : { ...source.variables, [apiKeyEnv]: apiKey },
  }
}

function isFirstOfName(model: Model, index: number, models: readonly Model[]): boolean {
  return models.findIndex(({ name }) => name === model.name) === index
}
