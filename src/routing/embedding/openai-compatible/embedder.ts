import { findBaseUrlProblem } from '../../../base/settings/base-url.ts'
import { redactUrl } from '../../../base/settings/redact.ts'
import { EmbeddingError } from '../../../errors.ts'
import type { Embedder } from '../embedder.ts'
import { knownModels } from './known-models.ts'
import { type EmbeddingEndpoint, requestVectors } from './request.ts'

export type OpenAICompatibleEmbedderOptions = {
  /** Up to and including `/v1`; texts are sent to `<baseUrl>/embeddings`. */
  readonly baseUrl: string
  readonly apiKey?: string
  readonly model: string
  /** Length of the vectors. Default: the length that OpenAI documents for its models. */
  readonly dimensions?: number
  /**
   * Ask the endpoint for vectors of `dimensions` numbers. Default: only for OpenAI's models, and only if the length is
   * not the model's default, because many endpoints refuse the field.
   */
  readonly askForDimensions?: boolean
  /** Texts per request. Default: 256. */
  readonly batchSize?: number
  /** UTF-16 units per request. A longer text is sent alone. Default: 100,000. */
  readonly batchCharacters?: number
  /** Further attempts after 408, 409, 425, 429, 5xx or a lost connection. Default: 2. */
  readonly retries?: number
  /** Longest wait before a further attempt, also if `Retry-After` asks for more. Default: 20,000. */
  readonly maxRetryDelayMs?: number
  /** Time limit of one request. Default: 10,000. */
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

/**
 * An embedder that calls an endpoint with OpenAI's `/embeddings`. It opens no connection before the first text.
 *
 * An empty text is sent as one space, because OpenAI refuses empty texts.
 *
 * @throws EmbeddingError `embedding-dimensions-unknown` if the length of the model's vectors is neither given nor
 *   known; `loadEmbedder` asks the endpoint for it. Errors of requests name base URL and status, never the key.
 */
export function createOpenAICompatibleEmbedder(options: OpenAICompatibleEmbedderOptions): Embedder {
  const { model, batchSize = 256, batchCharacters = 100_000 } = options
  const ownDimensions = knownModels[model]?.dimensions
  const dimensions = options.dimensions ?? ownDimensions
  if (dimensions === undefined)
    throw new EmbeddingError(
      'embedding-dimensions-unknown',
      `The length of the vectors of ${model} is not known. Give it as dimensions.`,
      { param: 'dimensions' },
    )
  const shortens = options.askForDimensions ?? (ownDimensions !== undefined && dimensions !== ownDimensions)
  const endpoint: EmbeddingEndpoint = { ...toEndpoint(options), ...(shortens && { dimensions }) }
  return {
    id: `openai-compatible:${model}`,
    dimensions,
    embed: async (texts, signal) => {
      signal?.throwIfAborted()
      const vectors: Float32Array[] = []
      for (const batch of splitIntoBatches(texts, batchSize, batchCharacters))
        vectors.push(...(await requestVectors(endpoint, batch, dimensions, signal)))
      return vectors
    },
  }
}

/** The length of the model's vectors, found with one request for one short text. */
export async function learnDimensions(
  options: OpenAICompatibleEmbedderOptions,
  signal?: AbortSignal,
): Promise<number> {
  const [vector] = await requestVectors(toEndpoint(options), ['dimensions'], undefined, signal)
  return vector?.length ?? 0
}

function toEndpoint(options: OpenAICompatibleEmbedderOptions): EmbeddingEndpoint {
  const { baseUrl, apiKey, model, retries = 2, maxRetryDelayMs = 20_000, timeoutMs = 10_000 } = options
  const problem = findBaseUrlProblem(baseUrl)
  if (problem !== null)
    throw new EmbeddingError(
      'bad-embedding-url',
      `The base URL of the embeddings, ${JSON.stringify(redactUrl(baseUrl))}, ${problem}; give one such as https://api.openai.com/v1.`,
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

/** The texts in order, at most `count` texts and `characters` UTF-16 units per batch. A longer text is alone in its batch. */
function* splitIntoBatches(
  texts: readonly string[],
  count: number,
  characters: number,
): Generator<readonly string[]> {
  let batch: string[] = []
  let length = 0
  for (const text of texts) {
    if (batch.length > 0 && (batch.length === count || length + text.length > characters)) {
      yield batch
      batch = []
      length = 0
    }
    batch.push(text)
    length += text.length
  }
  if (batch.length > 0) yield batch
}
