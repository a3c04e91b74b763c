import { retryAfterMs } from '../../../../providers/http/retry-after.ts'
import type { Provider, ProviderReply } from '../../../../providers/provider.ts'

export type AnswerTokens = { readonly inputTokens: number; readonly outputTokens: number }

/** What became of one request. */
export type Attempt =
  | { readonly kind: 'answered'; readonly text: string; readonly usage: AnswerTokens | undefined }
  | FailedAttempt

export type FailedAttempt = {
  readonly kind: 'failed'
  readonly status?: number
  /** The endpoint takes no such request: 400, 413 or 422. */
  readonly isRefusal: boolean
  /** It was on its way, and may be paid for though no reply came. */
  readonly mayHaveCost: boolean
  /** What the endpoint or the network said. */
  readonly words: string
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** Sends a chat completion request once. Rejects never: an abort is a failed attempt, too. */
export async function sendChat(
  provider: Provider,
  body: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    const reply = await provider.call({ path: '/chat/completions', body }, either)
    return reply.status >= 200 && reply.status < 300 ? answerOf(reply) : refusalOf(reply)
  } catch (cause) {
    const isLate = timeout.aborted && signal?.aborted !== true
    const words = isLate
      ? `no reply within ${timeoutMs} ms.`
      : cause instanceof Error
        ? cause.message
        : String(cause)
    return { kind: 'failed', isRefusal: false, mayHaveCost: !neverConnected(cause), words, cause }
  }
}

function answerOf(reply: ProviderReply): Attempt {
  const text = Buffer.from(reply.body).toString('utf8')
  const parsed = parseCompletion(text)
  if (parsed !== undefined) return { kind: 'answered', ...parsed }
  const words = `it answered ${reply.status} with no chat completion: ${excerpt(text)}`
  return { kind: 'failed', status: reply.status, isRefusal: false, mayHaveCost: true, words }
}

/** A completion whose message has no text, such as a refusal to answer, has the text ''. */
function parseCompletion(text: string): { text: string; usage: AnswerTokens | undefined } | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const choices = member(json, 'choices')
  const message = Array.isArray(choices) ? member(choices[0], 'message') : undefined
  if (typeof message !== 'object' || message === null) return undefined
  const content = member(message, 'content')
  return { text: typeof content === 'string' ? content : '', usage: usageOf(member(json, 'usage')) }
}

function usageOf(usage: unknown): AnswerTokens | undefined {
  const inputTokens = member(usage, 'prompt_tokens')
  const outputTokens = member(usage, 'completion_tokens')
  const isCount = (value: unknown): value is number =>
    typeof value === 'number' && Number.isFinite(value) && value >= 0
  return isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : undefined
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function refusalOf({ status, headers, body }: ProviderReply): FailedAttempt {
  const waitMs = retryAfterMs((name) => headers[name])
  return {
    kind: 'failed',
    status,
    isRefusal: status === 400 || status === 413 || status === 422,
    mayHaveCost: false,
    words: excerpt(Buffer.from(body).toString('utf8')),
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
  }
}

/** Without what looks like a key: endpoints quote the one they refuse. */
function excerpt(text: string): string {
  return text
    .trim()
    .slice(0, 300)
    .replaceAll(/\bsk-[\w-]{4,}/g, 'sk-…')
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
