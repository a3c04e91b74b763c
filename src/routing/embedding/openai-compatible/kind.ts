import { z } from 'zod'
import { httpUrl, milliseconds } from '../../../base/settings/schema.ts'
import { environmentName } from '../../../base/settings/secrets.ts'
import { ConfigError } from '../../../errors.ts'
import type { Embedder } from '../embedder.ts'
import type { EmbedderKind, EmbedderOptions } from '../embedder-kind.ts'
import { knownModels, knownModelsBaseUrl } from './known-models.ts'

/** An embeddings endpoint with OpenAI's protocol. */
export const openAICompatibleEmbedder: EmbedderKind = {
  kind: 'openai-compatible',
  argument: { placeholder: '<model>', example: 'text-embedding-3-small' },
  settings: z.strictObject({
    baseUrl: httpUrl
      .exactOptional()
      .describe("Base URL of `openai-compatible:…` embedders. Default: that of OpenAI, for OpenAI's models."),
    apiKeyEnv: environmentName
      .exactOptional()
      .describe(
        'Name of the environment variable that holds the key. Default: OPENAI_API_KEY if no `baseUrl` is given; else no key is sent.',
      ),
    dimensions: z
      .int()
      .min(1)
      .exactOptional()
      .describe('Dimensions to request, for models that offer several.'),
    batchSize: z.int().min(1).max(2048).default(256).describe('Texts per request.'),
    retries: z
      .int()
      .min(0)
      .default(2)
      .describe('Further attempts after 408, 409, 429, 5xx or a lost connection.'),
    timeoutMs: milliseconds.default(10_000).describe('Limit for one request.'),
  }),
  load: loadOpenAICompatible,
  // Without a base URL only OpenAI's models are served anywhere; loading another one fails.
  contact: (model, { baseUrl }) =>
    baseUrl === undefined && knownModels[model] !== undefined
      ? { host: new URL(knownModelsBaseUrl).host, purpose: 'sends every prompt to' }
      : undefined,
}

/** @throws ConfigError `no-embedding-url`. */
async function loadOpenAICompatible(
  model: string,
  options: EmbedderOptions,
  neededDimensions: number | undefined,
): Promise<Embedder> {
  const known = knownModels[model]
  const baseUrl = options.baseUrl ?? (known === undefined ? undefined : knownModelsBaseUrl)
  if (model === '' || baseUrl === undefined)
    throw new ConfigError(
      'no-embedding-url',
      model === ''
        ? 'The embedder openai-compatible needs a model: openai-compatible:text-embedding-3-small.'
        : `Where ${model} is served is not known: give the base URL of its embeddings endpoint.`,
      { param: '--embedder' },
    )
  const { createOpenAICompatibleEmbedder, learnDimensions } = await import('./embedder.ts')
  const { cacheEntries: _, builtinFolder: __, shared: ___, hub: ____, inference: _____, ...given } = options
  const settings = { ...given, model, baseUrl }
  const asked = options.dimensions !== undefined && options.dimensions !== known?.dimensions
  const dimensions =
    options.dimensions ?? neededDimensions ?? known?.dimensions ?? (await learnDimensions(settings))
  return createOpenAICompatibleEmbedder({ ...settings, dimensions, ...(asked && { askForDimensions: true }) })
}
