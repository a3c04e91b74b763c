import { RouteLLMError } from '../../errors.ts'
import { describeNetworkError, excerptReply } from './failure.ts'
import type { HttpReply, JsonOutcome, JsonReply } from './reply.ts'
import { isRetryableStatus, type RetryPolicy, withRetries } from './retry.ts'
import { retryAfterMs } from './retry-after.ts'

/** Sends one request. Rejects if no whole reply arrives. */
export type SendRequest = (signal: AbortSignal | undefined) => Promise<HttpReply>

export type JsonLimits = {
  /** From the request to the whole reply. Default: the limits of `send`. */
  readonly timeoutMs?: number
  /** A key that was sent. It is removed from the endpoint's reply in messages. */
  readonly secret?: string | undefined
}

/** Sends one request and reads JSON. Never rejects: an abort is `unreachable`. */
export async function sendJson(
  send: SendRequest,
  { timeoutMs, secret }: JsonLimits,
  signal?: AbortSignal,
): Promise<JsonReply> {
  const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
  try {
    const { status, headers, body } = await send(eitherSignal(signal, timeout))
    const text = Buffer.from(body).toString('utf8')
    if (status >= 200 && status < 300) return { kind: 'answered', status, json: parseJson(text) }
    const message = excerptReply(text, secret)
    return { kind: 'refused', status, message, askedMs: retryAfterMs((name) => headers[name]) }
  } catch (cause) {
    if (timeout?.aborted === true && signal?.aborted !== true)
      return { kind: 'unreachable', message: `no answer within ${timeoutMs} ms`, isTimeout: true, cause }
    const isTimeout = cause instanceof RouteLLMError && cause.status === 504
    return { kind: 'unreachable', message: describeNetworkError(cause), isTimeout, cause }
  }
}

/**
 * Sends a request until it is answered, refused for good, or out of attempts. Rejects with `signal.reason` only.
 */
export function callJson(
  send: SendRequest,
  options: JsonLimits & RetryPolicy,
  signal?: AbortSignal,
): Promise<JsonOutcome> {
  return withRetries<JsonOutcome>(
    async (tries) => {
      const reply = await sendJson(send, options, signal)
      signal?.throwIfAborted()
      const result = { ...reply, tries }
      return isRetryable(reply)
        ? { kind: 'retryable', result, askedMs: reply.kind === 'refused' ? reply.askedMs : undefined }
        : { kind: 'final', result }
    },
    options,
    signal,
  )
}

function isRetryable(reply: JsonReply): boolean {
  return reply.kind === 'refused' ? isRetryableStatus(reply.status) : reply.kind === 'unreachable'
}

function eitherSignal(
  signal: AbortSignal | undefined,
  timeout: AbortSignal | undefined,
): AbortSignal | undefined {
  return signal !== undefined && timeout !== undefined
    ? AbortSignal.any([signal, timeout])
    : (signal ?? timeout)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
