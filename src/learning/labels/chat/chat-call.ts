import { sendJson } from '../../../base/http/call-json.ts'
import { excerptReply, formatCallFailure } from '../../../base/http/failure.ts'
import { isRetryableStatus } from '../../../base/http/retry.ts'
import { UpstreamError } from '../../../errors.ts'
import type { Provider } from '../../../providers/provider.ts'
import type { Model } from '../../../routing/catalogue/model.ts'

export type AnswerTokens = { readonly inputTokens: number; readonly outputTokens: number }

/** The outcome of one request. */
export type ChatAttempt =
  | {
      readonly kind: 'answered'
      readonly text: string
      /** The reply ended at the limit of its length (`finish_reason: length`). */
      readonly isCut: boolean
      readonly usage: AnswerTokens | undefined
    }
  | FailedAttempt

export type FailedAttempt = {
  readonly kind: 'failed'
  /** Undefined if no reply came. */
  readonly status: number | undefined
  /** The endpoint takes no such request: 400, 413 or 422. */
  readonly isRefusal: boolean
  /** The same request may succeed later. */
  readonly isRetryable: boolean
  /** The request was sent, so it may be charged although no usable reply was received. */
  readonly mayHaveCost: boolean
  /** The message of the endpoint or the network. */
  readonly message: string
  readonly askedMs?: number | undefined
  readonly cause?: unknown
}

/** Sends a chat completion request once. `model` is the upstream's name. Never rejects: an abort is a failed attempt. */
export async function sendChat(
  provider: Provider,
  { body, model }: { readonly body: string; readonly model: string },
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<ChatAttempt> {
  const send = (either: AbortSignal | undefined) =>
    provider.call({ path: '/chat/completions', model, body }, either)
  const reply = await sendJson(send, { timeoutMs }, signal)
  switch (reply.kind) {
    case 'unreachable':
      return {
        kind: 'failed',
        status: undefined,
        isRefusal: false,
        isRetryable: true,
        mayHaveCost: !neverConnected(reply.cause),
        message: reply.message,
        cause: reply.cause,
      }
    case 'refused': {
      const { status, message, askedMs } = reply
      const isRefusal = status === 400 || status === 413 || status === 422
      const isRetryable = isRetryableStatus(status)
      return { kind: 'failed', status, isRefusal, isRetryable, mayHaveCost: false, message, askedMs }
    }
    case 'answered':
      return parseCompletion(reply.json) ?? notACompletion(reply)
  }
}

/** The error for a question that got no answer in `tries` attempts. */
export function attemptFailure(
  { status, message, cause }: FailedAttempt,
  provider: string,
  { upstream }: Model,
  tries: number,
): UpstreamError {
  const advice = {
    key: 'the key of the provider',
    rate: 'ask less at a time, or raise the limit there.',
    later: 'What was paid for is in the cache.',
    unreachable: 'What was paid for is in the cache: run the same command again.',
    request:
      'Check the name of the model and the fields of the request: some models take no temperature, and max_completion_tokens in place of max_tokens.',
  }
  const missing = `No reply of ${upstream} from the provider ${provider}`
  return status === undefined
    ? new UpstreamError(
        'judge-unreachable',
        formatCallFailure(missing, { kind: 'unreachable', message, isTimeout: false, cause, tries }, advice),
        { cause },
      )
    : new UpstreamError(
        'judge-failed',
        formatCallFailure(missing, { kind: 'refused', status, message, askedMs: undefined, tries }, advice),
      )
}

/** The question itself was not refused, so the next attempt may succeed. */
function notACompletion({ status, json }: { status: number; json: unknown }): FailedAttempt {
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  const message = `no chat completion: ${excerptReply(text)}`
  return { kind: 'failed', status, isRefusal: false, isRetryable: true, mayHaveCost: true, message }
}

/** A completion whose message has no text, such as a refusal to answer, has the text ''. */
function parseCompletion(json: unknown): Extract<ChatAttempt, { kind: 'answered' }> | undefined {
  const choices = member(json, 'choices')
  const message = Array.isArray(choices) ? member(choices[0], 'message') : undefined
  if (typeof message !== 'object' || message === null) return undefined
  const content = member(message, 'content')
  const text = typeof content === 'string' ? content : ''
  const isCut = Array.isArray(choices) && member(choices[0], 'finish_reason') === 'length'
  return { kind: 'answered', text, isCut, usage: parseUsage(member(json, 'usage')) }
}

function parseUsage(usage: unknown): AnswerTokens | undefined {
  const inputTokens = member(usage, 'prompt_tokens')
  const outputTokens = member(usage, 'completion_tokens')
  const isCount = (value: unknown): value is number =>
    typeof value === 'number' && Number.isFinite(value) && value >= 0
  return isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : undefined
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

const beforeSending = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** Nothing was sent, so nothing is paid for. */
function neverConnected(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const errors: unknown[] = cause instanceof AggregateError ? cause.errors : [cause]
    if (errors.some((each) => beforeSending.includes(String(member(each, 'code'))))) return true
  }
  return false
}
