import { EmbeddingError } from '../../../errors.ts'
import type { Embedder } from '../embedder.ts'
import { batchesOf } from './batches.ts'
import { knownModels } from './known-models.ts'
import { type EmbeddingEndpoint, requestVectors } from './request.ts'

export type OpenAICompatibleEmbedderOptions = {
  /** Up to and including `/v1`; texts are sent to `<baseUrl>/embeddings`. */
  readonly baseUrl: string
  readonly apiKey?: string
  readonly model: string
  /** How long the vectors are. May be left out for OpenAI's own models. */
  readonly dimensions?: number
  /**
   * Ask the endpoint for vectors of `dimensions` numbers. By default only of OpenAI's models, where it is another
   * length than their own: many endpoints refuse the field.
   */
  readonly askForDimensions?: boolean
  /** Texts per request; 256 by default. */
  readonly batchSize?: number
  /** UTF-16 units per request; 100,000 by default. A longer text goes alone. */
  readonly batchCharacters?: number
  /** Further attempts after 408, 409, 429, 5xx or a lost connection; 2 by default. */
  readonly retries?: number
  /** Longest wait before a further attempt, whatever `Retry-After` says; 20,000 by default. */
  readonly maxRetryDelayMs?: number
  /** Limit for one request; 10,000 by default. */
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

/**
 * Embeddings of any endpoint that speaks OpenAI's `/embeddings`. Nothing is opened until the first text.
 *
 * An empty text is sent as one space, because OpenAI refuses empty ones.
 *
 * @throws EmbeddingError `embedding-dimensions-unknown` where the model's length of vector is neither given nor
 *   known; `loadEmbedder` asks the endpoint for it. Errors of requests name base URL and status, never the key.
 */
export function createOpenAICompatibleEmbedder(options: OpenAICompatibleEmbedderOptions): Embedder {
  const { model, batchSize = 256, batchCharacters = 100_000 } = options
  const ownDimensions = knownModels[model]?.dimensions
  const dimensions = options.dimensions ?? ownDimensions
  if (dimensions === undefined)
    throw new EmbeddingError(
      'embedding-dimensions-unknown',
      `How long the vectors of ${model} are is not known. Give their length as dimensions.`,
      { param: 'dimensions' },
    )
  const shortens = options.askForDimensions ?? (ownDimensions !== undefined && dimensions !== ownDimensions)
  const endpoint: EmbeddingEndpoint = { ...endpointOf(options), ...(shortens && { dimensions }) }
  return {
    id: `openai-compatible:${model}`,
    dimensions,
    embed: async (texts, signal) => {
      signal?.throwIfAborted()
      const vectors: Float32Array[] = []
      for (const batch of batchesOf(texts, batchSize, batchCharacters))
        vectors.push(...(await requestVectors(endpoint, batch, dimensions, signal)))
      return vectors
    },
  }
}

/** Asks the endpoint how long the model's vectors are, with one request for one short text. */
export async function learnDimensions(
  options: OpenAICompatibleEmbedderOptions,
  signal?: AbortSignal,
): Promise<number> {
  const [vector] = await requestVectors(endpointOf(options), ['dimensions'], undefined, signal)
  return vector?.length ?? 0
}

function endpointOf(options: OpenAICompatibleEmbedderOptions): EmbeddingEndpoint {
  const { baseUrl, apiKey, model, retries = 2, maxRetryDelayMs = 20_000, timeoutMs = 10_000 } = options
  if (!/^https?:/.test(baseUrl) || !URL.canParse(baseUrl))
    throw new EmbeddingError(
      'bad-embedding-url',
      `The base URL of the embeddings, ${JSON.stringify(baseUrl)}, is not an http or https URL; give one such as https://api.openai.com/v1.`,
      { param: 'baseUrl' },
    )
  return {
    url: `${baseUrl.replace(/\/+$/, '')}/embeddings`,
    ...(apiKey !== undefined && { apiKey }),
    model,
    retries,
    maxRetryDelayMs,
    timeoutMs,
    fetch: options.fetch ?? fetch,
  }
}
