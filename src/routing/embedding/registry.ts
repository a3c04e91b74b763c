import type { HubOptions } from '../../base/files/hub/checkpoint.ts'
import { ConfigError } from '../../errors.ts'
import { withEmbeddingCache } from './cache.ts'
import { type Embedder, isLocalEmbedder } from './embedder.ts'
import type { OnnxEmbedderOptions } from './onnx/embedder.ts'
import { knownModels, knownModelsBaseUrl } from './openai-compatible/known-models.ts'

/** What embedders need besides their name. Up to `timeoutMs` it is of `openai-compatible` ones. */
export type EmbedderOptions = {
  /** Up to and including `/v1`. By default OpenAI's own for OpenAI's models; needed for all others. */
  readonly baseUrl?: string
  readonly apiKey?: string
  /** Length of vector to ask the endpoint for, where the model has a choice. */
  readonly dimensions?: number
  readonly batchSize?: number
  readonly retries?: number
  readonly timeoutMs?: number
  /** Vectors kept in memory. */
  readonly cacheEntries?: number
  /** Folder of the built-in embedder; the package's own by default. */
  readonly builtinFolder?: string
  readonly fetch?: typeof fetch
  /** Where `onnx` ones come from, and how they run. */
  readonly hub?: HubOptions
  readonly inference?: OnnxEmbedderOptions['inference']
}

/** Where nothing embeds texts: embeddings come with the rows that are scored. */
export const externalEmbedderId = 'external'

/**
 * An embedder by its name; one that is not local is behind a bounded cache.
 *
 * @param spec `builtin`, `openai-compatible:<model>`, `onnx:<folder or hub id>`, or the id of an embedder (`builtin@1`).
 * @param knownDimensions how long its vectors are, where the router that needs them says so. Otherwise, for a model
 *   that is not OpenAI's and without `options.dimensions`, the endpoint is asked with one short text.
 * @throws ConfigError `unknown-embedder`, `no-embedding-url`; EmbeddingError where the endpoint had to be asked.
 */
export async function loadEmbedder(
  spec: string,
  options: EmbedderOptions,
  knownDimensions?: number,
): Promise<Embedder> {
  const embedder = await load(spec, options, knownDimensions)
  if (isLocalEmbedder(embedder)) return embedder // computes a vector in less time than its key takes to hash
  return withEmbeddingCache(
    embedder,
    options.cacheEntries === undefined ? {} : { maxEntries: options.cacheEntries },
  )
}

async function load(spec: string, options: EmbedderOptions, knownDimensions?: number): Promise<Embedder> {
  const separator = spec.indexOf(':')
  const kind = separator < 0 ? spec.replace(/@.*/, '') : spec.slice(0, separator)
  const loader = Object.hasOwn(loaders, kind) ? loaders[kind] : undefined
  if (loader === undefined)
    throw new ConfigError(
      'unknown-embedder',
      `There is no embedder ${JSON.stringify(spec)}. Choose builtin, openai-compatible:<model> such as openai-compatible:text-embedding-3-small, or onnx:<folder or hub id> such as onnx:sentence-transformers/all-MiniLM-L6-v2.`,
      { param: '--embedder' },
    )
  return loader(separator < 0 ? '' : spec.slice(separator + 1), options, knownDimensions)
}

type Loader = (model: string, options: EmbedderOptions, knownDimensions?: number) => Promise<Embedder>

const loaders: Readonly<Record<string, Loader>> = {
  builtin: async (_, { builtinFolder }) =>
    (await import('./builtin/embedder.ts')).loadBuiltinEmbedder(builtinFolder),
  'openai-compatible': loadOpenAICompatible,
  onnx: async (name, { hub, inference }) =>
    (await import('./onnx/embedder.ts')).loadOnnxEmbedder(name, {
      ...(hub !== undefined && { hub }),
      ...(inference !== undefined && { inference }),
    }),
}

async function loadOpenAICompatible(
  model: string,
  options: EmbedderOptions,
  knownDimensions: number | undefined,
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
  const { createOpenAICompatibleEmbedder, learnDimensions } = await import('./openai-compatible/embedder.ts')
  const { cacheEntries: _, builtinFolder: __, hub: ___, inference: ____, ...given } = options
  const settings = { ...given, model, baseUrl }
  const asked = options.dimensions !== undefined && options.dimensions !== known?.dimensions
  const dimensions =
    options.dimensions ?? knownDimensions ?? known?.dimensions ?? (await learnDimensions(settings))
  return createOpenAICompatibleEmbedder({ ...settings, dimensions, ...(asked && { askForDimensions: true }) })
}
