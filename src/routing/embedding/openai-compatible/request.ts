import { callJson } from '../../../base/http/call-json.ts'
import { formatCallFailure } from '../../../base/http/failure.ts'
import { fetchReply } from '../../../base/http/fetch-reply.ts'
import type { FailedCall } from '../../../base/http/reply.ts'
import type { RetryPolicy } from '../../../base/http/retry.ts'
import { EmbeddingError } from '../../../errors.ts'
import { parseVectors } from './reply.ts'

export type EmbeddingEndpoint = RetryPolicy & {
  readonly url: string
  readonly apiKey?: string
  readonly model: string
  /** Asked for in the request, if present. */
  readonly dimensions?: number
  readonly timeoutMs: number
  readonly fetch: typeof fetch
}

/**
 * The vectors of one batch of texts, in order.
 *
 * @param dimensions length that the vectors must have, if known.
 * @throws EmbeddingError `embedding-failed`, `embedding-unreachable` or `embedding-reply-invalid`; `signal.reason`
 *   if `signal` aborts.
 */
export async function requestVectors(
  endpoint: EmbeddingEndpoint,
  texts: readonly string[],
  dimensions: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  const { url, apiKey, model } = endpoint
  const request = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify({
      model,
      input: texts.map((text) => (text === '' ? ' ' : text)),
      ...(endpoint.dimensions !== undefined && { dimensions: endpoint.dimensions }),
    }),
  }
  const send = (either: AbortSignal | undefined) =>
    fetchReply(endpoint.fetch, url, { ...request, signal: either ?? null })
  const outcome = await callJson(send, { ...endpoint, secret: apiKey }, signal)
  if (outcome.kind !== 'answered') throw callFailure(outcome, endpoint)
  return parseVectors(outcome.json, { from: `${url} (${model})`, texts: texts.length, dimensions })
}

function callFailure(failed: FailedCall, { url, model }: EmbeddingEndpoint): EmbeddingError {
  const message = formatCallFailure(`No embeddings of ${model} from ${url}`, failed, {
    key: 'the API key of the embedder',
    rate: 'send less, or raise the limit there.',
    unreachable: 'Check that the endpoint runs and that its base URL is right.',
    request: 'Check the name of the model and the length of the texts.',
  })
  return failed.kind === 'refused'
    ? new EmbeddingError('embedding-failed', message, { status: 502 })
    : new EmbeddingError('embedding-unreachable', message, { status: 502, cause: failed.cause })
}
