import { EmbeddingError } from '../../../errors.ts'
import { mayRecover, type RetryPolicy, retryDelayMs, waitOrAbort } from '../../../providers/http/retry.ts'
import { retryAfterMs } from '../../../providers/http/retry-after.ts'
import { parseVectors } from './reply.ts'

export type EmbeddingEndpoint = RetryPolicy & {
  readonly url: string
  readonly apiKey?: string
  readonly model: string
  /** Asked for in the request where given. */
  readonly dimensions?: number
  readonly timeoutMs: number
  readonly fetch: typeof fetch
}

/**
 * The vectors of one batch of texts, in order.
 *
 * @param dimensions checked where given.
 * @throws EmbeddingError `embedding-failed`, `embedding-unreachable` or `embedding-reply-invalid`; `signal.reason`
 *   once `signal` aborts.
 */
export async function requestVectors(
  endpoint: EmbeddingEndpoint,
  texts: readonly string[],
  dimensions: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  for (let tries = 1; ; tries++) {
    const outcome = await send(endpoint, texts, signal)
    if (outcome.kind === 'answered') return parseVectors(outcome.json, endpoint, texts.length, dimensions)
    signal?.throwIfAborted()
    if (!outcome.mayRecover || tries > endpoint.retries) throw failure(outcome, endpoint, tries)
    await waitOrAbort(retryDelayMs(tries, outcome.retryAfterMs, endpoint), signal)
  }
}

type Outcome = { readonly kind: 'answered'; readonly json: unknown } | FailedAttempt

type FailedAttempt = {
  readonly kind: 'failed'
  readonly mayRecover: boolean
  readonly status?: number
  /** What the endpoint or the network said. */
  readonly words: string
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

async function send(
  endpoint: EmbeddingEndpoint,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { url, apiKey, model, dimensions, timeoutMs } = endpoint
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await endpoint.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({
        model,
        input: texts.map((text) => (text === '' ? ' ' : text)),
        ...(dimensions !== undefined && { dimensions }),
      }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    const body = await response.text()
    return response.ok ? { kind: 'answered', json: parseJson(body) } : refused(response, body, endpoint)
  } catch (error) {
    const words = timeout.aborted ? `no answer within ${timeoutMs} ms` : networkWords(error)
    return { kind: 'failed', mayRecover: true, words, cause: error }
  }
}

/** Not JSON stays text, which `parseVectors` then refuses with an excerpt. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function refused(response: Response, body: string, { apiKey }: EmbeddingEndpoint): FailedAttempt {
  const { status } = response
  const askedMs = retryAfterMs((name) => response.headers.get(name))
  const excerpt = body.trim().slice(0, 300)
  return {
    kind: 'failed',
    mayRecover: mayRecover(status),
    status,
    words: apiKey === undefined || apiKey === '' ? excerpt : excerpt.replaceAll(apiKey, '…'),
    ...(askedMs !== undefined && { retryAfterMs: askedMs }),
  }
}

function failure(attempt: FailedAttempt, { url, model }: EmbeddingEndpoint, tries: number): EmbeddingError {
  const { status, words, cause } = attempt
  const times = tries === 1 ? '' : ` after ${tries} tries`
  return status === undefined
    ? new EmbeddingError(
        'embedding-unreachable',
        `No embeddings from ${url}${times}: ${words}. Check that the endpoint runs and that its base URL is right.`,
        { status: 502, cause },
      )
    : new EmbeddingError(
        'embedding-failed',
        `No embeddings of ${model} from ${url}${times}: it answered ${status}: ${words}. ${adviceFor(status)}`,
        { status: 502 },
      )
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return 'Check the API key of the embedder.'
  if (status === 404) return 'Check the base URL (it ends in /v1) and the name of the model.'
  if (status === 429) return 'The endpoint limits its rate: send less, or raise the limit there.'
  return status >= 500 ? 'Try again later.' : 'Check the name of the model and the length of the texts.'
}

/** `fetch failed` says nothing; its cause does. */
function networkWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  return cause.message || code || error.message
}
